using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Text;

namespace RnnMlNet.Data.Grouping;

/// <summary>Cuts the rows of a key into sequences: at gaps, or with steps that fill gaps. One per cursor.</summary>
internal sealed class SequenceCutter
{
    private readonly IExceptionContext _ectx;
    private readonly GroupingBinding _binding;
    private readonly SequenceGaps? _gaps;
    private readonly TimeGrid? _grid;
    private readonly KeyRows _filled;
    private readonly List<int> _ends = [];

    public SequenceCutter(IExceptionContext ectx, GroupingBinding binding)
    {
        (_ectx, _binding, _gaps) = (ectx, binding, binding.Options.Gaps);
        _filled = new KeyRows(binding.Words);
        if (_gaps is not null && Frequency.Parse(_gaps.TimeStep) is Frequency step)
            _grid = new TimeGrid(binding.Order!.Kind, step.Unit, step.Step) { Days = step.Days };
    }

    private OrderColumn Order => _binding.Order!;

    /// <summary>The sequences of a key, by the row after the last one of each.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="tables">Static values of the rows.</param>
    /// <param name="steps">The rows as steps, with those that fill gaps.</param>
    /// <exception cref="InvalidOperationException">A time is missing where it must not, or a static value varies.</exception>
    public IReadOnlyList<int> Cut(KeyRows rows, GroupingTables tables, out KeyRows steps)
    {
        steps = rows;
        _ends.Clear();
        switch (_gaps?.Rule)
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
                throw new InvalidOperationException($"There is no rule of gaps {_gaps!.Rule}.");
        }
        _ends.Add(steps.Count);
        CheckStatics(steps, tables);
        return _ends;
    }

    private void CutAtGaps(KeyRows rows)
    {
        for (int row = 1; row < rows.Count; row++)
        {
            long before = TimeAt(rows, row - 1);
            if (TimeAt(rows, row) > _grid!.TimeAt(_grid.OriginAt(before), 1))
                _ends.Add(row);
        }
    }

    private void Fill(KeyRows rows)
    {
        _filled.Clear(rows.Key);
        long first = TimeAt(rows, 0);
        if (!_grid!.IsOpen(first))
            throw OffGrid(rows, 0, $"which is not a {_gaps!.TimeStep}");
        TimeOrigin origin = _grid.OriginAt(first);
        rows[0].CopyTo(_filled.Add());
        for (int row = 1; row < rows.Count; row++)
        {
            long time = TimeAt(rows, row);
            long step =
                _grid.StepsBetween(origin, time)
                ?? throw OffGrid(
                    rows,
                    row,
                    $"which is not a whole number of time steps ({_grid.StepText}) after {Order.Text(OrderAt(rows, 0))}"
                );
            if (step < _filled.Count)
                throw OffGrid(rows, row, "which is, by its clock, no later than the row before");
            origin = _grid.Narrow(origin, time);
            if (step > _filled.Count)
                FillGap(rows, row, origin, step - _filled.Count);
            rows[row].CopyTo(_filled.Add());
        }
    }

    private void FillGap(KeyRows rows, int row, TimeOrigin origin, long missing)
    {
        if (_gaps!.Rule == SequenceGapRule.Refuse)
            throw _ectx.Except(
                $"{Between(rows, row)} has {Words.Plural(missing, "time step")} of {_grid!.StepText} without a row, and Gaps is Refuse: "
                    + $"correct the data, or use SequenceGaps.Fill, Mask or NewSequence."
            );
        if (missing > _gaps.MaxFilledSteps)
            throw _ectx.Except(
                $"{Between(rows, row)} has {Words.Plural(missing, "time step")} of {_grid!.StepText} without a row, more than "
                    + $"maxFilledSteps, {_gaps.MaxFilledSteps}: correct the time of one of these rows, raise maxFilledSteps, or use "
                    + $"SequenceGaps.NewSequence."
            );
        RowOrder before = OrderAt(rows, row - 1);
        for (; missing > 0; missing--)
        {
            long time = _grid!.TimeAt(origin, _filled.Count);
            Span<float> record = _filled.Add(isFilled: true);
            rows[row - 1].CopyTo(record);
            GroupingBinding.SetOrder(record, Order.AtGrid(time, _grid, before));
        }
    }

    private void CheckStatics(KeyRows steps, GroupingTables tables)
    {
        if (_binding.Statics.Count == 0)
            return;
        int first = 0;
        foreach (int end in _ends)
        {
            for (int row = first + 1; row < end; row++)
                if (StaticOf(steps, row) != StaticOf(steps, first))
                    throw Varies(steps, first, row, tables);
            first = end;
        }
    }

    private int StaticOf(KeyRows steps, int row) => KeyRows.Read<int>(steps[row], _binding.StaticWord);

    private Exception Varies(KeyRows steps, int first, int row, GroupingTables tables)
    {
        byte[] one = tables.Statics[StaticOf(steps, first)],
            other = tables.Statics[StaticOf(steps, row)];
        int column = _binding.Statics.FirstDifference(one, other);
        return _ectx.Except(
            $"The static column '{_binding.Statics[column].Name}' of {KeySource.Text(_binding, steps.Key)} has the value "
                + $"'{_binding.Statics.TextOf(one, column)}'{At(steps, first)} and '{_binding.Statics.TextOf(other, column)}'"
                + $"{At(steps, row)}, but a static column has one value for each sequence: name it among the step columns, or leave it out."
        );
    }

    private string At(KeyRows steps, int row) =>
        _binding.Order is null ? $" at its row {row}" : $" at the {Order.Column.Name} {Order.Text(OrderAt(steps, row))}";

    private Exception OffGrid(KeyRows rows, int row, string why) =>
        _ectx.Except(
            $"{KeySource.Text(_binding, rows.Key)} has a row at the {Order.Column.Name} {Order.Text(OrderAt(rows, row))}, {why}: correct "
                + (
                    _gaps!.Rule == SequenceGapRule.NewSequence
                        ? "the time, or multiply all times by a number that makes them whole."
                        : "the time, set the time step of Gaps to the time between rows, or use SequenceGaps.NewSequence, which takes "
                            + "irregular times."
                )
        );

    private string Between(KeyRows rows, int row) =>
        $"{KeySource.Text(_binding, rows.Key)}, between the {Order.Column.Name} {Order.Text(OrderAt(rows, row - 1))} and "
        + $"{Order.Text(OrderAt(rows, row))},";

    private long TimeAt(KeyRows rows, int row) =>
        Order.OnGrid(OrderAt(rows, row), _grid!) ?? throw OffGrid(rows, row, "which is not a whole number up to 2^53");

    private static RowOrder OrderAt(KeyRows rows, int row) => GroupingBinding.OrderOf(rows[row]);
}
