namespace Training;

/// <summary>
/// A way to write the training loop on libtorch. Which one is fastest depends on the network, so all of them are measured.
/// </summary>
/// <param name="Threads">Threads that libtorch computes with.</param>
/// <param name="Update">Who updates the weights.</param>
internal sealed record TorchVariant(int Threads, TorchUpdate Update)
{
    public static IReadOnlyList<TorchVariant> All { get; } =
    [.. from threads in new[] { 1, 2 } from update in Enum.GetValues<TorchUpdate>() select new TorchVariant(threads, update)];

    public override string ToString() => $"{Threads} thread{(Threads > 1 ? "s" : "")}, {Text}";

    private string Text =>
        Update switch
        {
            TorchUpdate.AdamZeroed => "Adam",
            TorchUpdate.AdamSetToNone => "Adam, no gradients kept",
            _ => "one-pass Adam",
        };
}

/// <summary>Who updates the weights, and what becomes of the gradients.</summary>
internal enum TorchUpdate
{
    /// <summary>torch.optim.Adam; gradients are set to zero in place.</summary>
    AdamZeroed,

    /// <summary>torch.optim.Adam; gradients are let go of.</summary>
    AdamSetToNone,

    /// <summary><see cref="TorchAdam"/>, which sets gradients to zero as it reads them.</summary>
    OnePass,
}
