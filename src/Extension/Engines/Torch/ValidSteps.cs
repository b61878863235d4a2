using RnnMlNet.Engines.Torch.Cells;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>The valid steps of a ragged batch, and the row-wise operations that depend on them. A row may have none.</summary>
/// <param name="lengths">[B] valid steps of each row.</param>
/// <param name="steps">T.</param>
/// <param name="onHost">The lengths on the CPU, where available: copying them from a GPU waits for it.</param>
internal sealed class ValidSteps(Tensor lengths, int steps, Tensor? onHost = null)
{
    private readonly Tensor _rows = arange(lengths.shape[0], device: lengths.device);
    private readonly Tensor _batch = tensor(lengths.shape[0], device: lengths.device);
    private Tensor? _reversal;

    /// <summary>[B] valid steps of each row.</summary>
    public Tensor Lengths => lengths;

    /// <summary>The same on the CPU.</summary>
    public Tensor LengthsOnHost => onHost ?? lengths.cpu();

    /// <summary>[T, B] Boolean.</summary>
    public Tensor Mask { get; } = arange(steps, device: lengths.device).unsqueeze(1) < lengths.unsqueeze(0);

    /// <summary>[B, 1] lengths as floats, at least 1.</summary>
    public Tensor Counts => lengths.clamp(Scalars.One).to(ScalarType.Float32).unsqueeze(1);

    /// <summary>Each row's values at its last valid step; zeros for a row without one.</summary>
    /// <param name="values">[T, B, N].</param>
    /// <returns>[B, N].</returns>
    public Tensor Last(Tensor values)
    {
        Tensor flat = values.reshape(-1, values.shape[2]);
        Tensor last = flat.index_select(0, (lengths.MinusOne().clamp(Scalars.Zero) * _batch).Plus(_rows));
        return last * lengths.gt(Scalars.Zero).to(values.dtype).unsqueeze(1);
    }

    /// <summary>Each row reversed within its valid steps; padding stays in place. Its own inverse.</summary>
    /// <param name="values">[T, B, N].</param>
    public Tensor Reverse(Tensor values) => values.reshape(-1, values.shape[2]).index_select(0, Reversal).reshape(values.shape);

    /// <summary>Zeros in place of padding.</summary>
    /// <param name="values">[T, B, N].</param>
    public Tensor Zeroed(Tensor values) => values * Mask.to(values.dtype).unsqueeze(2);

    // Row b's step t is at flat index t * B + b; its mirror is length - 1 - t.
    private Tensor Reversal => _reversal ??= MakeReversal();

    private Tensor MakeReversal()
    {
        Tensor t = arange(steps, device: lengths.device).unsqueeze(1);
        Tensor mirrored = where(Mask, lengths.unsqueeze(0).MinusOne() - t, t);
        return (mirrored * _batch).Plus(_rows.unsqueeze(0)).reshape(-1);
    }
}
