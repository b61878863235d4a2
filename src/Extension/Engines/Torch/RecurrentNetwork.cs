using RnnMlNet.Engines.Torch.Cells;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// The network on torch: embedding or projection, recurrent layers, pooling or decoder, head, as <see cref="NetworkShape"/> says. Weights
/// go in and out by the names of
/// <see cref="WeightLayout"/>.
/// </summary>
internal sealed class RecurrentNetwork : IDisposable
{
    private readonly NetworkShape _shape;
    private readonly NetworkDefinition _definition;
    private readonly EngineSettings _settings;
    private readonly SeededDropout _dropout;
    private readonly StatePooling _pooling;
    private readonly RecurrentDirection[][] _layers;
    private readonly FusedDirection? _decoderCell;
    private readonly TorchDecoder? _decoder;
    private readonly Dictionary<string, Parameter> _own;

    /// <param name="settings">Sizes, initial weights, dropout.</param>
    /// <param name="device">Where it lives.</param>
    /// <param name="stepped">Whether built-in cells run step by step instead of fused, as they must with recurrent dropout: for
    /// tests.</param>
    public RecurrentNetwork(EngineSettings settings, Device device, bool stepped = false)
    {
        _shape = settings.Shape;
        _definition = NetworkDefinition.Of(_shape);
        _settings = settings;
        _pooling = new StatePooling(_shape.Pooling, _shape.StateWidth);
        _dropout = new SeededDropout(settings.Seed, device);
        using (GlobalRandom.Kept(settings.Seed))
        {
            _layers = [.. Enumerable.Range(0, _shape.Layers).Select(layer => MakeLayer(layer, device, stepped))];
            if (_shape.Decoder is { Kind: DecoderKind.Recurrent } decoder)
                _decoderCell = MakeDecoderCell(1 + decoder.KnownSize, device);
        }
        TensorSpec[] own = [.. _definition.Input.Tensors, .. OutputTensors.Where(spec => _decoderCell is null || !IsOfDecoderCell(spec))];
        var block = WeightBlock.New(own.Select(spec => spec.Shape.Select(side => (long)side).ToArray()), device);
        _own = own.Zip(block.Parts).ToDictionary(pair => pair.First.Name, pair => pair.Second.Parameter, StringComparer.Ordinal);
        Blocks = [block, .. Directions.SelectMany(direction => direction.Blocks)];
        _decoder = MakeDecoder();
        Weights = [.. NamedWeights()];
        SetWeights(settings.InitialWeights);
    }

    /// <summary>All weights, in file order.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Weights { get; }

    /// <summary>The same weights by where they lie.</summary>
    public IReadOnlyList<WeightBlock> Blocks { get; }

    /// <summary>Whether dropout is on.</summary>
    public bool IsTraining
    {
        set
        {
            _dropout.IsOn = value;
            foreach (RecurrentDirection direction in _layers.SelectMany(layer => layer))
                direction.Train(value);
        }
    }

    /// <summary>Where the dropout's random numbers stand.</summary>
    public RandomState RandomState => _dropout.State;

    /// <summary>Puts the dropout's random numbers where they stood; false where the state is of another kind of device.</summary>
    public bool TrySetRandomState(RandomState state) => _dropout.TrySetState(state);

    /// <summary>Takes its tensors out of the dispose scope that they were made in: they then live until Dispose.</summary>
    public void Keep()
    {
        foreach (RecurrentDirection direction in Directions)
            direction.Keep();
        foreach (WeightBlock block in Blocks)
            block.Keep();
    }

    /// <summary>Raw outputs of a batch.</summary>
    /// <param name="batch">The rows.</param>
    /// <returns>[B, Outputs]; of a tagger [T, B, Outputs].</returns>
    public Tensor Forward(TorchBatch batch)
    {
        Tensor values = Inputs(batch);
        Tensor final = values;
        if (_decoder is not null)
            return _decoder.Run(((FusedDirection)_layers[0][0]).LastState(values, batch.Valid), batch, Head);
        for (int layer = 0; layer < _layers.Length; layer++)
            (values, final) = RunLayer(layer, values, batch.Valid);
        return _definition.Readout switch
        {
            EveryState => Head(values),
            PooledStates => Head(Pooled(values, final, batch)),
            var other => throw new NotSupportedException($"torch cannot compute a network whose readout is {other.Name}."),
        };
    }

    /// <summary>
    /// After the backward pass: gives the weights the gradients of those that were rounded from them, where there are any.
    /// </summary>
    public void HandBackGradients()
    {
        foreach (RecurrentDirection direction in _layers.SelectMany(layer => layer))
            direction.HandBackGradients();
    }

    /// <summary>A copy of the weights.</summary>
    public NetworkWeights GetWeights()
    {
        using var scope = NewDisposeScope();
        return new NetworkWeights(Weights.Select(w => ToNamed(w.Name, w.Parameter)));
    }

    /// <summary>Replaces the weights given by name; those not given stay.</summary>
    /// <exception cref="ArgumentException">A weight is not the network's own, or of another shape.</exception>
    public void SetWeights(NetworkWeights weights)
    {
        CheckOwn(weights);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, parameter) in Weights)
            if (weights.TryGet(name, out NamedTensor? given))
                parameter.copy_(tensor(given!.Values, [.. given.Shape.Select(side => (long)side)]));
    }

    /// <summary>A tensor on the CPU, copied.</summary>
    public static NamedTensor ToNamed(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return new NamedTensor(
            name,
            [.. tensor.shape.Select(side => (int)side)],
            tensor.detach().cpu().contiguous().data<float>().ToArray()
        );
    }

    public void Dispose()
    {
        foreach (WeightBlock block in Blocks)
            block.Dispose();
        foreach (RecurrentDirection direction in Directions)
            direction.Dispose();
        _dropout.Dispose();
    }

    private Tensor Pooled(Tensor states, Tensor final, TorchBatch batch)
    {
        Tensor pooled = _pooling.Pool(states, final, batch.Valid, name => _own[name]);
        return _shape.StaticFeatures > 0 ? cat([pooled, batch.StaticInputs(_shape.StaticFeatures)], 1) : pooled;
    }

    private Tensor Inputs(TorchBatch batch)
    {
        if (!_shape.UsesTokens)
            return Projected(_dropout.Apply(batch.Input, _settings.InputDropout));
        Tensor rows = _own[WeightLayout.Embedding].index_select(0, batch.Input.reshape(-1));
        return _dropout.Apply(rows.reshape(batch.Input.shape[0], batch.Input.shape[1], _shape.EmbeddingSize), _settings.InputDropout);
    }

    private Tensor Projected(Tensor steps) =>
        _shape.ProjectionSize == 0
            ? steps
            : nn.functional.linear(steps, _own[WeightLayout.Projection], _own[WeightLayout.ProjectionBias]).relu();

    private (Tensor States, Tensor Final) RunLayer(int layer, Tensor input, ValidSteps? valid)
    {
        if (layer > 0)
            input = _dropout.Apply(input, _settings.Dropout);
        var results = _layers[layer].Select(direction => direction.Run(input, valid)).ToArray();
        return results.Length == 1
            ? results[0]
            : (cat([results[0].States, results[1].States], 2), cat([results[0].Final, results[1].Final], 1));
    }

    private Tensor Head(Tensor pooled)
    {
        Tensor values = pooled;
        for (int j = 0; j <= _shape.HeadHiddenSizes.Count; j++)
        {
            values = _dropout.Apply(j > 0 ? values.relu() : values, _settings.HeadDropout);
            values = nn.functional.linear(values, _own[$"head.{j}.weight"], _own[$"head.{j}.bias"]);
        }
        return values;
    }

    private RecurrentDirection[] MakeLayer(int layer, Device device, bool stepped) =>
        [
            .. Enumerable
                .Range(0, _shape.Directions)
                .Select(direction => MakeDirection(_shape.LayerInputSize(layer), direction == 1, device, stepped)),
        ];

    private RecurrentDirection MakeDirection(int inputSize, bool reverse, Device device, bool stepped)
    {
        if (_shape.CustomCell is string custom)
            return new SteppedDirection(RecurrentCells.Create(custom, inputSize, _shape.HiddenSize), reverse, device);
        TorchCell cell = TorchCells.Of(_shape.Cell);
        if (
            !stepped
            && _settings.RecurrentDropout == 0
            && cell.Fused(inputSize, _shape.HiddenSize, device, ScalarType.Float32) is FusedLayer layer
        )
            return new FusedDirection(
                cell,
                layer,
                () => cell.Fused(inputSize, _shape.HiddenSize, device, ScalarType.BFloat16)!,
                reverse,
                _settings.Precision,
                _settings.PacksRaggedRows
            );
        return new SteppedDirection(cell.Stepped(inputSize, _shape.HiddenSize), reverse, device)
        {
            NewStateMask = rows => _dropout.Mask(rows, _shape.HiddenSize, _settings.RecurrentDropout),
        };
    }

    private FusedDirection MakeDecoderCell(int inputSize, Device device)
    {
        TorchCell cell = TorchCells.Of(_shape.Cell);
        FusedLayer layer = cell.Fused(inputSize, _shape.HiddenSize, device, ScalarType.Float32) ?? throw HasNoLayer();
        return new FusedDirection(cell, layer, () => throw HasNoLayer(), reverse: false, TrainingPrecision.Full, packs: false);
    }

    private NotSupportedException HasNoLayer() =>
        new($"Torch has no layer of the cell {_shape.Cell}, which a decoder needs: leave Device null, or set it to \"cpu\".");

    private TorchDecoder? MakeDecoder() =>
        _definition.Readout switch
        {
            RecurrentDecoder => new TorchRecurrentDecoder(_shape, _decoderCell!, _dropout, _settings.TeacherForcing),
            ParallelDecoder => new TorchParallelDecoder(_shape, _layers[0][0] as FusedDirection ?? throw HasNoLayer(), _own),
            _ => null,
        };

    private IEnumerable<RecurrentDirection> Directions =>
        _decoderCell is null ? _layers.SelectMany(layer => layer) : _layers.SelectMany(layer => layer).Append(_decoderCell);

    private static bool IsOfDecoderCell(TensorSpec spec) => spec.Name.StartsWith("decoder.", StringComparison.Ordinal);

    private void CheckOwn(NetworkWeights weights)
    {
        var own = Weights.ToDictionary(w => w.Name, w => w.Parameter.shape, StringComparer.Ordinal);
        foreach (NamedTensor given in weights.Tensors)
        {
            if (!own.TryGetValue(given.Name, out long[]? shape))
                throw new ArgumentException(
                    $"'{given.Name}' is not a weight of this network; it has {string.Join(", ", own.Keys)}.",
                    nameof(weights)
                );
            if (!shape.SequenceEqual(given.Shape.Select(side => (long)side)))
                throw new ArgumentException(
                    $"The weight '{given.Name}' is [{string.Join(", ", given.Shape)}], but [{string.Join(", ", shape)}] was expected.",
                    nameof(weights)
                );
        }
    }

    private IEnumerable<TensorSpec> OutputTensors => [.. _definition.Readout.Tensors, .. _definition.Head.Tensors];

    private IEnumerable<(string, Parameter)> NamedWeights()
    {
        foreach (TensorSpec spec in _definition.Input.Tensors)
            yield return (spec.Name, _own[spec.Name]);
        for (int layer = 0; layer < _layers.Length; layer++)
        for (int direction = 0; direction < _layers[layer].Length; direction++)
        {
            string suffix = WeightLayout.Suffix(layer, direction);
            foreach (var (name, parameter) in _layers[layer][direction].Parameters)
                yield return (_shape.CustomCell is null ? $"rnn.{name}_{suffix}" : $"rnn.{suffix}.{name}", parameter);
        }
        if (_decoderCell is not null)
            foreach (var (name, parameter) in _decoderCell.Parameters)
                yield return ($"decoder.{name}_{WeightLayout.Suffix(0, 0)}", parameter);
        foreach (TensorSpec spec in OutputTensors)
            if (_own.TryGetValue(spec.Name, out Parameter? own))
                yield return (spec.Name, own);
    }
}
