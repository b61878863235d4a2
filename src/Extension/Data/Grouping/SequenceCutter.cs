using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Grouping;

/// <summary>Cuts the rows of a key into sequences: at gaps, or with steps that fill gaps. One per cursor.</summary>
internal sealed class SequenceCutter(IExceptionContext ectx, GroupingBinding binding)
{
    private readonly GapRules _rules = new(ectx, binding);
    private readonly KeyRows _filled = new(binding.Words);
    private readonly List<int> _ends = [];

    /// <summary>The sequences of a key, by the row after the last one of each.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="tables">Static values of the rows.</param>
    /// <param name="steps">The rows as steps, with those that fill gaps.</param>
    /// <exception cref="InvalidOperationException">A time is missing where it must not, or a static value varies.</exception>
    public IReadOnlyList<int> Cut(KeyRows rows, GroupingTables tables, out KeyRows steps)
    {
        steps = rows;
        _ends.Clear();
        switch (binding.Options.Gaps?.Rule)
        {
            case null:
                break;
            case SequenceGapRule.NewSequence:
                CutAtGaps(rows);
                break;
            case SequenceGapRule.Refuse or SequenceGapRule.Fill or SequenceGapRule.Mask:
                Fill(rows);
                steps = _filled;
                break;
            default:
                throw new InvalidOperationException($"There is no rule of gaps {binding.Options.Gaps!.Rule}.");
        }
        _ends.Add(steps.Count);
        CheckStatics(steps, tables);
        return _ends;
    }

    /// <summary>The error of a static column whose value varies.</summary>
    /// <param name="ectx">Creates it.</param>
    /// <param name="binding">The columns.</param>
    /// <param name="key">The key.</param>
    /// <param name="one">The static values of one row, and its place as text.</param>
    /// <param name="other">Those of another.</param>
    public static Exception Varies(
        IExceptionContext ectx,
        GroupingBinding binding,
        byte[] key,
        (byte[] Values, string At) one,
        (byte[] Values, string At) other
    )
    {
        TupleColumns statics = binding.Statics;
        int column = statics.FirstDifference(one.Values, other.Values);
        return ectx.Except(
            $"The static column '{statics[column].Name}' of {KeySource.Text(binding, key)} has the value "
                + $"'{statics.TextOf(one.Values, column)}'{one.At} and '{statics.TextOf(other.Values, column)}'{other.At}, but a static "
                + "column has one value for each sequence: name it among the step columns, or leave it out."
        );
    }

    private void CutAtGaps(KeyRows rows)
    {
        SequencePlace place = _rules.First(rows.Key, OrderAt(rows, 0));
        for (int row = 1; row < rows.Count; row++)
        {
            place = _rules.Next(rows.Key, place, OrderAt(rows, row), out _);
            if (place.Steps == 1)
                _ends.Add(row);
        }
    }

    private void Fill(KeyRows rows)
    {
        _filled.Clear(rows.Key);
        SequencePlace place = _rules.First(rows.Key, OrderAt(rows, 0));
        rows[0].CopyTo(_filled.Add());
        for (int row = 1; row < rows.Count; row++)
        {
            SequencePlace before = place;
            place = _rules.Next(rows.Key, before, OrderAt(rows, row), out long missing);
            for (long number = 0; number < missing; number++)
            {
                Span<float> record = _filled.Add(isFilled: true);
                rows[row - 1].CopyTo(record);
                GroupingBinding.SetOrder(record, _rules.FilledAt(before, place, number));
            }
            rows[row].CopyTo(_filled.Add());
        }
    }

    private void CheckStatics(KeyRows steps, GroupingTables tables)
    {
        if (binding.Statics.Count == 0)
            return;
        int first = 0;
        foreach (int end in _ends)
        {
            for (int row = first + 1; row < end; row++)
                if (StaticOf(steps, row) != StaticOf(steps, first))
                    throw Varies(ectx, binding, steps.Key, Statics(steps, first, tables), Statics(steps, row, tables));
            first = end;
        }
    }

    private (byte[] Values, string At) Statics(KeyRows steps, int row, GroupingTables tables) =>
        (tables.Statics[StaticOf(steps, row)], binding.Order is null ? $" at its row {row}" : binding.AtText(OrderAt(steps, row)));

    private int StaticOf(KeyRows steps, int row) => KeyRows.Read<int>(steps[row], binding.StaticWord);

    private static RowOrder OrderAt(KeyRows rows, int row) => GroupingBinding.OrderOf(rows[row]);
}
