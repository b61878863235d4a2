using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>The rows of a series on the grid: the step that each is, counted from the beginning of what came before them, if they go on
/// there.</summary>
internal sealed class SeriesPositions
{
    /// <param name="ectx">Whose the errors are.</param>
    /// <param name="column">The times' column, for messages.</param>
    /// <param name="grid">The steps of the times; null for row after row.</param>
    /// <param name="raw">The rows.</param>
    /// <param name="order">Their order.</param>
    /// <param name="before">What came before; null for nothing.</param>
    /// <param name="mostGap">Steps that may be missing between, so that the rows still go on there.</param>
    /// <exception cref="InvalidOperationException">A row lies on no step, or two lie on one.</exception>
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
                        + $"{grid.Text(first)}: mend that row's time."
                );
            Steps[order[i]] = (int)(last = own);
            Origin = grid.Narrow(Origin, Time(i));
        }

        long Time(int place) => grid.TimeOf(raw.Time(order[place]));

        Exception OffGrid(long time) =>
            ectx.Except(
                $"{raw.Name} has a row at {grid.Text(time)}, which is no whole number of steps ({grid.StepText}) after its first, "
                    + $"{grid.Text(first)}: "
                    + $"bring it to such a step, or leave it out.{grid.ZoneHint(first, time)}"
            );

        Exception Closed(long time) =>
            ectx.Except(
                $"{raw.Name} has a row at {grid.Text(time)}, which is a day without a step (steps are {grid.StepText} "
                    + $"apart{(grid.Days.Closed.Count > 0 ? ", without the ClosedDays" : "")}): leave the row out."
            );
    }

    /// <summary>The rows.</summary>
    public RawSeries Raw { get; }

    /// <summary>Their order in time.</summary>
    public int[] Order { get; }

    /// <summary>[rows] of each its step.</summary>
    public int[] Steps { get; }

    /// <summary>What came before and the rows go on from; null where they begin anew.</summary>
    public KeyedSeries? Before { get; }

    /// <summary>Where the times begin.</summary>
    public TimeOrigin Origin { get; } = new(0, MonthDay.Any);

    /// <summary>The first step that is the rows' own.</summary>
    public int First => Before?.Steps.Length ?? 0;

    /// <summary>The step after the last row.</summary>
    public int End => Order.Length == 0 ? First : Steps[Order[^1]] + 1;

    /// <summary>Steps without a row, from the first on.</summary>
    public long Gaps => (long)End - First - Order.Length;
}
