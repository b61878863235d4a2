using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;

namespace RnnMlNet.Estimators;

/// <summary>Permutation feature importance for sequences: swaps a channel, or some steps, between rows and measures the change of the
/// metrics.</summary>
/// <param name="env">Creates the errors.</param>
/// <param name="model">The model.</param>
/// <param name="plan">The parts, and the number of permutations.</param>
internal sealed class SequencePermutations(IHostEnvironment env, IRowScorer model, SequenceImportancePlan plan)
{
    private readonly IHost _host = env.Register(nameof(SequencePermutations));

    /// <param name="data">Rows with the sequence and the label.</param>
    /// <param name="evaluate">Evaluates scored rows.</param>
    /// <param name="main">The metric of the table.</param>
    public SequenceImportance<TMetrics> Run<TMetrics>(IDataView data, Func<IDataView, TMetrics> evaluate, ImportanceMetric<TMetrics> main)
        where TMetrics : class
    {
        _host.CheckValue(data, nameof(data));
        Check();
        SequenceBinding binding = model.Bind(data.Schema);
        if (!binding.IsPlain)
            throw _host.Except(
                "Permutation importance swaps the values of one sequence column, or of channels of one number a step: "
                    + $"{string.Join(", ", binding.Columns.Select(column => $"'{column.Name}' ({column.Type})"))} are others. "
                    + "Measure it on a model of such columns."
            );
        var values = Read(data, binding, out int rows);
        if (rows < 2)
            throw _host.Except(
                $"There {(rows == 1 ? "is 1 row" : "are no rows")}, but values can only be swapped between two rows or more."
            );
        int[] lengths = [.. Enumerable.Range(0, rows).Select(values[binding.Columns[0].Index].Length)];

        TMetrics Measure(PartPermutation permutation) =>
            evaluate(model.Transform(new PermutedRows(_host, data, rows, values, permutation)));
        TMetrics baseline = Measure(new PartPermutation(new SequencePart(null, 0, 0), [.. Enumerable.Range(0, rows)]));
        SequencePart[] parts = [.. Parts(binding, lengths.Max())];
        var measured = parts.Select(
            (part, number) =>
                new PartImportance<TMetrics>(
                    Name(part, binding),
                    [
                        .. Enumerable
                            .Range(0, plan.Permutations)
                            .Select(time => Measure(new PartPermutation(part, Donors(part, lengths, number, time)))),
                    ]
                )
        );
        return new SequenceImportance<TMetrics>(baseline, [.. measured], main);
    }

    private void Check()
    {
        OptionsCheck.AtLeast(_host, plan.Permutations, 1, "permutationCount");
        OptionsCheck.AtLeast(_host, plan.StepsPerPart, 1, "stepsPerPart");
        if (plan.MaxRows is int most)
            OptionsCheck.AtLeast(_host, most, 2, "numberOfExamplesToUse");
        if (!Enum.IsDefined(plan.Parts))
            throw _host.ExceptUserArg("parts", $"parts is {plan.Parts}; it must be Channels or Steps.");
    }

    private Dictionary<int, SequenceValues> Read(IDataView data, SequenceBinding binding, out int rows)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(binding.AllColumns);
        // Reads the sequence as scoring does, so that a row of a wrong length gives the same error.
        SequenceReader sequence = binding.Open(cursor);
        int channels = binding.Columns.Count > 1 ? 1 : Math.Max(1, binding.Features);
        var values = binding
            .Columns.Index()
            .ToDictionary(
                column => column.Item.Index,
                column => SequenceValues.Open(cursor, column.Item, channels, column.Index, model.Layout)
            );
        for (rows = 0; rows < (plan.MaxRows ?? int.MaxValue) && cursor.MoveNext(); rows++)
        {
            sequence.Read();
            foreach (SequenceValues column in values.Values)
                column.Read();
        }
        return values;
    }

    private IEnumerable<SequencePart> Parts(SequenceBinding binding, int steps) =>
        plan.Parts switch
        {
            SequenceParts.Channels => Enumerable
                .Range(0, Math.Max(1, binding.Features))
                .Select(channel => new SequencePart(channel, 0, steps)),
            SequenceParts.Steps => Enumerable
                .Range(0, (steps + plan.StepsPerPart - 1) / plan.StepsPerPart)
                .Select(part => new SequencePart(
                    null,
                    part * plan.StepsPerPart,
                    Math.Min(plan.StepsPerPart, steps - part * plan.StepsPerPart)
                )),
            _ => throw new ArgumentOutOfRangeException(nameof(binding), plan.Parts, null),
        };

    // Rows without the part's first step keep their own values, and donate none.
    private int[] Donors(SequencePart part, int[] lengths, int number, int time)
    {
        int[] donors = [.. Enumerable.Range(0, lengths.Length)],
            taking = [.. donors.Where(row => lengths[row] > part.FirstStep)],
            giving = [.. taking];
        new Random(unchecked(plan.Seed + 1_000_003 * number + 7919 * time)).Shuffle(giving);
        for (int i = 0; i < taking.Length; i++)
            donors[taking[i]] = giving[i];
        return donors;
    }

    private static string Name(SequencePart part, SequenceBinding binding) =>
        part.Channel switch
        {
            int channel when binding.Columns.Count > 1 => binding.Columns[channel].Name,
            int channel => binding.Features <= 1
                ? binding.Columns[0].Name
                : string.Create(CultureInfo.InvariantCulture, $"channel {channel}"),
            null when part.Steps == 1 => string.Create(CultureInfo.InvariantCulture, $"step {part.FirstStep}"),
            null => string.Create(CultureInfo.InvariantCulture, $"steps {part.FirstStep} to {part.FirstStep + part.Steps - 1}"),
        };
}

/// <summary>The parts to permute, and the number of permutations.</summary>
/// <param name="Parts">Channels or steps.</param>
/// <param name="StepsPerPart">For steps: how many are swapped together.</param>
/// <param name="Permutations">Permutations of each part.</param>
/// <param name="MaxRows">Number of rows used, from the first; null for all.</param>
/// <param name="Seed">Seed of the permutations.</param>
internal sealed record SequenceImportancePlan(SequenceParts Parts, int StepsPerPart, int Permutations, int? MaxRows, int Seed);
