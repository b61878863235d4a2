using Shared;

namespace Scoring;

/// <summary>What we mean to reach.</summary>
internal static class Bars
{
    /// <summary>The share of the kernel's own speed that Transform keeps.</summary>
    public const double Kept = .85;

    /// <summary>Milliseconds from the start of a process to its first prediction.</summary>
    public const double ColdStart = 200;

    /// <summary>Milliseconds from the start of samples/NativeAot to its first scores.</summary>
    public const double AotStart = 15;

    /// <summary>MB of the program samples/NativeAot.</summary>
    public const double AotFile = 4;

    /// <summary>MiB by which the managed heap may grow in a soak of ten million predictions: about a tenth of a byte each.</summary>
    public const double HeapGrowth = 1;

    /// <summary>
    /// MiB by which the process may grow in it: three bytes a prediction. The runtime still compiles and collects, and keeps some of it.
    /// </summary>
    public const double ProcessGrowth = 32;

    /// <summary>Times faster than ONNX Runtime: one row, Predict, one thread each.</summary>
    public static double Single(Case @case) => @case.Bar(lstm: [4, 2.5, 1.4, 1.35], gru: [5, 3.5, 1.8, 1.6], elman: [8, 8, 5, 2.8]);

    /// <summary>Times faster than the better of ONNX Runtime and libtorch: batches, two threads.</summary>
    public static double Batch(Case @case) => @case.Bar(lstm: [2.8, 1.5, 1.25, 1.08], gru: [7, 4, 3, 1.9], elman: [5, 5, 5, 3]);
}
