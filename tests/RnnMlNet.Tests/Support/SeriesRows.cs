using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Tests.Support;

/// <summary>One step of a <see cref="SequenceRow"/>, in every kind of column.</summary>
internal sealed class StepRow
{
    [VectorType(1, SequenceRow.Features)]
    public float[] Matrix { get; set; } = [];

    [VectorType(SequenceRow.Features)]
    public float[] Flat { get; set; } = [];

    [VectorType(SequenceRow.Features)]
    public float[] FeatureMajor { get; set; } = [];

    public float[] Ragged { get; set; } = [];

    [VectorType(1)]
    public float[] ChannelA { get; set; } = [];

    [VectorType(1)]
    public float[] ChannelB { get; set; } = [];

    public float[] RaggedA { get; set; } = [];

    public float[] RaggedB { get; set; } = [];

    [VectorType(1), KeyType(SequenceRow.Vocabulary)]
    public uint[] Tokens { get; set; } = [];

    [KeyType(SequenceRow.Vocabulary)]
    public uint[] RaggedTokens { get; set; } = [];
}

/// <summary>Any number of steps of a <see cref="SequenceRow"/>, in every kind of column.</summary>
internal sealed class StepsRow
{
    public float[] Matrix { get; set; } = [];

    public float[] Flat { get; set; } = [];

    public float[] FeatureMajor { get; set; } = [];

    public float[] Ragged { get; set; } = [];

    public float[] ChannelA { get; set; } = [];

    public float[] ChannelB { get; set; } = [];

    public float[] RaggedA { get; set; } = [];

    public float[] RaggedB { get; set; } = [];

    [KeyType(SequenceRow.Vocabulary)]
    public uint[] Tokens { get; set; } = [];

    [KeyType(SequenceRow.Vocabulary)]
    public uint[] RaggedTokens { get; set; } = [];
}

internal sealed class TargetsPrediction
{
    public float[] Score { get; set; } = [];
}

/// <summary>A series of random steps, and models of random weights that read it.</summary>
internal sealed class RandomSeries
{
    private readonly float[] _a,
        _b;
    private readonly uint[] _tokens;

    public RandomSeries(int steps, int seed)
    {
        var random = new Random(seed);
        Length = steps;
        _a = RandomNetwork.Uniform(random, steps, 1.5f);
        _b = RandomNetwork.Uniform(random, steps, 1.5f);
        _tokens = [.. _a.Select(_ => 1 + (uint)random.Next(SequenceRow.Vocabulary))];
    }

    public int Length { get; }

    public StepRow Step(int t)
    {
        StepsRow steps = Steps(t, t + 1);
        return new StepRow
        {
            Matrix = steps.Matrix,
            Flat = steps.Flat,
            FeatureMajor = steps.FeatureMajor,
            Ragged = steps.Ragged,
            ChannelA = steps.ChannelA,
            ChannelB = steps.ChannelB,
            RaggedA = steps.RaggedA,
            RaggedB = steps.RaggedB,
            Tokens = steps.Tokens,
            RaggedTokens = steps.RaggedTokens,
        };
    }

    public StepsRow Steps(int start, int end)
    {
        float[] a = _a[start..end],
            b = _b[start..end],
            flat = [.. a.Zip(b).SelectMany(step => new[] { step.First, step.Second })];
        return new StepsRow
        {
            Matrix = flat,
            Flat = flat,
            FeatureMajor = [.. a, .. b],
            Ragged = flat,
            ChannelA = a,
            ChannelB = b,
            RaggedA = a,
            RaggedB = b,
            Tokens = _tokens[start..end],
            RaggedTokens = _tokens[start..end],
        };
    }

    /// <summary>A regression of two targets over a kind of column.</summary>
    public static RnnRegressionTransformer Model(
        MLContext ml,
        ColumnKind kind,
        CellKind cell = CellKind.Lstm,
        int layers = 2,
        Pooling pooling = RandomNetwork.AllPooling,
        int seed = 1,
        Func<NetworkShape, NetworkShape>? change = null,
        int networks = 1
    )
    {
        var options = new RnnRegressionTrainer.Options();
        kind.ApplyTo(options);
        NetworkShape shape = RandomNetwork.Shape(cell, layers, pooling: pooling) with { Features = SequenceRow.Features };
        if (kind is ColumnKind.Tokens or ColumnKind.RaggedTokens)
            shape = shape with { Features = 0, Vocabulary = SequenceRow.Vocabulary, EmbeddingSize = 3 };
        shape = change?.Invoke(shape) ?? shape;
        TrainedNetwork network = TrainedNetwork.AverageOf([
            .. Enumerable.Range(0, networks).Select(member => TrainedNetworks.Of(shape, seed + 10 * member) with { HasVectorLabel = true }),
        ]);
        var columns = new SequenceColumns(kind.Columns(), options.ChannelColumnNames is not null, options.FeaturesPerStep, options.Layout);
        return new RnnRegressionTransformer(
            ml,
            new RnnRegressionModelParameters(ml, network),
            columns,
            ml.Data.LoadFromEnumerable<SequenceRow>([]).Schema
        );
    }
}
