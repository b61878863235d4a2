namespace KernelGenerator;

/// <summary>What statements are made of.</summary>
internal static class Terms
{
    /// <summary>Vectors of a panel.</summary>
    public const int Vectors = 4;

    // Optimised at once: a kernel would else run its first calls unoptimised, with its vectors in memory.
    public static void Method(Code code, string signature)
    {
        code.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]");
        code.Open(signature).Brace();
    }

    public static string MultiplyAdd(string a, string b, string sum) => $"{sum} = T.MultiplyAdd({a}, {b}, {sum});";

    public static string Load(string from, int vector) => $"T.Load({At(from, vector, "T.Count")})";

    public static string At(string from, int index, string stride) =>
        index switch
        {
            0 => from,
            1 => $"{from} + {stride}",
            _ => $"{from} + {index} * {stride}",
        };

    public static string Join(int count, Func<int, string> part) => string.Join(", ", Enumerable.Range(0, count).Select(part));
}
