namespace RnnMlNet.Runtime.Sequences;

/// <summary>Windows of series side by side, all of one length, as a forecasting network reads them.</summary>
internal readonly ref struct WindowRows
{
    /// <summary>B, the windows.</summary>
    public required int Count { get; init; }

    /// <summary>T, steps of each.</summary>
    public required int Length { get; init; }

    /// <summary>[T, B, F] values, in the units that the network reads.</summary>
    public required ReadOnlySpan<float> Steps { get; init; }

    /// <summary>[B, StaticSize] a window's numbers beside its steps; empty where there are none.</summary>
    public required ReadOnlySpan<float> StaticInputs { get; init; }

    /// <summary>[B] which of a decoder's channels each window is of; empty where there is one only.</summary>
    public required ReadOnlySpan<int> Channels { get; init; }
}
