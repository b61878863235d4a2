using NUnit.Framework;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Exchange;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Exchange;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;
using RnnMlNet.Verification;

namespace RnnMlNet.Tests.Scoring;

/// <summary>
/// Rows with times, missing values, categories and static values, and convolutions over them: one score on every path, for networks drawn
/// by seed.
/// </summary>
public sealed class MixedInputTests
{
    private const double Tolerance = 1e-4;
    private static readonly int[] Lengths = [5, 1, 9, 17, 2, 0, 8];

    [Test]
    public void All_paths_give_one_score([Range(1, 24)] int seed)
    {
        TrainedNetwork network = Network(seed);
        NetworkShape shape = network.Shape;
        float[] expected = Score(new ReferenceScorer(network), shape, seed);

        Assert.That(Score(new SimdScorer(network), shape, seed), Is.EqualTo(expected).Within(Tolerance), "row by row");
        Assert.That(ScoreTogether(new SimdScorer(network), shape, seed), Is.EqualTo(expected).Within(Tolerance), "rows together");
        using var torch = new TorchScorer(network);
        Assert.That(Score(torch, shape, seed), Is.EqualTo(expected).Within(Tolerance), "torch");
        Assert.That(ScoreTogether(torch, shape, seed), Is.EqualTo(expected).Within(Tolerance), "torch, padded");
        if (!shape.Bidirectional)
            Assert.That(Stream(network, seed), Is.EqualTo(expected).Within(Tolerance), "step by step");
        for (int at = 0; shape.PerStep && at < expected.Length; at += shape.Outputs)
            OutputUnits.Softmax(expected.AsSpan(at, shape.Outputs), expected.AsSpan(at, shape.Outputs));
        Assert.That(Onnx(network, seed), Is.EqualTo(expected).Within(Tolerance), "ONNX Runtime");
    }

    /// <summary>A file gives back the same scores.</summary>
    [Test]
    public void Saved_and_loaded([Range(1, 8)] int seed)
    {
        TrainedNetwork network = Network(seed);
        using var file = new MemoryStream();
        using (var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true))
            RnnMlNet.Runtime.Models.NetworkFormat.Write(writer, [network], (_, _) => { });
        file.Position = 0;
        NetworkParameters loaded = RnnMlNet.Runtime.Models.NetworkFormat.Read(
            new BinaryReader(file),
            _ => { },
            (parameters, _) => parameters
        )[0];

        Assert.That(loaded.Shape, Is.EqualTo(network.Shape));
        Assert.That(Score(new SimdScorer(loaded), network.Shape, seed), Is.EqualTo(Score(new SimdScorer(network), network.Shape, seed)));
    }

    [Test]
    public void Impossible_columns_are_refused()
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru);
        NetworkShape tokens = shape with { Features = 0, Vocabulary = 5, EmbeddingSize = 2 };
        foreach (
            NetworkShape impossible in (NetworkShape[])
                [
                    shape with
                    {
                        StepColumns = Columns(new CategoryShape(0, 2)),
                    },
                    shape with
                    {
                        StepColumns = Columns(new CategoryShape(3, 0)),
                    },
                    shape with
                    {
                        StepColumns = Columns([.. Enumerable.Repeat(new CategoryShape(2, 1), shape.Features + 1)]),
                    },
                    shape with
                    {
                        StepColumns = new StepColumns { MissingValues = (MissingValues)9 },
                    },
                    shape with
                    {
                        Features = 1,
                        StepColumns = new StepColumns { HasTime = true },
                    },
                    shape with
                    {
                        StaticFeatures = 1,
                        StaticCategories = [new CategoryShape(2, 1), new CategoryShape(2, 1)],
                    },
                    shape with
                    {
                        StaticFeatures = 1,
                        StaticCategories = [new CategoryShape(2, 1 << 30)],
                    },
                    shape with
                    {
                        StaticUse = StaticUse.InitialState,
                    },
                    shape with
                    {
                        StaticFeatures = 1,
                        StaticUse = (StaticUse)3,
                    },
                    shape with
                    {
                        StaticFeatures = 1,
                        StaticUse = StaticUse.Both,
                        CustomCell = "mine",
                    },
                    tokens with
                    {
                        StepColumns = new StepColumns { HasTime = true },
                    },
                ]
        )
            Assert.That(
                () => RnnMlNet.Runtime.Models.ShapeCheck.Check(impossible),
                Throws.TypeOf<FormatException>().With.Message.StartsWith("The model's network "),
                impossible.Text
            );

        static StepColumns Columns(params CategoryShape[] categories) => new() { Categories = categories };
    }

    private static TrainedNetwork Network(int seed)
    {
        NetworkShape shape = RandomNetwork.Shape(RandomNetwork.Cells[seed % RandomNetwork.Cells.Length], 1 + seed % 2, seed % 3 == 0);
        shape = MixedInput.Shape(seed % 4 == 0 ? TinyTags.PerStep(shape) : shape, seed);
        shape = shape with { Convolutions = MixedInput.Convolutions(shape, seed) };
        NetworkParameters parameters = MixedInput.Parameters(shape, seed);
        return new TrainedNetwork(shape.PerStep ? parameters with { LabelScaling = null } : parameters, Histories.TwoEpochs);
    }

    private static int[] LengthsOf(NetworkShape shape) => shape.PerStep ? [.. Lengths.Where(length => length > 0)] : Lengths;

    private static float[] Score(ISequenceScorer scorer, NetworkShape shape, int seed)
    {
        using IScoringSession session = scorer.NewSession();
        return
        [
            .. LengthsOf(shape)
                .SelectMany(
                    (length, i) =>
                    {
                        var outputs = new float[shape.OutputLayout.Of(length)];
                        session.Score(MixedInput.View(shape, MixedInput.Row(shape, length, seed + i)), outputs);
                        return outputs;
                    }
                ),
        ];
    }

    private static float[] ScoreTogether(ISequenceScorer scorer, NetworkShape shape, int seed)
    {
        var rows = new SequenceRows(shape.Features, shape.StaticFeatures);
        foreach (var (i, length) in LengthsOf(shape).Index())
            rows.Add(MixedInput.View(shape, MixedInput.Row(shape, length, seed + i)));
        var outputs = new float[shape.OutputLayout.Of(rows)];
        using IScoringSession session = scorer.NewSession();
        session.Score(rows, outputs);
        return outputs;
    }

    private static float[] Stream(TrainedNetwork network, int seed)
    {
        NetworkShape shape = network.Shape;
        var scorer = new EnsembleStepScorer([new PackedNetwork(network)]);
        return
        [
            .. LengthsOf(shape)
                .SelectMany(
                    (length, i) =>
                    {
                        var (steps, statics) = MixedInput.Row(shape, length, seed + i);
                        EnsembleState state = scorer.NewState();
                        var all = new List<float>();
                        var outputs = new float[shape.Outputs];
                        scorer.Score(
                            state,
                            state,
                            SequenceView.OfSteps([], shape.TimeStepValues).WithStatic(statics),
                            shape.PerStep ? [] : outputs
                        );
                        foreach (float[] step in steps.Chunk(shape.TimeStepValues))
                        {
                            scorer.Score(state, state, SequenceView.OfSteps(step, shape.TimeStepValues).WithStatic(statics), outputs);
                            all.AddRange(shape.PerStep ? outputs : []);
                        }
                        return shape.PerStep ? all : [.. outputs];
                    }
                ),
        ];
    }

    private static float[] Onnx(TrainedNetwork network, int seed)
    {
        NetworkShape shape = network.Shape;
        int[] lengths = LengthsOf(shape);
        int time = lengths.Max();
        using OnnxRun run = OnnxRun.Of(stream =>
            OnnxExport.ModelOf(network, shape.PerStep ? ScoreKind.SequenceTagger : ScoreKind.MultiTargetRegression, [], []).WriteTo(stream)
        );
        var rows = lengths.Select((length, i) => MixedInput.Row(shape, length, seed + i)).ToArray();
        float[] steps =
        [
            .. rows.SelectMany(row => row.Steps.Concat(Enumerable.Repeat(float.NaN, time * shape.TimeStepValues - row.Steps.Length))),
        ];
        float[] scores = run.Run([
                OnnxRun.Value("features", steps, lengths.Length, time, shape.TimeStepValues),
                OnnxRun.Value("lengths", lengths.Select(length => (long)length).ToArray(), lengths.Length),
                .. shape.StaticFeatures == 0
                    ? []
                    : new[]
                    {
                        OnnxRun.Value("static", rows.SelectMany(row => row.Statics).ToArray(), lengths.Length, shape.StaticFeatures),
                    },
            ])
            .Floats("score");
        return shape.PerStep
            ? [.. lengths.SelectMany((length, row) => scores.Skip(row * time * shape.Outputs).Take(length * shape.Outputs))]
            : scores;
    }
}
