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

    /// <summary>Times faster than the better of ONNX Runtime and libtorch, of any shape, one row and batches.</summary>
    public const double Peer = 1;

    /// <summary>Times faster than our LSTM that a row of 100 steps and 256 units is by a cell without recurrent weights.</summary>
    public const double MinimalCell = 5;

    /// <summary>Times faster than ONNX Runtime's LSTM that it is.</summary>
    public const double MinimalCellPeer = 8;

    /// <summary>
    /// The share of the processor's limit that Predict of one row reaches: its multiply-adds or, if that takes longer, the reading of its
    /// recurrent weights. The activations, which the limit leaves out, weigh most where there are few units.
    /// </summary>
    public static double Single(Case @case) => @case.Bar(lstm: [.25, .35, .4, .4], gru: [.25, .35, .4, .4], elman: [.15, .25, .4, .4]);

    /// <summary>The share of the multiply-adds' peak on two threads that Transform of batches reaches.</summary>
    public static double Batch(Case @case) => @case.Bar(lstm: [.25, .4, .5, .6], gru: [.25, .4, .5, .6], elman: [.15, .35, .5, .6]);
}
