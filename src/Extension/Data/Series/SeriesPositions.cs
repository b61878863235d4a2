using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>The rows of a series on the grid: the step of each, counted from the start of the earlier series where the rows continue
/// it.</summary>
internal sealed class SeriesPositions
{
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="column">The time column, for messages.</param>
    /// <param name="grid">The time grid; null for one step per row.</param>
    /// <param name="raw">The rows.</param>
    /// <param name="order">Their order.</param>
    /// <param name="before">The earlier part of the series; null for nothing.</param>
    /// <param name="mostGap">Largest number of steps missing between, for the rows to continue it.</param>
    /// <exception cref="InvalidOperationException">A row is not on a step, or two are on one.</exception>
    public SeriesPositions(
        IExceptionContext ectx,
        string column,
        TimeGrid? grid,
        RawSeries raw,
        int[] order,
        KeyedSeries? before,
        int mostGap
    )
    {
        (Raw, Order) = (raw, order);
        Steps = new int[order.Length];
        if (grid is null || order.Length == 0)
        {
            for (int i = 0; i < order.Length; i++)
                Steps[order[i]] = i;
            return;
        }
        foreach (int row in order)
            if (!grid.HasClockOf(raw.Time(row)))
                throw ectx.Except($"{raw.Name} {grid.OtherClock(raw.Time(row))}");
        long first = Time(0);
        if (before is not null && grid.StepsBetween(before.Origin, first) - before.Steps.Length is >= 0 and long gap && gap <= mostGap)
            Before = before;
        if (!grid.IsOpen(first))
            throw Closed(first);
        Origin = Before?.Origin ?? grid.OriginAt(first);
        long last = -1;
        for (int i = 0; i < order.Length; i++)
        {
            long own = grid.StepsBetween(Origin, Time(i)) ?? throw (grid.IsOpen(Time(i)) ? OffGrid(Time(i)) : Closed(Time(i)));
            if (own == last)
                throw raw.Twice(ectx, column, grid.Kind, order[i]);
            if (own > int.MaxValue)
                throw ectx.Except(
                    $"{raw.Name} has a row at {grid.Text(Time(i))}, {own} steps ({grid.StepText}) after its first, "
                        + $"{grid.Text(first)}: correct that row's time."
                );
            Steps[order[i]] = (int)(last = own);
            Origin = grid.Narrow(Origin, Time(i));
        }

        if (!grid.HasTimeAt(Origin, last + 1))
            throw Ends(Time(order.Length - 1));

        long Time(int place) => grid.TimeOf(raw.Time(order[place]));

        Exception OffGrid(long time) =>
            ectx.Except(
                $"{raw.Name} has a row at {grid.Text(time)}, which is not a whole number of steps ({grid.StepText}) after its first, "
                    + $"{grid.Text(first)}: "
                    + $"move it to such a step, or leave it out.{grid.ZoneHint(first, time)}"
            );

        Exception Closed(long time) =>
            ectx.Except(
                $"{raw.Name} has a row at {grid.Text(time)}, which is a day without a step (steps are {grid.StepText} "
                    + $"apart{(grid.Days.Closed.Count > 0 ? ", without the ClosedDays" : "")}): leave the row out."
            );

        Exception Ends(long time) =>
            ectx.Except(
                $"{raw.Name} has its last row at {grid.Text(time)}, and there is no time one step ({grid.StepText}) after it, where a "
                    + $"forecast begins: {(grid.Kind == TimeKind.Number ? "whole numbers end at 2^63" : "dates end with the year 9999")}. "
                    + "Correct that row's time, or set Frequency to the step between rows."
            );
    }

    /// <summary>The rows.</summary>
    public RawSeries Raw { get; }

    /// <summary>Their order in time.</summary>
    public int[] Order { get; }

    /// <summary>[rows] the step of each row.</summary>
    public int[] Steps { get; }

    /// <summary>The earlier part that the rows continue; null where they start anew.</summary>
    public KeyedSeries? Before { get; }

    /// <summary>The start of the times.</summary>
    public TimeOrigin Origin { get; } = new(0, MonthDay.Any);

    /// <summary>The first step of the rows themselves.</summary>
    public int First => Before?.Steps.Length ?? 0;

    /// <summary>The step after the last row.</summary>
    public int End => Order.Length == 0 ? First : Steps[Order[^1]] + 1;

    /// <summary>Steps without a row, from the first on.</summary>
    public long Gaps => (long)End - First - Order.Length;
}
