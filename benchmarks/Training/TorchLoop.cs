using System.Diagnostics;
using RnnMlNet.Data;
using Shared;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Training;

/// <summary>
/// A batch as tensors that lie ready: [T, rows, F] steps, [rows] classes, and of rows of many lengths the rows' numbers and last steps.
/// </summary>
internal sealed record TorchTensors(Tensor Steps, Tensor Classes, Tensor? Rows, Tensor? LastSteps)
{
    public static TorchTensors Of(MiniBatch batch, Device device)
    {
        float[] steps = batch.Steps[..(batch.MaxLength * batch.Count * batch.Features)];
        long[] classes = [.. batch.Labels[..batch.Count].Select(label => (long)label)];
        return new TorchTensors(
            tensor(steps, device: device).reshape(batch.MaxLength, batch.Count, batch.Features),
            tensor(classes, device: device),
            batch.IsEven ? null : arange(batch.Count, device: device),
            batch.IsEven ? null : tensor((long[])[.. batch.Lengths[..batch.Count].Select(length => (long)length - 1)], device: device)
        );
    }
}

/// <summary>
/// The loop that trains on libtorch, in one of its variants: forward, loss, backward, update. No loss is read, which would only cost it
/// time.
/// </summary>
/// <param name="set">What is trained.</param>
/// <param name="variant">How.</param>
/// <param name="device">Where; the batches are there too.</param>
/// <param name="wait">Waits until that device has done what it was told, where it does it in its own time.</param>
internal sealed class TorchLoop(TrainingSet set, TorchVariant variant, Device? device = null, Action? wait = null)
{
    private const double LearningRate = 1e-3;

    private readonly TorchNetwork _network = Network(set, device);
    private optim.Optimizer? _adam;
    private TorchAdam? _onePass;

    /// <summary>Trains epochs over batches until they have taken so long; microseconds a row. One batch before is not timed.</summary>
    public double Turn(IReadOnlyList<TorchTensors> batches, double milliseconds)
    {
        set_num_threads(variant.Threads);
        Step(batches[0]);
        wait?.Invoke();
        long rows = 0;
        int next = 0;
        var clock = Stopwatch.StartNew();
        do
        {
            TorchTensors batch = batches[next++ % batches.Count];
            Step(batch);
            rows += batch.Classes.shape[0];
        }
        // Rows of many lengths: whole epochs, for a batch of them says nothing.
        while (clock.Elapsed.TotalMilliseconds < milliseconds || (set.IsRagged && next % batches.Count > 0));
        wait?.Invoke();
        return clock.Elapsed.TotalMicroseconds / rows;
    }

    /// <summary>Trains an epoch; the mean loss of its batches.</summary>
    public double Epoch(IReadOnlyList<TorchTensors> batches) => batches.Select(batch => Step(batch, readLoss: true)).Average();

    private double Step(TorchTensors batch, bool readLoss = false)
    {
        using var scope = NewDisposeScope();
        if (variant.Update != TorchUpdate.OnePass)
            _network.zero_grad(set_to_none: variant.Update == TorchUpdate.AdamSetToNone);
        Tensor logits = batch.Rows is null ? _network.Classify(batch.Steps) : _network.Classify(batch.Steps, batch.Rows, batch.LastSteps!);
        Tensor loss = nn.functional.cross_entropy(logits, batch.Classes);
        loss.backward();
        if (variant.Update == TorchUpdate.OnePass)
            (_onePass ??= new TorchAdam([.. _network.parameters()])).Step((float)LearningRate);
        else
            (_adam ??= optim.Adam(_network.parameters(), LearningRate)).step();
        return readLoss ? loss.item<float>() : 0;
    }

    private static TorchNetwork Network(TrainingSet set, Device? device)
    {
        var network = TorchNetwork.Of(set.Case, set.InitialWeights());
        if (device is not null)
            network.to(device);
        network.train();
        return network;
    }
}
