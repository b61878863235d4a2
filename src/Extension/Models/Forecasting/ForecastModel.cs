namespace RnnMlNet;

/// <summary>How a forecasting network encodes the window of a series and outputs the horizon.</summary>
public enum ForecastModel
{
    /// <summary>
    /// <see cref="Segments"/> for windows of 16 steps or more, or of 12 that hold two seasons, <see cref="Direct"/> for shorter ones.
    /// </summary>
    Auto,

    /// <summary>
    /// Cuts the window into segments, each one recurrent step; all segments of the horizon are computed at once from learned embeddings of
    /// their position (and of the target). There are few steps, and no error accumulates from step to step (Lin et al., "SegRNN: Segment
    /// Recurrent Neural Network for Long-Term Time Series Forecasting", arXiv 2308.11200).
    /// </summary>
    Segments,

    /// <summary>Encodes the window step by step; the whole horizon is one linear map of the last hidden state.</summary>
    Direct,

    /// <summary>
    /// Encodes the window step by step, and decodes the horizon step by step with a second cell that reads the previous value: in training
    /// the true one (teacher forcing; Williams and Zipser, 1989) or its own, in forecasts its own (Sutskever et al., 2014).
    /// </summary>
    EncoderDecoder,
}
