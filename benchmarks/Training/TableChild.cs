using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Training;

/// <summary>A row of a long table: a time step of a unit.</summary>
internal sealed class TableRow
{
    public int Unit { get; set; }

    public int Cycle { get; set; }

    [VectorType(TableChild.Features)]
    public float[] Values { get; set; } = new float[TableChild.Features];

    public float Target { get; set; }
}

/// <summary>
/// Groups a long table into sequences in a process of its own: made row by row, 100 rows to a unit, in any order or sorted. It writes the
/// sum of all values (of a training, the loss of its one epoch), and the seconds.
/// </summary>
internal static class TableChild
{
    public const int Features = 8;
    public const int RowsOfUnit = 100;

    /// <param name="how">Sorted, any, train, linq or frame.</param>
    /// <param name="count">Rows of the table, a multiple of those of a unit.</param>
    /// <param name="limit">MiB of rows in memory.</param>
    public static int Run(string how, int count, int limit)
    {
        var clock = Stopwatch.StartNew();
        double sum = how switch
        {
            "sorted" or "any" => Grouped(count, limit, how == "sorted"),
            "train" => Trained(count, limit),
            "linq" => Linq(count),
            "frame" => Frame(count),
            _ => throw new ArgumentException($"There is no way '{how}' to group a table."),
        };
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sum:R} {clock.Elapsed.TotalSeconds:R}"));
        return 0;
    }

    private static double Grouped(int count, int limit, bool isSorted)
    {
        var ml = new MLContext(seed: 1);
        IDataView grouped = ml.Data.GroupIntoSequences(
            ml.Data.LoadFromEnumerable(Rows(count, isSorted)),
            new RnnMlNet.SequenceGroupingOptions
            {
                Columns = [new("Features", nameof(TableRow.Values))],
                KeyColumnNames = [nameof(TableRow.Unit)],
                OrderColumnName = nameof(TableRow.Cycle),
                IsGrouped = isSorted,
                StoreMemoryLimit = (long)limit << 20,
            }
        );
        using DataViewRowCursor cursor = grouped.GetRowCursor([grouped.Schema["Features"]]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(grouped.Schema["Features"]);
        VBuffer<float> steps = default;
        double sum = 0;
        while (cursor.MoveNext())
        {
            getter(ref steps);
            sum += SumOf(steps.GetValues());
        }
        return sum;
    }

    // Grouped in any order, and an epoch of training on all sequences, as one pipeline.
    private static double Trained(int count, int limit)
    {
        var ml = new MLContext(seed: 1);
        var model = ml
            .Transforms.GroupIntoSequences(
                new RnnMlNet.SequenceGroupingOptions
                {
                    Columns = [new("Features", nameof(TableRow.Values))],
                    KeyColumnNames = [nameof(TableRow.Unit)],
                    OrderColumnName = nameof(TableRow.Cycle),
                    Labels = [RnnMlNet.SequenceLabel.Last(nameof(TableRow.Target), "Label")],
                    StoreMemoryLimit = (long)limit << 20,
                }
            )
            .Append(
                ml.Regression.Trainers.Rnn(
                    new RnnMlNet.RnnRegressionTrainer.Options
                    {
                        MaxEpochs = 1,
                        HiddenSize = 16,
                        ValidationFraction = 0,
                        StoreMemoryLimit = (long)limit << 20,
                    }
                )
            )
            .Fit(ml.Data.LoadFromEnumerable(Rows(count, isSorted: false)));
        return model.LastTransformer.Model.History.Epochs[0].TrainingLoss;
    }

    private static double Linq(int count) =>
        Rows(count, isSorted: false)
            .Select(row => (row.Unit, row.Cycle, Values: (float[])row.Values.Clone()))
            .GroupBy(row => row.Unit)
            .Sum(unit => SumOf(unit.OrderBy(row => row.Cycle).SelectMany(row => row.Values).ToArray()));

    private static double Frame(int count)
    {
        var units = new Int32DataFrameColumn(nameof(TableRow.Unit), count);
        var cycles = new Int32DataFrameColumn(nameof(TableRow.Cycle), count);
        SingleDataFrameColumn[] values = [.. Enumerable.Range(0, Features).Select(f => new SingleDataFrameColumn($"Value{f}", count))];
        int at = 0;
        foreach (TableRow row in Rows(count, isSorted: false))
        {
            (units[at], cycles[at]) = (row.Unit, row.Cycle);
            for (int f = 0; f < Features; f++)
                values[f][at] = row.Values[f];
            at++;
        }
        var frame = new DataFrame([units, cycles, .. values]);
        return frame
            .GroupBy<int>(nameof(TableRow.Unit))
            .Groupings.Sum(unit =>
                SumOf([.. unit.OrderBy(row => (int)row[1]).SelectMany(row => Enumerable.Range(2, Features).Select(i => (float)row[i]))])
            );
    }

    // The order of the steps counts, so that one that is wrong gives another sum.
    private static double SumOf(ReadOnlySpan<float> steps)
    {
        double sum = 0;
        for (int i = 0; i < steps.Length; i++)
            sum += (i % 1013 + 1) * (double)steps[i];
        return sum;
    }

    // One object, again and again, as a reader of a file gives.
    private static IEnumerable<TableRow> Rows(int count, bool isSorted)
    {
        // A prime that is no divisor of the number of rows visits each once.
        const long Stride = 7_368_787;
        var row = new TableRow();
        long at = 0;
        for (int i = 0; i < count; i++)
        {
            (row.Unit, row.Cycle) = ((int)(at / RowsOfUnit), (int)(at % RowsOfUnit));
            for (int f = 0; f < Features; f++)
                row.Values[f] = (at * 31 + f) % 1009;
            row.Target = row.Values[0];
            at = isSorted ? at + 1 : (at + Stride) % count;
            yield return row;
        }
    }
}
