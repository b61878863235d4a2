using RnnMlNet.Engines.Torch.Cells;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// The network on torch: embedding, projection or convolutions, recurrent layers with what is between them, pooling or decoder, head,
/// as defined by <see cref="NetworkShape"/>. Weights are read and written by the names of <see cref="WeightLayout"/>.
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
    private readonly TorchInput _input;
    private readonly TorchCycle? _cycle;
    private readonly TorchBlocks _blocks;
    private readonly Dictionary<string, Parameter> _own;

    /// <param name="settings">Sizes, initial weights, dropout.</param>
    /// <param name="device">The device.</param>
    /// <param name="stepped">Whether built-in cells run step by step instead of fused, as recurrent dropout requires: for tests.</param>
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
            if (_definition.Readout is DecoderModule { Cell: CellModule cell })
                _decoderCell = MakeDecoderCell(cell.Inputs, device);
        }
        TensorSpec[] own = [.. InputTensors, .. OutputTensors];
        TensorSpec[] frozen = [.. own.Where(spec => settings.FreezesEmbeddings && spec.Name == WeightLayout.Embedding)],
            trained = [.. own.Except(frozen)];
        var block = WeightBlock.New(trained.Select(Sides), device);
        WeightBlock[] frozenBlocks = [.. frozen.Select(spec => WeightBlock.Frozen(Sides(spec), device))];
        _own = trained
            .Zip(block.Parts)
            .Concat(frozen.Zip(frozenBlocks.Select(other => other.Parts[0])))
            .ToDictionary(pair => pair.First.Name, pair => pair.Second.Parameter, StringComparer.Ordinal);
        _cycle = _shape.Cycle is null ? null : new TorchCycle(_shape.Cycle, _own[LearnedCycle.Weight]);
        _input = new TorchInput(_shape, _own, _cycle, steps => _dropout.Apply(steps, settings.DropoutRates.InputDropout));
        _blocks = new TorchBlocks(_shape, _definition.Norms, _own);
        Blocks = [block, .. frozenBlocks, .. Directions.SelectMany(direction => direction.Blocks)];
        _decoder = _shape.Decoder is null ? null : MakeDecoder(_shape.Decoder.Kind);
        Weights = [.. NamedWeights()];
        SetWeights(settings.InitialWeights);
    }

    /// <summary>All weights, in file order.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Weights { get; }

    /// <summary>The same weights by memory block.</summary>
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

    /// <summary>The state of the dropout's random numbers.</summary>
    public RandomState RandomState => _dropout.State;

    /// <summary>Restores the state of the dropout's random numbers; false where the state is of another kind of device.</summary>
    public bool TrySetRandomState(RandomState state) => _dropout.TrySetState(state);

    /// <summary>Detaches its tensors from the current dispose scope: they then live until Dispose.</summary>
    public void Keep()
    {
        foreach (RecurrentDirection direction in Directions)
            direction.Keep();
        foreach (WeightBlock block in Blocks)
            block.Keep();
    }

    /// <summary>Raw outputs of a batch.</summary>
    /// <param name="batch">The rows.</param>
    /// <returns>[B, Outputs]; for a tagger [T, B, Outputs].</returns>
    public Tensor Forward(TorchBatch batch)
    {
        Tensor outputs = Outputs(batch);
        return _cycle is null ? outputs : _cycle.Add(outputs, batch);
    }

    private Tensor Outputs(TorchBatch batch)
    {
        Tensor values = _input.Steps(batch);
        Tensor final = values;
        Tensor? sum = null;
        if (_decoder is not null)
            return _decoder.Run(FirstLayer.LastState(values, batch.Valid), batch, Head);
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            (values, final) = RunLayer(layer, values, batch.Valid, layer == 0 ? _input.InitialStates(batch) : null);
            if (_blocks.IsEmpty)
                continue;
            sum = _blocks.Sum(values, sum);
            values = _blocks.Normalized(layer, sum);
        }
        if (!_blocks.IsEmpty)
            final = _blocks.Final(values, batch.Valid);
        return _definition.Readout switch
        {
            EveryState => Head(_input.WithStatics(values, batch)),
            PooledStates => Head(Pooled(values, final, batch)),
            _ => throw HasNoReadout(),
        };
    }

    /// <summary>
    /// After the backward pass: adds the gradients of rounded copies, where there are any, to those of the weights.
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

    /// <summary>Replaces the weights given by name; others stay.</summary>
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

    private static long[] Sides(TensorSpec spec) => [.. spec.Shape.Select(side => (long)side)];

    private Tensor Pooled(Tensor states, Tensor final, TorchBatch batch)
    {
        Tensor pooled = _pooling.Pool(states, final, batch.Valid, name => _own[name]);
        return _shape.HeadReadsStatics ? cat([pooled, _input.Statics(batch)], 1) : pooled;
    }

    private (Tensor States, Tensor Final) RunLayer(int layer, Tensor input, ValidSteps? valid, Tensor[][]? initial)
    {
        if (layer > 0)
            input = _dropout.Apply(input, _settings.DropoutRates.Dropout);
        var results = _layers[layer].Select((direction, d) => direction.Run(input, valid, initial?[d])).ToArray();
        return results.Length == 1
            ? results[0]
            : (cat([results[0].States, results[1].States], 2), cat([results[0].Final, results[1].Final], 1));
    }

    private Tensor Head(Tensor pooled)
    {
        Tensor values = pooled;
        for (int j = 0; j <= _shape.HeadHiddenSizes.Count; j++)
        {
            values = _dropout.Apply(j > 0 ? values.relu() : values, _settings.DropoutRates.HeadDropout);
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
            && _settings.DropoutRates.RecurrentDropout == 0
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
            NewStateMask = rows => _dropout.Mask(rows, _shape.HiddenSize, _settings.DropoutRates.RecurrentDropout),
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

    private FusedDirection FirstLayer => _layers[0][0] as FusedDirection ?? throw HasNoLayer();

    private NotSupportedException HasNoReadout() =>
        new(
            $"Torch cannot compute a network whose readout is {_definition.Readout.Name}: set Engine to Simd, and Device to \"auto\" or "
                + "\"cpu\"."
        );

    private TorchDecoder MakeDecoder(Decoder decoder) =>
        _cycle is not null && decoder.ReadsPreviousOutput
            ? throw new NotSupportedException("Torch cannot train a learned cycle with a decoder that reads its previous outputs.")
        : TorchDecoders.All.Find(decoder) is { } newDecoder
            ? newDecoder(new TorchDecoderContext(_shape, _decoderCell ?? FirstLayer, _own, _dropout, _settings.TeacherForcing))
        : throw HasNoReadout();

    private IEnumerable<RecurrentDirection> Directions =>
        _decoderCell is null ? _layers.SelectMany(layer => layer) : _layers.SelectMany(layer => layer).Append(_decoderCell);

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

    // A decoder's own cell has its weights itself.
    private IEnumerable<TensorSpec> OutputTensors =>
        [
            .. _definition.Norms.SelectMany(norm => norm.Tensors),
            .. _definition.Readout is DecoderModule decoder ? decoder.Tables : _definition.Readout.Tensors,
            .. _definition.StaticCategories.Tensors,
            .. _definition.InitialState.Tensors,
            .. _definition.Head.Tensors,
            .. _definition.Cycle.Tensors,
        ];

    private IEnumerable<TensorSpec> InputTensors =>
        [
            .. _definition.Categories.Tensors,
            .. _definition.Characters.Tensors,
            .. _definition.Input.Tensors,
            .. _definition.Convolutions.SelectMany(convolution => convolution.Tensors),
        ];

    private IEnumerable<(string, Parameter)> NamedWeights()
    {
        foreach (TensorSpec spec in InputTensors)
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
            yield return (spec.Name, _own[spec.Name]);
    }
}
