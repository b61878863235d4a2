namespace RnnMlNet.Exchange;

/// <summary>
/// PyTorch's names of modules and tensors: <c>module.tensor</c>, or <c>tensor</c> alone where the module is the whole network.
/// </summary>
internal static class SafetensorsNames
{
    private const string Weight = "weight";

    public static string Join(string module, string tensor) => module.Length == 0 ? tensor : $"{module}.{tensor}";

    /// <summary>The module whose <c>weight</c> a tensor is, or null for another tensor.</summary>
    public static string? OfWeight(string tensor) =>
        tensor == Weight ? ""
        : tensor.EndsWith($".{Weight}", StringComparison.Ordinal) ? tensor[..^(Weight.Length + 1)]
        : null;

    /// <summary>Whether a tensor is the named one, or one of the named module's.</summary>
    public static bool IsOrIsIn(string tensor, string name) =>
        tensor == name || (tensor.Length > name.Length && tensor[name.Length] == '.' && tensor.StartsWith(name, StringComparison.Ordinal));

    /// <summary>A tensor's dimension as an int, capped.</summary>
    public static int Side(long side) => (int)Math.Min(side, int.MaxValue);
}
