using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// The pass over rows that are too long to keep all activations: the forward pass keeps the states between segments of about √T steps,
/// and the backward pass computes a segment's activations again before it runs over it (Chen et al., "Training Deep Nets with Sublinear
/// Memory Cost", 2016). So memory grows with √T, for one more forward pass.
/// </summary>
/// <remarks>
/// A segment runs through all layers of a one-directional network at once. With two directions the next layer, and a readout that reads
/// both directions of a step, need the other direction's states, which come from the other end of the row: so each layer runs over the
/// rows by itself, one direction after the other, and its states, but no other activations, are kept; where sums of layers or normalised
/// states are read, those of the last layer too.
/// </remarks>
internal sealed unsafe class SegmentedPass
{
    private readonly NetworkInput _input;
    private readonly List<SegmentWalk> _walks = [];
    private readonly List<KeptStates> _kept = [];
    private readonly LayerBlockPass _blocks;
    private readonly TopStates? _top;
    private readonly SegmentPoolings? _poolings;
    private readonly OutputPass _outputs;

    /// <param name="settings">Sizes, loss.</param>
    /// <param name="map">Layout of the weights.</param>
    /// <param name="parts">The modules, shared.</param>
    /// <param name="input">What the first layer reads.</param>
    /// <param name="dropout">Drops some of what the layers read.</param>
    /// <param name="initial">Makes the first layer's states before the first step; null for zeros.</param>
    /// <param name="blocks">What is read of the layers.</param>
    public SegmentedPass(
        EngineSettings settings,
        ParameterMap map,
        NetworkParts parts,
        NetworkInput input,
        LayerDropout dropout,
        InitialStatePass? initial,
        LayerBlockPass blocks
    )
    {
        _blocks = blocks;
        NetworkShape shape = settings.Shape;
        _input = input;
        _poolings = SegmentPoolings.TryCreate(shape, map);
        if (shape.Directions == 1)
            _outputs = OverAllLayers();
        else
            (_outputs, _top) = LayerByLayer();

        OutputPass OverAllLayers()
        {
            LayerPass[] layers = [.. parts.Layers.Select((_, l) => LayerPass.Segmented(parts, l, direction: 0))];
            bool keepsStates = _poolings is null && (!shape.PerStep || shape.IsChained);
            if (keepsStates)
                _kept.Add(new KeptStates(shape.HiddenSize, 1, new AlignedBuffer()));
            ISegmentReader? reader = _poolings is not null ? _poolings : _kept.FirstOrDefault();
            var chain = new LayerChain(layers, 0, input, dropout, map, initial, blocks);
            _walks.Add(new SegmentWalk(chain, 0, reader));
            return Outputs(chain.Outputs);
        }

        (OutputPass, TopStates?) LayerByLayer()
        {
            AlignedBuffer[] gradients = [new(), new()];
            IStepStates? sum = null;
            for (int l = 0; l < parts.Layers.Length; l++)
            {
                LayerInput below = sum is null ? input : new StatesInput(sum, blocks.NormOf(l - 1), l, dropout);
                bool isPooled = l == parts.Layers.Length - 1 && _poolings is not null;
                if (!isPooled)
                {
                    _kept.Add(new KeptStates(shape.HiddenSize, 2, blocks.IsResidual ? new() : gradients[l % 2]));
                    sum = blocks.SumOf(_kept[l], sum);
                }
                for (int d = 0; d < 2; d++)
                {
                    var chain = new LayerChain([LayerPass.Segmented(parts, l, d)], l, below, dropout, map, initial, blocks: null);
                    _walks.Add(new SegmentWalk(chain, d, isPooled ? _poolings : _kept[l]));
                }
            }
            TopStates? top = blocks.TopOf(sum!);
            return (top is null ? Outputs(_walks[^1].Chain.Outputs) : OutputPasses.OfStates(settings, map, top.States), top);
        }

        OutputPass Outputs(LayerStates states) =>
            _poolings is not null ? new RowOutputs(settings, map, _poolings)
            : _walks[^1].Reader is KeptStates kept ? OutputPasses.OfStates(settings, map, kept)
            : OutputPasses.OfStates(settings, map, states);
    }

    // Whether the readout runs over whole rows, after the layers.
    private bool ReadsWholeRows => _walks[^1].Reader is not null;

    /// <summary>As <see cref="NetworkPass.Score"/>.</summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="steps">Steps of a segment.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="outputs">Of the whole batch; the micro-batch's rows are written.</param>
    public void Score(MicroBatch microBatch, int steps, float* weights, Span<float> outputs)
    {
        Start(microBatch, steps, weights);
        foreach (SegmentWalk walk in _walks)
            for (int place = 0; place < walk.Segments; place++)
            {
                MicroBatch segment = Forward(walk, place);
                if (walk.Reader is null)
                    _outputs.Score(segment, weights, outputs);
            }
        _top?.Forward(microBatch);
        if (ReadsWholeRows)
            _outputs.Score(microBatch, weights, outputs);
    }

    /// <summary>As <see cref="NetworkPass.Train"/>.</summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="steps">Steps of a segment.</param>
    /// <param name="step">Number of the training step.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="unit">Divisor of a row's weight.</param>
    /// <param name="gradient">The micro-batch's gradients are added to it.</param>
    public double Train(MicroBatch microBatch, int steps, long step, float* weights, double unit, MicroBatchGradient gradient)
    {
        Start(microBatch, steps, weights);
        foreach (SegmentWalk walk in _walks)
            for (int place = 0; place < walk.Segments; place++)
                Forward(walk, place);
        _top?.Forward(microBatch);
        ClearGradients();
        double loss = ReadsWholeRows ? _outputs.Train(microBatch, step, weights, unit, gradient.Values) : 0;
        _top?.Backward(microBatch, gradient.Values);
        _input.StartBackward(microBatch);
        for (int w = _walks.Count - 1; w >= 0; w--)
        {
            SegmentWalk walk = _walks[w];
            // The first of the two that add to the gradients of the layer below.
            if (walk.Direction == 1 && w > 1 && !_blocks.IsResidual)
                ((KeptStates)_walks[w - 2].Reader!).ClearGradients();
            walk.StartBackward();
            for (int place = walk.Segments - 1; place >= 0; place--)
            {
                MicroBatch segment = walk.Again(place);
                bool usesSteps = walk.Reader?.UsesSteps ?? _outputs.UsesSteps;
                walk.Chain.ClearOutputGradients(usesSteps);
                if (walk.Reader is null)
                    loss += _outputs.Train(segment, step, weights, unit, gradient.Values);
                else
                    walk.Reader.AddGradients(walk.Direction, segment, walk.Chain.Outputs);
                walk.Chain.Backward(segment, usesSteps, gradient);
            }
            walk.Chain.BackwardInitial(gradient);
        }
        _input.Finish(microBatch, gradient);
        return loss;
    }

    private void Start(MicroBatch microBatch, int steps, float* weights)
    {
        int segments = (microBatch.Steps + steps - 1) / steps;
        _input.Start(microBatch, segments, weights);
        _poolings?.Start(microBatch, weights);
        foreach (KeptStates kept in _kept)
            kept.Start(microBatch);
        foreach (SegmentWalk walk in _walks)
            walk.Start(microBatch, segments, steps);
    }

    private static MicroBatch Forward(SegmentWalk walk, int place)
    {
        MicroBatch segment = walk.Forward(place);
        walk.Reader?.Read(walk.Direction, segment, walk.Chain.Outputs);
        return segment;
    }

    // Those of kept states that the readout adds to: the last layer's, or with residual connections each layer's.
    private void ClearGradients()
    {
        _top?.ClearGradients();
        if (_walks[^1].Reader is KeptStates)
            foreach (KeptStates kept in _kept.Skip(_blocks.IsResidual ? 0 : _kept.Count - 1))
                kept.ClearGradients();
    }
}
