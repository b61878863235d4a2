using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// The first layer's input: a step's values with its categories' vectors, or a token's embedding followed by the vector of its word's
/// characters, projected or convolved where the network has a projection or convolutions.
/// </summary>
internal sealed unsafe class NetworkInput : LayerInput
{
    private readonly EngineSettings _settings;
    private readonly NetworkShape _shape;
    private readonly ParameterMap _map;
    private readonly EmbeddingTable? _embeddings;
    private readonly ProjectionPass? _projection;
    private readonly ConvolutionPass? _convolutions;
    private readonly CategoryPass _categories;
    private readonly CyclePass? _cycle;
    private readonly CharacterPass? _characters;
    private readonly LayerDropout _dropout;
    private float[] _scratch = [];
    private float[] _states = [];
    private int[] _ids = [];
    private int _stateSize,
        _rows;
    private float* _weights;

    /// <param name="settings">Sizes, dropout.</param>
    /// <param name="map">Layout of the weights.</param>
    /// <param name="parts">The modules, shared.</param>
    /// <param name="embeddings">For a network over tokens, their table, shared.</param>
    /// <param name="dropout">Drops some values of the input.</param>
    public NetworkInput(EngineSettings settings, ParameterMap map, NetworkParts parts, EmbeddingTable? embeddings, LayerDropout dropout)
    {
        _settings = settings;
        _shape = settings.Shape;
        _map = map;
        _embeddings = embeddings;
        _dropout = dropout;
        _projection = parts.Projection is null ? null : new ProjectionPass(parts.Projection);
        _characters = parts.Characters is null ? null : new CharacterPass(parts.Characters);
        _convolutions =
            parts.Convolutions.Count == 0
                ? null
                : new ConvolutionPass(NetworkDefinition.Of(_shape).Convolutions, parts.Convolutions, map.Convolutions);
        _categories = new CategoryPass(
            _shape.StepColumns.Categories,
            map.Categories,
            _shape.PatchLength,
            _shape.StepColumns.EncodedNumbers(_shape.TimeStepValues)
        );
        _cycle = CyclePass.Of(_shape, map);
    }

    public override bool NeedsGradient => _projection is not null || _convolutions is not null || IsLearnt;

    private bool LearnsEmbeddings => _embeddings is not null && !_settings.FreezesEmbeddings;

    // Whether weights of its own are part of what a step's values become, before a projection or convolutions.
    private bool IsLearnt => !_categories.IsEmpty || _cycle is not null || _characters is not null || LearnsEmbeddings;

    /// <summary>Starts over with other rows. Their segments are then read in ascending order first, and in any order after that.</summary>
    /// <param name="microBatch">The whole rows.</param>
    /// <param name="segments">In how many segments they are read.</param>
    /// <param name="weights">All weights.</param>
    public void Start(MicroBatch microBatch, int segments, float* weights)
    {
        _weights = weights;
        (_rows, _stateSize) = (microBatch.Count, microBatch.Batch.Stored?.StateSize ?? 0);
        if (_states.Length < (segments + 1) * _rows * _stateSize)
            _states = new float[(segments + 1) * _rows * _stateSize];
        _states.AsSpan(0, _rows * _stateSize).Clear();
        if (_convolutions is null)
            return;
        _convolutions.Start(microBatch);
        ReadInput(microBatch, layer: null);
        _convolutions.Forward(microBatch);
    }

    public override void Read(MicroBatch microBatch, LayerPass layer)
    {
        if (_convolutions is not null)
        {
            _convolutions.Read(microBatch, layer);
            return;
        }
        _projection?.Start(microBatch);
        ReadInput(microBatch, layer);
        _projection?.Forward(microBatch, layer);
    }

    /// <summary>Begins the backward pass, before that of the layers.</summary>
    /// <param name="microBatch">The whole rows.</param>
    public void StartBackward(MicroBatch microBatch) => _convolutions?.StartBackward(microBatch);

    public override void Backward(MicroBatch microBatch, LayerPass layer, MicroBatchGradient gradient)
    {
        if (_projection is not null)
            _projection.Backward(microBatch, layer, gradient.Values + _map.Projection, InputGradients(microBatch, gradient));
        else if (_convolutions is not null)
            _convolutions.AddGradients(microBatch, layer);
        else
        {
            layer.MakeInputGradients();
            for (int t = 0; t < microBatch.Steps; t++)
            for (int row = 0; row < microBatch.ActiveRows[t]; row++)
                Backward(microBatch, t, row, layer.InputGradient(t, row), gradient);
            _characters?.AddGradients(_weights + _map.Characters, gradient.Values + _map.Characters);
        }
    }

    /// <summary>Ends the backward pass, after that of the layers over all segments.</summary>
    /// <param name="microBatch">The whole rows.</param>
    /// <param name="gradient">The gradients of the weights, added to.</param>
    public void Finish(MicroBatch microBatch, MicroBatchGradient gradient)
    {
        if (_convolutions is null)
            return;
        _convolutions.Backward(microBatch, gradient.Values, InputGradients(microBatch, gradient));
        _characters?.AddGradients(_weights + _map.Characters, gradient.Values + _map.Characters);
    }

    // The values of the rows' steps, to the layer's input or what is before it.
    private void ReadInput(MicroBatch microBatch, LayerPass? layer)
    {
        if (_embeddings is null)
            ReadSteps(microBatch, layer);
        else
            ReadEmbeddings(microBatch, layer, _embeddings);
    }

    // What becomes of the gradient of the input of a projection or of convolutions; null where it is not needed.
    private ProjectionPass.InputGradient? InputGradients(MicroBatch microBatch, MicroBatchGradient gradient) =>
        IsLearnt ? (t, row, back) => Backward(microBatch, t, row, back, gradient) : null;

    private void Backward(MicroBatch microBatch, int t, int row, Span<float> back, MicroBatchGradient gradient)
    {
        _dropout.Apply(back, 0, microBatch, row, t);
        if (_embeddings is null)
        {
            _cycle?.SubtractBackward(microBatch, row, t, back, gradient.Values);
            if (!_categories.IsEmpty)
                _categories.Backward(back, IdsAt(microBatch, t, row), gradient.Values);
            return;
        }
        if (LearnsEmbeddings)
            gradient.Embeddings!.Add(microBatch.Token(t, row), back[.._shape.EmbeddingSize]);
        _characters?.Backward(back[_shape.EmbeddingSize..], t * microBatch.Count + row);
    }

    // Destination of a row's values at its first step, and elements from one step to the next.
    private Span<float> StepsOf(MicroBatch microBatch, LayerPass? layer, int row, out int stride)
    {
        if (_convolutions is not null)
        {
            stride = _shape.StepInputSize;
            return _convolutions.StepsOf(row);
        }
        stride = (_projection?.StepStride ?? layer!.InputStride) * microBatch.Count;
        return _projection is null ? layer!.InputsOf(row) : _projection.StepsOf(row);
    }

    private void ReadSteps(MicroBatch microBatch, LayerPass? layer)
    {
        int ids = _categories.IsEmpty ? 0 : microBatch.InputLength(0) * microBatch.Count * _categories.Ids;
        if (_ids.Length < ids)
            _ids = new int[ids];
        for (int row = 0; row < microBatch.Count; row++)
        {
            Span<float> steps = StepsOf(microBatch, layer, row, out int stride);
            Span<float> state = EncoderState(microBatch.Segment + 1, row);
            EncoderState(microBatch.Segment, row).CopyTo(state);
            microBatch.CopySteps(row, steps, stride, state, ref _scratch);
            _cycle?.Subtract(microBatch, row, steps, stride, _weights);
            if (!_categories.IsEmpty)
                for (int t = 0; t < microBatch.InputLength(row); t++)
                    _categories.Forward(steps.Slice(t * stride, _categories.Width), _weights, IdsAt(microBatch, t, row));
            if (_settings.DropoutRates.InputDropout > 0)
                for (int t = 0; t < microBatch.InputLength(row); t++)
                    _dropout.Apply(steps.Slice(t * stride, _shape.StepInputSize), 0, microBatch, row, t);
        }
    }

    private void ReadEmbeddings(MicroBatch microBatch, LayerPass? layer, EmbeddingTable embeddings)
    {
        _characters?.Start(microBatch);
        for (int row = 0; row < microBatch.Count; row++)
        {
            Span<float> steps = StepsOf(microBatch, layer, row, out int stride);
            for (int t = 0; t < microBatch.InputLength(row); t++)
            {
                Span<float> input = steps.Slice(t * stride, _shape.StepInputSize);
                embeddings[microBatch.Token(t, row)].CopyTo(input);
                _characters?.Forward(microBatch.Characters(t, row), t * microBatch.Count + row, input[_shape.EmbeddingSize..]);
                _dropout.Apply(input, 0, microBatch, row, t);
            }
        }
    }

    private Span<int> IdsAt(MicroBatch microBatch, int t, int row) =>
        _ids.AsSpan((t * microBatch.Count + row) * _categories.Ids, _categories.Ids);

    // The state of the steps' encoder before a segment of a row.
    private Span<float> EncoderState(int segment, int row) => _states.AsSpan((segment * _rows + row) * _stateSize, _stateSize);
}
