using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Exchange;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Verification;

/// <summary>
/// The same row scores the same, however it is scored: alone, in batches, on several threads, after save and load, padded, on torch and in
/// ONNX Runtime; for every cell, number of layers, direction and pooling, for steps and tokens, of one length and of several.
/// </summary>
[TestFixture]
public sealed class ScoreInvarianceTests
{
    private const double Tolerance = 1e-6,
        OnnxTolerance = 1e-4;

    // The states of a linear recurrence are not bounded, and torch adds them up in another order.
    private const double LinearTolerance = 2e-6;

    // More rows than the first block that Transform reads ahead has, and than a chunk that is scored side by side.
    private const int Rows = 60,
        Skipped = 5;

    private static readonly int[] _lengths = [0, .. Stores.OddLengths];

    private readonly MLContext _ml = new(seed: 1);
    private readonly InvarianceRow[] _rows = InvarianceRow.Random(Enumerable.Range(0, Rows).Select(i => _lengths[i * 7 % _lengths.Length]));

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }

    [OneTimeSetUp]
    public void LoadNativeTorch() => TorchDevice.Resolve("cpu", fallbackToCpu: false, out _);

    [Test, Pairwise]
    public void The_same_row_scores_the_same(
        [Values] CellKind cell,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Poolings))] Pooling pooling,
        [Values] SequenceKind kind
    )
    {
        TrainedNetwork network = Network(RandomNetwork.Shape(cell, layers, bidirectional, pooling), kind);
        IDataView data = _ml.Data.LoadFromEnumerable(_rows);
        using RnnRegressionTransformer model = Transformer(network, kind, data.Schema);
        float[][] alone = Predicted(model);

        Assert.Multiple(() =>
        {
            foreach (int threads in (int[])[1, 2, 5])
            {
                model.ScoringThreads = threads;
                AssertSame(alone, Scores.Of(model, data), Tolerance, $"Transform on {threads} threads");
                AssertSame(
                    alone[Skipped..],
                    Scores.Of(model, _ml.Data.SkipRows(data, Skipped)),
                    Tolerance,
                    $"Transform on {threads} threads, blocks cut elsewhere"
                );
            }
            AssertSame(alone, LoadedScores(model, data), Tolerance, "Transform after save and load");
            AssertVerified(model, data, cell == CellKind.Lru ? LinearTolerance : Tolerance);
            AssertSame(alone, OnnxScores(model, kind), OnnxTolerance, "ONNX Runtime");
        });
    }

    private static TrainedNetwork Network(NetworkShape shape, SequenceKind kind) =>
        TrainedNetworks.Of(
            kind is SequenceKind.FixedSteps or SequenceKind.RaggedSteps
                ? shape with
                {
                    Features = InvarianceRow.Features,
                }
                : shape with
                {
                    Features = 0,
                    Vocabulary = InvarianceRow.Vocabulary,
                    EmbeddingSize = 5,
                }
        ) with
        {
            HasVectorLabel = true,
        };

    private RnnRegressionTransformer Transformer(TrainedNetwork network, SequenceKind kind, DataViewSchema schema)
    {
        int? featuresPerStep = network.Shape.UsesTokens ? null : InvarianceRow.Features;
        return new(
            _ml,
            new RnnRegressionModelParameters(_ml, network),
            new SequenceColumns([kind.ToString()], AreChannels: false, featuresPerStep, SequenceLayout.StepMajor),
            schema
        );
    }

    private float[][] Predicted(ITransformer model)
    {
        using var engine = _ml.Model.CreatePredictionEngine<InvarianceRow, Prediction>(
            model,
            new PredictionEngineOptions { OwnsTransformer = false }
        );
        return [.. _rows.Select(row => engine.Predict(row).Score)];
    }

    private float[][] LoadedScores(ITransformer model, IDataView data)
    {
        using var folder = new TemporaryFolder();
        _ml.Model.Save(model, data.Schema, folder.PathOf("model.zip"));
        using var loaded = (RnnRegressionTransformer)_ml.Model.Load(folder.PathOf("model.zip"), out _);
        return Scores.Of(loaded, data);
    }

    /// <summary>Alone in a batch, among other rows, beside a longer row, in double precision, on torch.</summary>
    private static void AssertVerified(RnnRegressionTransformer model, IDataView data, double tolerance)
    {
        ScoreVerification verification = model.VerifyScores(data, tolerance: tolerance);
        Assert.That(verification.IsWithinTolerance, Is.True, verification.ToString());
        Assert.That(verification.Paths.Single(way => way.Name == "torch on the CPU").Rows, Is.EqualTo(Rows));
    }

    private float[][] OnnxScores(RnnRegressionTransformer model, SequenceKind kind)
    {
        using OnnxRun run = OnnxRun.Of(model.SaveAsOnnx);
        float[] scores = run.Run(kind is SequenceKind.FixedSteps or SequenceKind.RaggedSteps ? StepInputs(kind) : TokenInputs(kind))
            .Floats("score");
        return [.. scores.Chunk(scores.Length / Rows)];
    }

    private NamedOnnxValue[] StepInputs(SequenceKind kind)
    {
        float[][] steps = [.. _rows.Select(row => row.StepsOf(kind))];
        int time = steps.Max(row => row.Length) / InvarianceRow.Features;
        return
        [
            OnnxRun.Value("features", Padded(steps, time * InvarianceRow.Features, float.NaN), Rows, time, InvarianceRow.Features),
            OnnxRun.Value("lengths", steps.Select(row => (long)row.Length / InvarianceRow.Features).ToArray(), Rows),
        ];
    }

    private NamedOnnxValue[] TokenInputs(SequenceKind kind)
    {
        long[][] tokens = [.. _rows.Select(row => row.TokensOf(kind))];
        int time = tokens.Max(row => row.Length);
        return
        [
            OnnxRun.Value("tokens", Padded(tokens, time, -1), Rows, time),
            OnnxRun.Value("lengths", tokens.Select(row => (long)row.Length).ToArray(), Rows),
        ];
    }

    private static T[] Padded<T>(T[][] rows, int width, T padding) =>
        [.. rows.SelectMany(row => row.Concat(Enumerable.Repeat(padding, width - row.Length)))];

    private void AssertSame(float[][] expected, float[][] scores, double tolerance, string way)
    {
        Assert.That(scores, Has.Length.EqualTo(expected.Length), way);
        for (int row = 0; row < expected.Length; row++)
        for (int i = 0; i < expected[row].Length; i++)
            if (!(Math.Abs(scores[row][i] - expected[row][i]) <= tolerance * Math.Max(1, Math.Abs(expected[row][i]))))
                Assert.Fail(
                    $"{way}, row {row + Rows - expected.Length} of length {_rows[row + Rows - expected.Length].RaggedTokens.Length} "
                        + $"(ragged), output {i}: {scores[row][i]:R}, alone {expected[row][i]:R}"
                );
    }
}
