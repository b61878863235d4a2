namespace RnnMlNet.Runtime.Sequences;

/// <summary>Windows of series, all of one length, as inputs of a forecasting network.</summary>
internal readonly ref struct WindowRows
{
    /// <summary>B, the windows.</summary>
    public required int Count { get; init; }

    /// <summary>T, steps of each.</summary>
    public required int Length { get; init; }

    /// <summary>[T, B, F] values, in the network's units.</summary>
    public required ReadOnlySpan<float> Steps { get; init; }

    /// <summary>[B, StaticSize] static inputs of the windows; empty for none.</summary>
    public required ReadOnlySpan<float> StaticInputs { get; init; }

    /// <summary>[B] the channel of each window, for a decoder or a cycle; empty where there is one only.</summary>
    public required ReadOnlySpan<int> Channels { get; init; }

    /// <summary>[B] the position in the network's cycle of the step after each window; empty where it has none.</summary>
    public ReadOnlySpan<int> Phases { get; init; }
}
