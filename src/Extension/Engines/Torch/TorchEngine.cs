using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>Trains on TorchSharp: CUDA, MPS or CPU, fused layers for the built-in cells, custom cells step by step.</summary>
internal sealed class TorchEngine : ITrainingEngine
{
    private readonly EngineSettings _settings;
    private readonly Device _device;
    private readonly RecurrentNetwork _network;
    private readonly TorchOptimizer _optimizer;
    private readonly TorchThreads _threads;
    private readonly TensorFloat32 _tensorFloat32;

    // Losses that have not been read.
    private readonly HashSet<Tensor> _pending = new(ReferenceEqualityComparer.Instance);
    private AddedBatches _added;

    private TorchEngine(EngineSettings settings, Device device)
    {
        _ = TorchLoss.Of(settings.Loss);
        _settings = settings;
        _device = device;
        // Tensors created here belong to the engine, not to the caller's dispose scope.
        using var scope = NewDisposeScope();
        _network = new RecurrentNetwork(settings, device);
        _network.Keep();
        _optimizer = new TorchOptimizer(settings, _network);
        // Last: an engine that fails to build must not leave torch's thread count and settings changed.
        _threads = new TorchThreads(settings.Threads, settings.Shape.HiddenSize);
        _tensorFloat32 = new TensorFloat32(settings.AllowTensorFloat32);
    }

    /// <summary>Builds the engine on the requested device.</summary>
    public static TorchEngine Create(EngineSettings settings, out string? warning)
    {
        Device device = TorchDevice.Resolve(settings.Device, settings.FallbackToCpu, out warning);
        return new TorchEngine(settings, device) { HasPendingLosses = device.type != DeviceType.CPU };
    }

    public string Description =>
        $"Torch on {(_device.type == DeviceType.CUDA ? $"cuda:{_device.index}" : _device.type.ToString().ToLowerInvariant())}";

    public bool GainsFromBatchesAhead => _device.type != DeviceType.CPU;

    public string KeepFreedMemory() => _device.type == DeviceType.CPU ? GlibcMemory.Keep() : ((ITrainingEngine)this).NoNeedToKeepMemory;

    /// <summary>
    /// Whether the device computes in its own time, so that reading a loss at once would have it wait for the next step's work.
    /// </summary>
    internal bool HasPendingLosses { get; set; }

    public BatchLoss AddGradient(MiniBatch batch)
    {
        using var scope = NewDisposeScope();
        _network.IsTraining = true;
        if (_added.Count == 0)
            _optimizer.ZeroGradients();
        double weight = batch.TotalWeight;
        _added = _added.And(weight);
        Tensor labels = TorchBatch.Labels(batch, _device);
        Tensor outputs = _network
            .Forward(new TorchBatch(batch, _device, _settings.Shape.StepStride) { Teacher = labels })
            .reshape(-1, _settings.Shape.Outputs);
        Tensor loss = TorchLoss.Sum(
            _settings.Loss,
            outputs,
            labels,
            TorchBatch.Weights(batch, _device),
            _added.Unit,
            _settings.LabelSmoothing,
            _settings.Quantiles
        );
        double unit = _added.Unit / weight;
        if (HasPendingLosses)
        {
            Tensor pending = loss.detach().DetachFromDisposeScope();
            _pending.Add(pending);
            Backward(loss);
            return new BatchLoss(() => Read(pending, unit));
        }
        float value = (float)(loss.item<float>() * unit);
        if (float.IsFinite(value))
            Backward(loss);
        else
            _added = default;
        return value;
    }

    private void Backward(Tensor loss)
    {
        loss.backward();
        _network.HandBackGradients();
    }

    private float Read(Tensor pending, double unit)
    {
        _pending.Remove(pending);
        using (pending)
        {
            float value = (float)(pending.item<float>() * unit);
            if (!float.IsFinite(value))
                _added = default;
            return value;
        }
    }

    public void Update(float learningRate)
    {
        using var scope = NewDisposeScope();
        if (_added.Count > 1)
            _optimizer.ScaleGradients(_added.Scale);
        if (_settings.GradientClipNorm > 0)
            _optimizer.ClipGradients(_settings.GradientClipNorm);
        _optimizer.Step(learningRate);
        _added = default;
    }

    public void Score(MiniBatch batch, Span<float> outputs)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        _network.IsTraining = false;
        Tensor scores = _network.Forward(new TorchBatch(batch, _device, _settings.Shape.StepStride)).cpu().contiguous();
        scores.data<float>().CopyTo(outputs);
    }

    public NetworkWeights GetWeights() => _network.GetWeights();

    public void SetWeights(NetworkWeights weights) => _network.SetWeights(weights);

    public NetworkWeights? GetAverage() => _optimizer.GetAverage();

    public OptimizerState GetOptimizerState() => _optimizer.GetState();

    public void SetOptimizerState(OptimizerState state) => _optimizer.SetState(state);

    public RandomState GetRandomState() => _network.RandomState;

    public bool TrySetRandomState(RandomState state) => _network.TrySetRandomState(state);

    public void Dispose()
    {
        foreach (Tensor loss in _pending)
            loss.Dispose();
        _pending.Clear();
        _optimizer.Dispose();
        _network.Dispose();
        _threads.Dispose();
        _tensorFloat32.Dispose();
    }
}
