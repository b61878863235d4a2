using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Offsets of all weights in one memory block: recurrent layers in the layout of <see cref="DirectionSizes"/>, the projection,
/// convolutions and a decoder's head in that of <see cref="LinearTraining"/>, the others in PyTorch's. Embeddings are stored apart
/// (<see cref="EmbeddingTable"/>), because a batch reads few of them.
/// </summary>
internal sealed class ParameterMap
{
    private const int Alignment = 16;

    private readonly List<Place> _places = [];
    private readonly long[][] _directions;

    public ParameterMap(NetworkShape shape, NetworkParts parts)
    {
        var definition = NetworkDefinition.Of(shape);
        Categories = AddAll(definition.Categories.Tensors);
        StaticCategories = AddAll(definition.StaticCategories.Tensors);
        Characters = parts.Characters is null ? 0 : AddInSequence(definition.Characters.Tensors, parts.Characters.Count);
        Projection = parts.Projection is LinearTraining projection
            ? AddLinear(WeightLayout.Projection, WeightLayout.ProjectionBias, projection)
            : 0;
        Convolutions = [.. definition.Convolutions.Zip(parts.Convolutions, AddConvolution)];
        _directions =
        [
            .. parts.Layers.Select(
                (directions, layer) =>
                    directions.Select((direction, d) => AddDirection(definition.Layers[layer].Directions[d], direction)).ToArray()
            ),
        ];
        Norms = [.. definition.Norms.Select(norm => AddAll(norm.Tensors))];
        Readout = definition.Readout is DecoderModule decoder
            ? [.. decoder.Cell is CellModule cell ? [AddDirection(cell, parts.Decoder!)] : NoPlaces, .. AddAll(decoder.Tables)]
            : AddAll(definition.Readout.Tensors);
        InitialState = AddAll(definition.InitialState.Tensors);
        Head = parts.Head is LinearTraining head ? [AddLinear("head.0.weight", "head.0.bias", head)] : AddAll(definition.Head.Tensors);
        Cycle = AddAll(definition.Cycle.Tensors);
    }

    /// <summary>Number of elements, a multiple of a cache line.</summary>
    public long Size { get; private set; }

    /// <summary>[K] offsets of the vectors of a step's categories.</summary>
    public long[] Categories { get; }

    /// <summary>Offsets of the vectors of static categories.</summary>
    public long[] StaticCategories { get; }

    /// <summary>Offsets of the initial state's tensors: weight and bias of each direction; empty where that is zeros.</summary>
    public long[] InitialState { get; }

    /// <summary>Offset of the weights of <see cref="CharacterTraining"/>; meaningless without characters.</summary>
    public long Characters { get; }

    /// <summary>Offset of the projection's weights; meaningless without one.</summary>
    public long Projection { get; }

    /// <summary>Offsets of the convolutions' weights.</summary>
    public long[] Convolutions { get; }

    /// <summary>[layers] offsets of the gain and, where there is one, the bias of each layer's normalisation; empty without.</summary>
    public long[][] Norms { get; }

    /// <summary>
    /// Offsets of the readout's weights: for a recurrent decoder its cell's, else each tensor's; empty without weights.
    /// </summary>
    public long[] Readout { get; }

    /// <summary>
    /// Offsets of the head's tensors: weight and bias of each layer; for a <see cref="LinearTraining"/> its one offset.
    /// </summary>
    public long[] Head { get; }

    /// <summary>Offset of the learned cycle; empty without one.</summary>
    public long[] Cycle { get; }

    /// <summary>Offset of a direction's weights.</summary>
    public long Direction(int layer, int direction) => _directions[layer][direction];

    /// <summary>The modules that pack their weights, and the weights' offsets.</summary>
    public IEnumerable<(IPackedWeights Weights, long Place)> Packed(NetworkParts parts)
    {
        if (parts.Characters is not null)
            yield return (parts.Characters, Characters);
        if (parts.Projection is not null)
            yield return (parts.Projection, Projection);
        for (int j = 0; j < Convolutions.Length; j++)
            yield return (parts.Convolutions[j], Convolutions[j]);
        for (int layer = 0; layer < parts.Layers.Length; layer++)
        for (int direction = 0; direction < parts.Layers[layer].Length; direction++)
            yield return (parts.Layers[layer][direction], Direction(layer, direction));
        if (parts.Decoder is not null)
            yield return (parts.Decoder, Readout[0]);
        if (parts.Head is not null)
            yield return (parts.Head, Head[0]);
    }

    /// <summary>Writes given weights to memory.</summary>
    public unsafe void Read(NetworkWeights weights, float* memory)
    {
        foreach (Place place in _places)
        {
            float[] values = weights[place.Spec.Name];
            for (int i = 0; i < values.Length; i++)
                memory[place.At(i)] = values[i];
        }
    }

    /// <summary>The weights, in PyTorch's layout.</summary>
    public unsafe IEnumerable<NamedTensor> Tensors(float* memory)
    {
        var tensors = new List<NamedTensor>();
        foreach (Place place in _places)
        {
            var values = new float[place.Spec.Size];
            for (int i = 0; i < values.Length; i++)
                values[i] = memory[place.At(i)];
            tensors.Add(new NamedTensor(place.Spec.Name, place.Spec.Shape, values));
        }
        return tensors;
    }

    private static long[] NoPlaces => [];

    private long AddDirection(CellModule cell, DirectionTraining direction)
    {
        DirectionSizes sizes = direction.Sizes;
        long start = Reserve(sizes.Count);
        int units = sizes.Units,
            gates = sizes.GateBuffers - sizes.FirstInputBuffer;
        var bufferOf = new int[gates];
        for (int buffer = 0; buffer < sizes.RecurrentBuffers; buffer++)
            bufferOf[direction.RecurrentGate(buffer)] = buffer;

        long At(int row, Func<int, int> buffer) => buffer(row / units) * sizes.Width + row % units;
        Add(
            cell.InputWeights,
            start,
            index => index % sizes.InputSize * (long)sizes.InputColumns + At(index / sizes.InputSize, gate => gate)
        );
        Add(cell.InputBias, start, index => sizes.InputBias + At(index, gate => gate));
        if (cell.RecurrentWeights is TensorSpec recurrent)
            Add(
                recurrent,
                start,
                index => sizes.StateWeights + index % units * (long)sizes.StateColumns + At(index / units, gate => bufferOf[gate])
            );
        if (cell.RecurrentBias is TensorSpec bias)
            Add(bias, start, index => sizes.StateBias + At(index, gate => bufferOf[gate]));
        if (cell.UnitParameters is TensorSpec unit)
            Add(unit, start, index => sizes.Unit + At(index, parameter => parameter));
        return start;
    }

    private long AddLinear(string weight, string bias, LinearTraining linear)
    {
        long start = Reserve(linear.Count);
        Add(
            new TensorSpec(weight, [linear.Outputs, linear.Inputs]),
            start,
            index => index % linear.Inputs * (long)linear.Columns + index / linear.Inputs
        );
        Add(new TensorSpec(bias, [linear.Outputs]), start, index => linear.Bias + index);
        return start;
    }

    private long AddConvolution(ConvolutionModule module, LinearTraining linear)
    {
        long start = Reserve(linear.Count);
        Add(
            module.Weight,
            start,
            index =>
            {
                var (filter, place) = module.InWindow(index);
                return place * (long)linear.Columns + filter;
            }
        );
        Add(module.Bias, start, index => linear.Bias + index);
        return start;
    }

    private long Add(TensorSpec spec, long start, Func<int, long> at)
    {
        _places.Add(new Place(spec, index => start + at(index)));
        return start;
    }

    // One after the other, without alignment.
    private long AddInSequence(IEnumerable<TensorSpec> tensors, long count)
    {
        long start = Reserve(count),
            next = start;
        foreach (TensorSpec spec in tensors)
        {
            Add(spec, next, index => index);
            next += spec.Size;
        }
        return start;
    }

    private long[] AddAll(IEnumerable<TensorSpec> tensors) => [.. tensors.Select(spec => Add(spec, Reserve(spec.Size), index => index))];

    private long Reserve(long count)
    {
        long start = Size;
        Size += (count + Alignment - 1) / Alignment * Alignment;
        return start;
    }

    private sealed record Place(TensorSpec Spec, Func<int, long> At);
}
