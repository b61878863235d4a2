using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>
/// oneDNN, by which torch computes an LSTM on the CPU, has a kernel for scoring alone that gives wrong numbers on some processors with
/// AVX-512 (pytorch/pytorch, issue 173922: libtorch
/// 2.10 too). That for training gives the right ones everywhere, and is taken wherever gradients may be asked for.
/// </summary>
internal static class OneDnn
{
    /// <summary>Runs as if gradients could be asked for; they cannot, of what comes out, where they could not before.</summary>
    /// <param name="run">Runs an LSTM.</param>
    public static Tensor[] AsInTraining(Func<Tensor[]> run)
    {
        if (is_grad_enabled())
            return run();
        using var gradient = enable_grad();
        return [.. run().Select(tensor => tensor.detach())];
    }
}
