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

    /// <summary>MiB of a training on rows of up to 100,000 steps.</summary>
    public const int LongRows = 1024;

    /// <summary>Times as long as with all activations kept that a step of a long row may take.</summary>
    public const double Recomputed = 1.4;

    /// <summary>MiB in which ten million rows in any order are grouped into sequences.</summary>
    public const int Table = 1024;

    /// <summary>Likewise with an epoch of training on the sequences.</summary>
    public const int TrainedTable = 1024;

    /// <summary>Times faster than libtorch, of any shape, any lengths and sentences of words.</summary>
    public const double Peer = 1;

    /// <summary>Times faster than the LSTM of the same sizes that a cell without recurrent weights is trained.</summary>
    public const double MinimalCell = 2;

    /// <summary>How far apart, relatively, the losses of two that are compared may be: more, and they do not train the same.</summary>
    public const double Losses = 1e-3;

    /// <summary>The share of the multiply-adds' peak on two threads that Fit reaches: sequences of one length.</summary>
    public static double Step(Case @case) => @case.Bar(lstm: [.25, .4, .5, .5], gru: [.25, .4, .5, .5], elman: [.2, .4, .55, .6]);

    /// <summary>The same of sequences of many lengths, by units.</summary>
    public static double Lengths(Case @case) => @case.Units < 128 ? .4 : .5;
}
