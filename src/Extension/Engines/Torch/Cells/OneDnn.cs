using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>
/// Works around a bug of oneDNN, which computes torch's LSTM on the CPU: its kernel for scoring alone gives wrong results on some
/// processors with AVX-512 (pytorch/pytorch, issue 173922: libtorch 2.10 too). Its kernel for training is right everywhere, and is used
/// wherever gradients may be requested.
/// </summary>
internal static class OneDnn
{
    /// <summary>Runs with gradients enabled; the results have gradients only where they were enabled before.</summary>
    /// <param name="run">Runs an LSTM.</param>
    public static Tensor[] AsInTraining(Func<Tensor[]> run)
    {
        if (is_grad_enabled())
            return run();
        using var gradient = enable_grad();
        return [.. run().Select(tensor => tensor.detach())];
    }
}
