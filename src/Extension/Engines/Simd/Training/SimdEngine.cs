using RnnMlNet.Data;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Text;
using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Trains in C# on the CPU: divides each batch into micro-batches, whose forward and backward passes run in parallel; their gradients are
/// then added up, clipped and applied. The division of a batch and the order of all sums do not depend on the number of threads, so the
/// result does not either, to the bit.
/// </summary>
internal sealed unsafe class SimdEngine : ITrainingEngine
{
    // Rows of a micro-batch: enough to fill the register tiles.
    private const int MicroBatchRows = 16;

    private readonly EngineSettings _settings;
    private readonly ParameterMap _map;
    private readonly ParameterStep _parameters;
    private readonly EmbeddingTable? _embeddings;
    private readonly (IPackedWeights Weights, long Place, int Part)[] _packing;
    private readonly ThreadTeam _team;
    private readonly NetworkPass[] _passes;
    private readonly List<MicroBatch> _microBatches = [];
    private readonly List<MicroBatchGradient> _gradients = [];
    private double[] _losses = [];
    private int[] _longestFirst = [];
    private int[] _shortness = [];
    private AddedBatches _added;

    // Micro-batches whose gradients are summed so far.
    private int _addedMicroBatches;

    private SimdEngine(
        EngineSettings settings,
        NetworkParts parts,
        ParameterUpdate update,
        Func<ParameterMap, ParameterStep> parameters,
        long keptBytes
    )
    {
        _settings = settings;
        NetworkShape shape = settings.Shape;
        _map = new ParameterMap(shape, parts);
        _parameters = parameters(_map);
        _packing =
        [
            .. _map.Packed(parts)
                .SelectMany(packed => Enumerable.Range(0, packed.Weights.PackParts).Select(part => (packed.Weights, packed.Place, part))),
        ];
        _team = new ThreadTeam(ThreadCount.Of(settings.Threads));
        _embeddings = shape.UsesTokens ? new EmbeddingTable(shape.Vocabulary, shape.EmbeddingSize, update, _team) : null;
        _passes = [.. Enumerable.Range(0, _team.Threads).Select(_ => new NetworkPass(settings, _map, parts, _embeddings, keptBytes))];
        SetWeights(settings.InitialWeights);
        if (update.Averages)
            Read(ParameterStep.Average, settings.InitialWeights);
    }

    /// <summary>Builds the engine with the widest vectors that the processor computes fast.</summary>
    /// <param name="settings">The network and its training.</param>
    /// <param name="keptBytes">Bytes of activations that a micro-batch may keep; those of a larger one are computed again.</param>
    public static SimdEngine Create(EngineSettings settings, long keptBytes = Segmentation.DefaultLimit) =>
        VectorWidth.Bits switch
        {
            512 => Create<Lanes512>(settings, keptBytes),
            256 => Create<Lanes256>(settings, keptBytes),
            _ => Create<Lanes128>(settings, keptBytes),
        };

    /// <summary>Builds the engine with vectors of a given width.</summary>
    public static SimdEngine Create<T>(EngineSettings settings, long keptBytes = Segmentation.DefaultLimit)
        where T : unmanaged, ILanes<T>
    {
        ParameterUpdate update = ParameterUpdate.Create<T>(settings);
        return new SimdEngine(
            settings,
            NetworkParts.Create<T>(settings.Shape),
            update,
            map => new ParameterStep<T>(map.Size, update, settings.GradientClipNorm),
            keptBytes
        );
    }

    public string Description => $"C# on {Words.Plural(_team.Threads, "thread")}, vectors of {VectorWidth.Bits} bits";

    public bool ReadsStoredSteps => true;

    public BatchLoss AddGradient(MiniBatch batch)
    {
        AddedBatches before = _added;
        double weight = batch.TotalWeight;
        _added = before.And(weight);
        int microBatches = Prepare(batch);
        if (_losses.Length < microBatches)
            _losses = new double[microBatches];
        // The dropout masks' number: the step's, and in the upper bits the batch's within the step.
        long step = _parameters.Steps | (long)before.Count << 40;
        int started = before.Count == 0 ? 0 : _addedMicroBatches;
        double unit = _added.Unit;
        _team.Run(
            microBatches,
            (microBatch, worker) =>
            {
                if (microBatch >= started)
                    _gradients[microBatch].Clear();
                _losses[microBatch] = _passes[worker]
                    .Train(_microBatches[microBatch], step, _parameters.Values, unit, _gradients[microBatch]);
            }
        );
        _addedMicroBatches = Math.Max(started, microBatches);
        float loss = (float)(_losses.AsSpan(0, microBatches).ToArray().Sum() * (unit / weight));
        if (!float.IsFinite(loss))
            _added = default;
        return loss;
    }

    public void Update(float learningRate)
    {
        IEnumerable<MicroBatchGradient> gradients = _gradients.Take(_addedMicroBatches);
        double embeddingSquares = _embeddings?.Gather(gradients.Select(gradient => gradient.Embeddings!)) ?? 0;
        float scale = _parameters.Apply(_team, [.. gradients], embeddingSquares, _added.Scale, learningRate);
        if (!_settings.FreezesEmbeddings)
            _embeddings?.Update(scale);
        _added = default;
        Pack();
    }

    public void Score(MiniBatch batch, Span<float> outputs)
    {
        int microBatches = Prepare(batch);
        fixed (float* start = outputs)
        {
            nint address = (nint)start;
            int length = outputs.Length;
            _team.Run(
                microBatches,
                (microBatch, worker) =>
                    _passes[worker].Score(_microBatches[microBatch], _parameters.Values, new Span<float>((float*)address, length))
            );
        }
    }

    public NetworkWeights GetWeights() => Tensors(0);

    public void SetWeights(NetworkWeights weights)
    {
        Read(0, weights);
        Pack();
    }

    public NetworkWeights? GetAverage() => _parameters.Update.Averages ? Tensors(ParameterStep.Average) : null;

    public OptimizerState GetOptimizerState() =>
        new(_parameters.Steps, OptimizerMemory.ToDictionary(moment => moment.Name, moment => Tensors(moment.Which)));

    public void SetOptimizerState(OptimizerState state)
    {
        _parameters.Steps = state.Steps;
        foreach (var (name, which) in OptimizerMemory)
            Read(which, state.Moments[name]);
    }

    /// <summary>A step's masks are a function of the seed and the step's number, which is part of the optimiser's state.</summary>
    public RandomState GetRandomState() => new("C#", BitConverter.GetBytes(_settings.Seed));

    public bool TrySetRandomState(RandomState state) =>
        state.Generator == "C#" && state.Bytes.AsSpan().SequenceEqual(BitConverter.GetBytes(_settings.Seed));

    public void Dispose() => _team.Dispose();

    private IEnumerable<(string Name, int Which)> OptimizerMemory =>
        _parameters
            .Update.Moments.Select((name, m) => (name, m + 1))
            .Concat(_parameters.Update.Averages ? [(WeightAverage.Name, ParameterStep.Average)] : []);

    private int Prepare(MiniBatch batch)
    {
        _embeddings?.Prepare(batch.Tokens.AsSpan(0, batch.MaxLength * batch.Count));
        return Split(batch);
    }

    private int Split(MiniBatch batch)
    {
        if (_longestFirst.Length < batch.Count)
            (_longestFirst, _shortness) = (new int[batch.Count], new int[batch.Count]);
        for (int row = 0; row < batch.Count; row++)
            (_longestFirst[row], _shortness[row]) = (row, -batch.Lengths[row]);
        Array.Sort(_shortness, _longestFirst, 0, batch.Count);
        int microBatches = (batch.Count + MicroBatchRows - 1) / MicroBatchRows;
        while (_microBatches.Count < microBatches)
        {
            _microBatches.Add(new MicroBatch());
            _gradients.Add(
                new MicroBatchGradient(
                    _map.Size,
                    _embeddings is null ? null : new EmbeddingGradient(_settings.Shape.Vocabulary, _settings.Shape.EmbeddingSize)
                )
            );
        }
        for (int microBatch = 0; microBatch < microBatches; microBatch++)
            _microBatches[microBatch]
                .Take(batch, _longestFirst.AsSpan(0, batch.Count), microBatch, microBatches, _settings.Shape.StepStride);
        return microBatches;
    }

    private void Pack() =>
        _team.Run(
            _packing.Length,
            (i, _) =>
            {
                (IPackedWeights weights, long place, int part) = _packing[i];
                weights.Pack(_parameters.Values + place, part);
            }
        );

    // The weights (which = 0), their moments (1 and 2) or their moving average, in file order.
    private NetworkWeights Tensors(int which)
    {
        var byName = _map.Tensors(_parameters.Memory(which)).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        return new NetworkWeights(
            NetworkDefinition
                .TensorsOf(_settings.Shape)
                .Select(spec =>
                    spec.Name == WeightLayout.Embedding
                        ? new NamedTensor(spec.Name, spec.Shape, _embeddings!.Get(which))
                        : byName[spec.Name]
                )
        );
    }

    private void Read(int which, NetworkWeights tensors)
    {
        _map.Read(tensors, _parameters.Memory(which));
        _embeddings?.Set(which, tensors[WeightLayout.Embedding]);
    }
}
