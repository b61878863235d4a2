namespace RnnMlNet.Tests.Support;

/// <summary>
/// Grouping of a long table a second time, by LINQ over whole lists, with times counted in cycles: the rows as
/// <see cref="LongTable.Lines"/> shows them. Features are A, B, C and V; the label is that of Y or Failed.
/// </summary>
internal sealed class NaiveGrouping(SequenceGroupingOptions options, Func<int, object> timeOf)
{
    private sealed record Step(LongRow Row, int Cycle, bool IsFilled);

    private bool HasRuns => options.KeyColumnNames.Contains(nameof(LongRow.Run));

    public string[] Lines(IEnumerable<LongRow> rows) =>
        [
            .. rows.GroupBy(row => (row.Unit, HasRuns ? row.Run : 0))
                .SelectMany(unit => Sequences([.. InOrder(unit)]))
                .SelectMany(sequence => Windows(sequence).Select(window => Line(sequence, window))),
        ];

    private IEnumerable<LongRow> InOrder(IEnumerable<LongRow> unit) =>
        options.OrderColumnName is null ? unit : unit.OrderBy(row => row.Cycle);

    private IEnumerable<List<Step>> Sequences(List<LongRow> rows)
    {
        var sequence = new List<Step>();
        foreach (LongRow row in rows)
        {
            if (sequence.Count > 0 && row.Cycle > sequence[^1].Cycle + 1)
            {
                if (options.Gaps?.Rule == SequenceGapRule.NewSequence)
                {
                    yield return sequence;
                    sequence = [];
                }
                else if (options.Gaps is not null)
                {
                    while (row.Cycle > sequence[^1].Cycle + 1)
                        sequence.Add(new Step(sequence[^1].Row, sequence[^1].Cycle + 1, true));
                }
            }
            sequence.Add(new Step(row, row.Cycle, false));
        }
        yield return sequence;
    }

    private IEnumerable<List<(Step Step, int Place)>> Windows(List<Step> sequence)
    {
        SequenceWindows windows = options.Windows;
        var all = sequence.Select((step, place) => (step, place)).ToList();
        int length = windows.Length ?? all.Count;
        IEnumerable<List<(Step, int)>> found = (windows.Kind, windows.Alignment) switch
        {
            (SequenceWindowKind.Sliding, SequenceWindowAlignment.Start) => Enumerable
                .Range(0, all.Count)
                .Where(start => start % windows.Stride == 0)
                .Select(start => all.Skip(start).Take(length).ToList()),
            (SequenceWindowKind.Sliding, SequenceWindowAlignment.End) => Enumerable
                .Range(1, all.Count)
                .Where(end => (all.Count - end) % windows.Stride == 0)
                .Select(end => all.Take(end).TakeLast(length).ToList()),
            _ => [all.TakeLast(length).ToList()],
        };
        return found.Where(window => window.Count >= windows.MinimumLength);
    }

    private string Line(List<Step> sequence, List<(Step Step, int Place)> window)
    {
        bool isMasked = options.Gaps?.Rule == SequenceGapRule.Mask;
        var cells = new List<(string, object?)>
        {
            ("Unit", window[0].Step.Row.Unit),
            ("Site", window[0].Step.Row.Site),
            ("Features", window.SelectMany(at => Features(at.Step, isMasked)).ToArray()),
        };
        if (HasRuns)
            cells.Insert(1, ("Run", window[0].Step.Row.Run));
        foreach (SequenceLabel label in options.Labels)
            cells.Add((label.OutputColumnName, Label(label, sequence, window)));
        if (options.OrderColumnName is not null)
        {
            cells.Add(("FirstTime", timeOf(window[0].Step.Cycle)));
            cells.Add(("LastTime", timeOf(window[^1].Step.Cycle)));
        }
        return LongTable.Line(cells);
    }

    private static float[] Features(Step step, bool isMasked) =>
        [step.Row.A, (float)step.Row.B, step.Row.C ? 1 : 0, .. step.Row.V, .. isMasked ? new float[] { step.IsFilled ? 1 : 0 } : []];

    private static object Label(SequenceLabel label, List<Step> sequence, List<(Step Step, int Place)> window)
    {
        bool isBoolean = label.InputColumnName == nameof(LongRow.Failed);
        return label.Rule switch
        {
            SequenceLabelRule.First => isBoolean ? window[0].Step.Row.Failed : window[0].Step.Row.Y,
            SequenceLabelRule.Last => isBoolean ? window[^1].Step.Row.Failed : window[^1].Step.Row.Y,
            SequenceLabelRule.Maximum => isBoolean ? window.Any(at => at.Step.Row.Failed) : window.Max(at => at.Step.Row.Y),
            SequenceLabelRule.EveryStep when label.InputColumnName == nameof(LongRow.V) => window
                .SelectMany(at => at.Step.Row.V.Select(value => at.Step.IsFilled ? float.NaN : value))
                .ToArray(),
            SequenceLabelRule.EveryStep => window.Select(at => at.Step.IsFilled ? float.NaN : at.Step.Row.Y).ToArray(),
            SequenceLabelRule.RemainingSteps => (float)Math.Min(sequence.Count - 1 - window[^1].Place, label.Cap ?? int.MaxValue),
            _ => throw new InvalidOperationException($"{label.Rule}"),
        };
    }
}
