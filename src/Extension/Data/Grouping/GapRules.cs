using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Text;

namespace RnnMlNet.Data.Grouping;

/// <summary>The last row of a sequence.</summary>
/// <param name="First">The time of the sequence's first row.</param>
/// <param name="Last">The row's time.</param>
/// <param name="Origin">The first time, on the grid of time steps.</param>
/// <param name="Steps">Steps up to the row, with those that fill gaps.</param>
internal readonly record struct SequencePlace(RowOrder First, RowOrder Last, TimeOrigin Origin, long Steps);

/// <summary>The place of a row among the rows of its key: one definition for a table, and for rows that arrive one by one.</summary>
internal sealed class GapRules
{
    private readonly IExceptionContext _ectx;
    private readonly GroupingBinding _binding;
    private readonly SequenceGaps? _gaps;
    private readonly TimeGrid? _grid;

    public GapRules(IExceptionContext ectx, GroupingBinding binding)
    {
        (_ectx, _binding, _gaps) = (ectx, binding, binding.Options.Gaps);
        if (_gaps is not null && Frequency.Parse(_gaps.TimeStep) is Frequency step)
            _grid = new TimeGrid(binding.Order!.Kind, step.Unit, step.Step) { Days = step.Days };
    }

    private OrderColumn Order => _binding.Order!;

    private bool HasGrid => _gaps?.Rule is SequenceGapRule.Refuse or SequenceGapRule.Fill or SequenceGapRule.Mask;

    /// <summary>The place of a sequence's first row.</summary>
    /// <param name="key">The key.</param>
    /// <param name="time">The row's time.</param>
    /// <exception cref="InvalidOperationException">The time is none that the definition admits.</exception>
    public SequencePlace First(byte[] key, RowOrder time)
    {
        if (!HasGrid)
            return new SequencePlace(time, time, default, 1);
        long first = TimeAt(key, time);
        return _grid!.IsOpen(first)
            ? new SequencePlace(time, time, _grid.OriginAt(first), 1)
            : throw OffGrid(key, time, $"which is not a {_gaps!.TimeStep}");
    }

    /// <summary>The place of the next row of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="before">The place of the row before it.</param>
    /// <param name="time">The row's time, after that of the row before it.</param>
    /// <param name="missing">Steps between both rows, which fill the gap.</param>
    /// <returns>The place; of a row that begins a sequence, one of 1 step.</returns>
    /// <exception cref="InvalidOperationException">The time is none that the definition admits.</exception>
    public SequencePlace Next(byte[] key, in SequencePlace before, RowOrder time, out long missing)
    {
        missing = 0;
        switch (_gaps?.Rule)
        {
            case SequenceGapRule.NewSequence:
                long last = TimeAt(key, before.Last);
                if (TimeAt(key, time) > _grid!.TimeAt(_grid.OriginAt(last), 1))
                    return First(key, time);
                break;
            case SequenceGapRule.Refuse or SequenceGapRule.Fill or SequenceGapRule.Mask:
                return OnGrid(key, before, time, out missing);
            case null:
                break;
            default:
                throw new InvalidOperationException($"There is no rule of gaps {_gaps!.Rule}.");
        }
        return before with { Last = time, Steps = before.Steps + 1 };
    }

    /// <summary>The time of a step that fills the gap before a row.</summary>
    /// <param name="before">The place of the row before the gap.</param>
    /// <param name="place">The place of the row after it.</param>
    /// <param name="number">The step among those of the gap.</param>
    public RowOrder FilledAt(in SequencePlace before, in SequencePlace place, long number) =>
        Order.AtGrid(_grid!.TimeAt(place.Origin, before.Steps + number), _grid, before.Last);

    private SequencePlace OnGrid(byte[] key, in SequencePlace before, RowOrder time, out long missing)
    {
        long at = TimeAt(key, time);
        long step =
            _grid!.StepsBetween(before.Origin, at)
            ?? throw OffGrid(key, time, $"which is not a whole number of time steps ({_grid.StepText}) after {Order.Text(before.First)}");
        missing = step - before.Steps;
        if (missing < 0)
            throw OffGrid(key, time, "which is, by its clock, no later than the row before");
        if (missing > 0)
            CheckGap(key, before.Last, time, missing);
        return new SequencePlace(before.First, time, _grid.Narrow(before.Origin, at), step + 1);
    }

    private void CheckGap(byte[] key, RowOrder before, RowOrder time, long missing)
    {
        string Gap() =>
            $"{KeySource.Text(_binding, key)}, between the {Order.Column.Name} {Order.Text(before)} and {Order.Text(time)}, has "
            + $"{Words.Plural(missing, "time step")} of {_grid!.StepText} without a row";
        if (_gaps!.Rule == SequenceGapRule.Refuse)
            throw _ectx.Except($"{Gap()}, and Gaps is Refuse: correct the data, or use SequenceGaps.Fill, Mask or NewSequence.");
        if (missing > _gaps.MaxFilledSteps)
            throw _ectx.Except(
                $"{Gap()}, more than maxFilledSteps, {_gaps.MaxFilledSteps}: correct the time of one of these rows, raise "
                    + "maxFilledSteps, or use SequenceGaps.NewSequence."
            );
    }

    private Exception OffGrid(byte[] key, RowOrder time, string why) =>
        _ectx.Except(
            $"{KeySource.Text(_binding, key)} has a row at the {Order.Column.Name} {Order.Text(time)}, {why}: correct "
                + (
                    _gaps!.Rule == SequenceGapRule.NewSequence
                        ? "the time, or multiply all times by a number that makes them whole."
                        : "the time, set the time step of Gaps to the time between rows, or use SequenceGaps.NewSequence, which takes "
                            + "irregular times."
                )
        );

    private long TimeAt(byte[] key, RowOrder time) =>
        Order.OnGrid(time, _grid!) ?? throw OffGrid(key, time, "which is not a whole number up to 2^53");
}
