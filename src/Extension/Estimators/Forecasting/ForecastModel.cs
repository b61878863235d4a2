namespace RnnMlNet;

/// <summary>How a network reads a window of a series, and how it puts out the horizon.</summary>
public enum ForecastModel
{
    /// <summary>
    /// <see cref="Segments"/> for windows of 16 steps or more, or of 12 that hold two seasons, <see cref="Direct"/> for shorter ones.
    /// </summary>
    Auto,

    /// <summary>
    /// The window is cut into segments, each a step of the network; all segments of the horizon come at once from a learnt embedding of
    /// their place (and of the target): few steps, and no error that is handed on from step to step (Lin et al., "SegRNN: Segment Recurrent
    /// Neural Network for Long-Term Time Series Forecasting", arXiv 2308.11200).
    /// </summary>
    Segments,

    /// <summary>Each step of the window is a step of the network; the whole horizon is one linear map of its last state.</summary>
    Direct,

    /// <summary>
    /// Each step of the window is a step of the network, and each of the horizon a step of a second one that reads the value before it: in
    /// training that of the data (teacher forcing; Williams and Zipser, 1989) or its own, in forecasts its own (Sutskever et al., 2014).
    /// </summary>
    EncoderDecoder,
}
