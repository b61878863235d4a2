using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Scoring;

namespace RnnMlNet.Tests.Support;

/// <summary>
/// Models that no training made, rows with columns of every type for them, and views scored by a scorer of the test's own.
/// </summary>
internal static class ScoringRig
{
    public const string Sequence = "Sequence";
    public const int Features = 3;

    private static readonly DateTime _start = new(2024, 2, 28, 23, 0, 0, DateTimeKind.Unspecified);

    /// <summary>The columns beside the sequence, one for each type there is.</summary>
    public static readonly string[] OtherColumns =
    [
        "Number",
        "Flag",
        "Text",
        "Key",
        "Time",
        "Offset",
        "Duration",
        "RowId",
        "Dense",
        "Sparse",
        "Ragged",
        "Words",
        "Keys",
        "Times",
    ];

    public static NetworkShape Shape(CellKind cell = CellKind.Gru) =>
        RandomNetwork.Shape(cell, bidirectional: true) with
        {
            Features = Features,
            HiddenSize = 17,
            Outputs = 1,
        };

    /// <summary>A regression of <see cref="Sequence"/> with random weights.</summary>
    public static RnnRegressionTransformer Model(MLContext ml, int? threads = null, NetworkShape? shape = null)
    {
        TrainedNetwork network = TrainedNetworks.Of(shape ?? Shape(), limit: 0.4f);
        return Model(ml, network with { HasVectorLabel = network.Shape.Outputs > 1 }, threads);
    }

    public static RnnRegressionTransformer Model(MLContext ml, TrainedNetwork network, int? threads = null) =>
        new(ml, new RnnRegressionModelParameters(ml, network), Columns, SequenceOnly(0).Schema) { ScoringThreads = threads };

    /// <summary>A scored view, with the scorer and the limits given in place of the model's own.</summary>
    public static IDataView View(MLContext ml, IDataView source, ISequenceScorer scorer, int threads, BlockLimits? limits = null)
    {
        IHost host = ((IHostEnvironment)ml).Register("rig");
        RnnRegressionTransformer model = Model(ml);
        return new ScoredDataView(host, source, Bind, new ScoringPlan(scorer, threads, limits ?? BlockLimits.Cpu));

        SequenceRowMapper Bind(DataViewSchema schema) =>
            new(
                model,
                scorer,
                SequenceBinding.Bind(host, schema, Columns),
                [new DataViewSchema.DetachedColumn("Score", NumberDataViewType.Single, null)]
            );
    }

    /// <summary>Rows of nothing but a sequence.</summary>
    public static ProbeView SequenceOnly(int? rows) => AddSequence(new ProbeView { Rows = rows });

    /// <summary>Adds the sequence, of 0 to 8 steps.</summary>
    public static ProbeView AddSequence(ProbeView view) => view.Vector(Sequence, MemoryView.VariableSingles, Steps);

    /// <summary>Rows of a sequence and a column of every other type.</summary>
    public static ProbeView AllTypes(int? rows) => AddAllTypes(new ProbeView { Rows = rows, CanShuffle = rows is not null });

    public static ProbeView AddAllTypes(ProbeView view) =>
        AddSequence(
            view.Scalar("Number", NumberDataViewType.Int32, row => row)
                .Scalar("Flag", BooleanDataViewType.Instance, row => row % 3 == 0)
                .Scalar("Text", TextDataViewType.Instance, row => $"row {row}".AsMemory())
                .Scalar("Key", new KeyDataViewType(typeof(uint), 5), row => (uint)(row % 6))
                .Scalar("Time", DateTimeDataViewType.Instance, row => _start.AddMinutes(row))
                .Scalar("Offset", DateTimeOffsetDataViewType.Instance, row => new DateTimeOffset(_start, TimeSpan.FromHours(row % 12)))
                .Scalar("Duration", TimeSpanDataViewType.Instance, row => TimeSpan.FromSeconds(row))
                .Scalar("RowId", RowIdDataViewType.Instance, row => new DataViewRowId(5, (ulong)row))
                .Vector("Dense", new VectorDataViewType(NumberDataViewType.Double, 2, 2), row => new double[] { row, 1, double.NaN, -row })
                .Buffer(
                    "Sparse",
                    MemoryView.Singles(1000),
                    row =>
                        row % 5 == 0 ? new VBuffer<float>(1000, 0, null, null) : new VBuffer<float>(1000, 2, [row, 0.5f], [row % 999, 999])
                )
                .Vector(
                    "Ragged",
                    new VectorDataViewType(NumberDataViewType.Int64),
                    row => Enumerable.Range(row, row % 7).Select(i => (long)i).ToArray()
                )
                .Vector(
                    "Words",
                    new VectorDataViewType(TextDataViewType.Instance),
                    row => Enumerable.Range(0, row % 4).Select(i => $"{row}/{i}".AsMemory()).ToArray()
                )
                .Vector("Keys", MemoryView.Keys<ushort>(9, 2), row => new[] { (ushort)(row % 10), (ushort)1 })
                .Vector("Times", new VectorDataViewType(DateTimeDataViewType.Instance, 1), row => new[] { _start.AddDays(row % 100) })
        );

    /// <summary>A row's sequence.</summary>
    public static float[] Steps(int row)
    {
        var steps = new float[row * 5 % 9 * Features];
        for (int i = 0; i < steps.Length; i++)
            steps[i] = MathF.Sin(row * 0.7f + i);
        return steps;
    }

    /// <summary>The score of a row by <see cref="ProbeScorer"/>.</summary>
    public static float Sum(int row) => ProbeScorer.Sum(Steps(row));

    /// <summary>The column Score as a cursor gives it.</summary>
    public static float[] Scores(IDataView view)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Score"]]);
        return Scores(cursor);
    }

    /// <summary>The column Score of the remaining rows.</summary>
    public static float[] Scores(DataViewRowCursor cursor)
    {
        ValueGetter<float> getter = cursor.GetGetter<float>(cursor.Schema["Score"]);
        var scores = new List<float>();
        float score = 0;
        while (cursor.MoveNext())
        {
            getter(ref score);
            scores.Add(score);
        }
        return [.. scores];
    }

    private static SequenceColumns Columns { get; } = new([Sequence], AreChannels: false, Features, SequenceLayout.StepMajor);
}
