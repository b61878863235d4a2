using System.Collections.Concurrent;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime;

/// <summary>A model's packed networks and input, shared by <see cref="SequenceModel"/>, its batches and its streams.</summary>
internal sealed class LoadedModel
{
    private readonly SimdScorer[] _networks;
    private readonly Func<IScoringSession> _newSession;
    private readonly ConcurrentQueue<RowSession> _idle = new();
    private readonly ConcurrentQueue<LinearChain> _idleChains = new();
    private readonly Func<LinearChain> _newChain;
    private readonly Lazy<byte[]> _fingerprint;

    public LoadedModel(RuntimeModel model)
    {
        Part = model.Part;
        Shape = model.Networks[0].Shape;
        Input = new SequenceInput(Shape, Part.Input);
        _networks = [.. model.Networks.Select(network => new SimdScorer(network))];
        _newSession = new EnsembleScorer(_networks).NewSession;
        _newChain = () => LinearChain.Of(model.Networks);
        _fingerprint = new Lazy<byte[]>(() => StreamState.FingerprintOf(model.Networks));
    }

    /// <summary>The scoring section of the file.</summary>
    public ScorerPart Part { get; }

    public SequenceInput Input { get; }

    public NetworkShape Shape { get; }

    public int EnsembleSize => _networks.Length;

    /// <summary>F of the network's steps: those of a patch; 0 for tokens.</summary>
    public int ReadFeatures => Shape.UsesTokens ? 0 : Shape.Features;

    /// <summary>The ensemble members, packed for the processor.</summary>
    public IEnumerable<PackedNetwork> Packed => _networks.Select(scorer => scorer.Network);

    /// <summary>Fingerprint of the networks: [32], SHA-256.</summary>
    public byte[] Fingerprint => _fingerprint.Value;

    /// <summary>The scores' own part of a caller's memory.</summary>
    /// <exception cref="ArgumentException">There is too little of it.</exception>
    public static Span<float> Checked(Span<float> scores, int length) =>
        scores.Length >= length
            ? scores[..length]
            : throw new ArgumentException($"There are {length} scores (ScoreLength), but room for {scores.Length} only.", nameof(scores));

    /// <summary>A thread's scoring state, to be returned by <see cref="Return"/>.</summary>
    public RowSession Take() => _idle.TryDequeue(out RowSession? session) ? session : new RowSession(Shape, Input, _newSession());

    public void Return(RowSession session) => _idle.Enqueue(session);

    /// <summary>Whether scores at a step depend on later steps.</summary>
    public bool ReadsAhead => Shape.Bidirectional || Shape.IsChained;

    /// <summary>Converts several rows' raw outputs to scores.</summary>
    public void ToScores(SequenceRows rows, Span<float> outputs)
    {
        if (!Shape.IsChained)
            ToScores(outputs);
        else
            for (int row = 0; row < rows.Count; row++)
                ToScores(Shape.OutputLayout.Slice(outputs, rows, row));
    }

    /// <summary>Finds the most probable sequence of tags.</summary>
    /// <param name="outputs">[T, Outputs] a row's raw outputs.</param>
    /// <param name="tags">[T] their classes, -1 where scores are NaN; overwritten.</param>
    public void MostProbable(ReadOnlySpan<float> outputs, Span<int> tags)
    {
        LinearChain chain = TakeChain();
        chain.MostProbable(outputs, tags);
        _idleChains.Enqueue(chain);
    }

    private LinearChain TakeChain() => _idleChains.TryDequeue(out LinearChain? chain) ? chain : _newChain();

    /// <summary>Converts a row's raw outputs to scores, or without a conditional random field those of several rows.</summary>
    public void ToScores(Span<float> outputs)
    {
        if (Shape.IsChained)
        {
            LinearChain chain = TakeChain();
            chain.Marginals(outputs, outputs);
            _idleChains.Enqueue(chain);
            return;
        }
        if (Part.Task is SequenceTask.MulticlassClassification or SequenceTask.SequenceTagging)
            for (int at = 0; at < outputs.Length; at += Shape.Outputs)
                OutputUnits.Softmax(outputs.Slice(at, Shape.Outputs), outputs.Slice(at, Shape.Outputs));
    }
}

/// <summary>One thread's scoring state.</summary>
internal sealed class RowSession(NetworkShape shape, SequenceInput input, IScoringSession scorer)
{
    private readonly Patch? _patch = shape.PatchLength == 1 ? null : new Patch(input.Features, shape.PatchLength);
    private readonly FixedScaling? _scaling = input.FixedValues is null ? null : new FixedScaling(input.Offsets, input.Scales);

    private float[] _outputs = [];

    public IScoringSession Scorer => scorer;

    /// <summary>Memory for a row's raw outputs.</summary>
    public Span<float> Outputs(int length) => (_outputs.Length < length ? _outputs = new float[length] : _outputs).AsSpan(0, length);

    /// <summary>A row in the network's input form; valid until the next call.</summary>
    public SequenceView Read(SequenceView sequence)
    {
        if (_scaling is not null)
            sequence = SequenceView.OfSteps(_scaling.Apply(sequence.Steps), input.Features).WithStatic(sequence.Static);
        return _patch is null ? sequence : _patch.Of(sequence);
    }
}
