using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet;

/// <summary>How a forecasting network encodes the window of a series and outputs the horizon. Model files hold the number.</summary>
public enum ForecastModel
{
    /// <summary>
    /// <see cref="Segments"/> for windows of 16 steps or more, or of 12 that hold two seasons, <see cref="Direct"/> for shorter ones.
    /// </summary>
    Auto = 0,

    /// <summary>
    /// Cuts the window into segments, each one recurrent step; all segments of the horizon are computed at once from learned embeddings of
    /// their position (and of the target). There are few steps, and no error accumulates from step to step (Lin et al., "SegRNN: Segment
    /// Recurrent Neural Network for Long-Term Time Series Forecasting", arXiv 2308.11200).
    /// </summary>
    Segments = 1,

    /// <summary>Encodes the window step by step; the whole horizon is one linear map of the last hidden state.</summary>
    Direct = 2,

    /// <summary>
    /// Encodes the window step by step, and decodes the horizon step by step with a second cell that reads the previous value: in training
    /// the true one (teacher forcing; Williams and Zipser, 1989) or its own, in forecasts its own (Sutskever et al., 2014).
    /// </summary>
    EncoderDecoder = 3,
}

/// <summary>The registry of forecasting models and their decoders: the only place that lists them.</summary>
internal static class ForecastModels
{
    private static (ForecastModel Model, Decoder? Decoder)[] _all =
    [
        (ForecastModel.Segments, new ParallelDecoder()),
        (ForecastModel.Direct, null),
        (ForecastModel.EncoderDecoder, new RecurrentDecoder()),
    ];

    /// <summary>Whether there is such a model. <see cref="ForecastModel.Auto"/> is none.</summary>
    public static bool Exists(ForecastModel model) => Array.Exists(_all, one => one.Model == model);

    /// <summary>The decoder of a model; null where the head makes all outputs at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such model.</exception>
    public static Decoder? DecoderOf(ForecastModel model) =>
        Exists(model)
            ? Array.Find(_all, one => one.Model == model).Decoder
            : throw new ArgumentOutOfRangeException(
                nameof(model),
                model,
                $"There is no forecasting model {model}: it must be one of {string.Join(", ", _all.Select(one => one.Model))}."
            );

    /// <summary>The model of a decoder; of null, the one without.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no model of it.</exception>
    public static ForecastModel Of(Decoder? decoder)
    {
        foreach (var (model, known) in _all)
            if (known == decoder)
                return model;
        throw new ArgumentOutOfRangeException(nameof(decoder), decoder, $"There is no forecasting model with the decoder {decoder}.");
    }

    /// <summary>Whether a step of the model may be several of the series; false of one that there is not.</summary>
    public static bool HasSegments(ForecastModel model) => Exists(model) && DecoderOf(model) is { DecodesSegments: true };

    /// <summary>Adds a model, for a test of what a new one needs.</summary>
    internal static void Add(ForecastModel model, Decoder decoder) => _all = [.. _all, (model, decoder)];
}
