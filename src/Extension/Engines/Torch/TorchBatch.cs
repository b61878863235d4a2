using RnnMlNet.Data;
using RnnMlNet.Runtime.Sequences;
using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// A batch as tensors. On the CPU they share the batch's arrays, without a copy, and must be disposed before the batch is filled again. On
/// any other device they are copies, independent of the batch.
/// </summary>
internal sealed class TorchBatch
{
    private readonly MiniBatch _batch;
    private readonly Device _device;

    /// <param name="batch">The batch.</param>
    /// <param name="device">The device.</param>
    /// <param name="stepStride">Steps that the recurrent layers read as one.</param>
    public TorchBatch(MiniBatch batch, Device device, int stepStride = 1)
    {
        (_batch, _device) = (batch, device);
        int T = batch.MaxLength,
            B = batch.Count,
            F = batch.Features;
        Input =
            F > 0
                ? View(batch.Steps, ScalarType.Float32, device, T, B, F)
                : View(batch.Tokens, ScalarType.Int32, device, T, B).to(ScalarType.Int64);
        if (!batch.IsEven)
            Valid = new ValidSteps(Lengths(device), Strided(T), onHost: Lengths(CPU));

        Tensor Lengths(Device where) => View(LayerLengths(), ScalarType.Int32, where, B).to(ScalarType.Int64);
        int[] LayerLengths() => stepStride == 1 ? batch.Lengths : [.. batch.Lengths.Take(B).Select(Strided)];
        int Strided(int steps) => (steps + stepStride - 1) / stepStride;
    }

    /// <summary>[T, B, F] features, or [T, B] token ids.</summary>
    public Tensor Input { get; }

    /// <summary>Which steps of the recurrent layers are valid; null where all are.</summary>
    public ValidSteps? Valid { get; }

    /// <summary>[B, LabelWidth] a recurrent decoder's targets, in training; else null.</summary>
    public Tensor? Teacher { get; init; }

    /// <summary>[B] the channel of each row, for a decoder or a cycle.</summary>
    public Tensor Channels => View(_batch.Channels, ScalarType.Int32, _device, _batch.Count).to(ScalarType.Int64);

    /// <summary>[B] the position in the network's cycle of the step after each row's window.</summary>
    public Tensor Phases => View(_batch.Phases, ScalarType.Int32, _device, _batch.Count).to(ScalarType.Int64);

    /// <summary>[T * B, W] the vectors of the characters of each step's word.</summary>
    /// <param name="idsOfCodes">As <see cref="Runtime.Networks.CharacterShape.IdsOfCodes"/>.</param>
    public Tensor CharacterIds(int[] idsOfCodes)
    {
        int words = _batch.MaxLength * _batch.Count;
        var ids = new int[words * WordCharacters.Length];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = _batch.Characters[i] is var code && code < idsOfCodes.Length ? idsOfCodes[code] : WordCharacters.Unknown;
        return View(ids, ScalarType.Int32, _device, words, WordCharacters.Length).to(ScalarType.Int64);
    }

    /// <summary>[B, size] the rows' static features.</summary>
    public Tensor StaticInputs(int size) => View(_batch.StaticInputs, ScalarType.Float32, _device, _batch.Count, size);

    public static Tensor Labels(MiniBatch batch, Device device) =>
        View(batch.Labels, ScalarType.Float32, device, batch.Items, batch.LabelWidth);

    /// <summary>[Items] the weights; null where each is 1, the usual case: nothing is copied then, and nothing multiplied.</summary>
    public static Tensor? Weights(MiniBatch batch, Device device) =>
        batch.Weights.AsSpan(0, batch.Items).ContainsAnyExcept(1f) ? View(batch.Weights, ScalarType.Float32, device, batch.Items) : null;

    private static Tensor View(Array values, ScalarType type, Device device, params long[] shape)
    {
        Tensor tensor = frombuffer(values, type, shape.Aggregate(1L, (product, side) => product * side)).reshape(shape);
        return device.type switch
        {
            DeviceType.CPU => tensor,
            // From pinned memory the copy overlaps with the device's computation. Torch keeps that memory until the copy is done.
            DeviceType.CUDA => tensor.pin_memory().to(device, non_blocking: true),
            _ => tensor.to(device),
        };
    }
}
