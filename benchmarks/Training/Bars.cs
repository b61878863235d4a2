using RnnMlNet;
using RnnMlNet.Training;
using Shared;

namespace Training;

/// <summary>What we mean to reach.</summary>
internal static class Bars
{
    /// <summary>The share of the engine's own speed that the epochs of Fit keep.</summary>
    public const double Kept = .9;

    /// <summary>Times faster on two threads than on one.</summary>
    public const double TwoThreads = 1.8;

    /// <summary>Seconds that Quickstart's Fit takes, in a process that has just started.</summary>
    public const double Quickstart = 5;

    /// <summary>MiB that a training may hold whose sequences take 4 GiB.</summary>
    public const int Memory = 700;

    /// <summary>Times faster than libtorch: sentences of words.</summary>
    public const double Words = 2;

    /// <summary>How far apart, relatively, the losses of two that are compared may be: more, and they do not train the same.</summary>
    public const double Losses = 1e-3;

    /// <summary>Times faster than libtorch: sequences of one length, two threads.</summary>
    public static double Step(Case @case) => @case.Bar(lstm: [5, 2.3, 1.6, 1.35], gru: [20, 10, 5, 3], elman: [4, 3, 2, 1.5]);

    /// <summary>Times faster than libtorch: sequences of many lengths.</summary>
    public static double Lengths(CellKind cell) => cell == CellKind.Lstm ? 2 : 6;
}
