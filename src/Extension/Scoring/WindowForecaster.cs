using System.Collections.Concurrent;
using RnnMlNet.Data;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Scoring;

/// <summary>The position of a forecast: made from the steps of a series before one.</summary>
internal readonly record struct WindowPosition(TimeSeries Series, int End)
{
    /// <summary>
    /// The window that ends before a step, as known then: a missing value at its end repeats the value before it, even where a later one
    /// has interpolated it since.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="end">The step.</param>
    /// <param name="model">The forecaster.</param>
    public static WindowPosition KnownAt(TimeSeries series, int end, ForecastNetwork model) =>
        series.HasMadeUp(end - 1)
            ? new WindowPosition(series.AsKnownAt(end, model.LookBack, model.Layout.Horizon), model.LookBack)
            : new WindowPosition(series, end);
}

/// <summary>
/// Forecasts windows of series, in their own units; for an ensemble the mean of its members' outputs. Thread-safe.
/// </summary>
internal sealed class WindowForecaster(ForecastNetwork model)
{
    // Small enough for a fast first row of a cursor, large enough that the weights are read from the cache.
    private const int ChunkWindows = 48;

    private readonly WindowReader _reader = model.NewReader();
    private readonly PackedNetwork[] _networks =
    [
        // Windows are in units of their own: a network's scaling is not used.
        .. model.Members.Select(network => new PackedNetwork(new NetworkParameters(network.Shape, network.Weights, null, null))),
    ];
    private readonly ConcurrentBag<Session> _idle = [];

    /// <summary>Values of a window's forecast: targets times horizon.</summary>
    public int Width => model.Layout.Targets * model.Layout.Horizon;

    /// <summary>Forecasts some windows.</summary>
    /// <param name="windows">Each full, with known future values up to the horizon where there are any.</param>
    /// <param name="forecasts">Overwritten.</param>
    /// <param name="threads">Maximum number of threads.</param>
    public void Run(IReadOnlyList<WindowPosition> windows, WindowForecasts forecasts, int threads)
    {
        forecasts.Size(windows.Count, Width, model.OutputsPerStep);
        int chunks = (windows.Count + ChunkWindows - 1) / ChunkWindows;
        if (chunks <= 1 || threads == 1)
            for (int chunk = 0; chunk < chunks; chunk++)
                RunChunk(windows, forecasts, chunk);
        else
            Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = threads }, chunk => RunChunk(windows, forecasts, chunk));
    }

    private void RunChunk(IReadOnlyList<WindowPosition> windows, WindowForecasts forecasts, int chunk)
    {
        if (!_idle.TryTake(out Session? session))
            session = new Session(_networks);
        int first = chunk * ChunkWindows;
        session.Run(model, _reader, windows, forecasts, first, Math.Min(ChunkWindows, windows.Count - first));
        _idle.Add(session);
    }

    private sealed class Session(PackedNetwork[] networks)
    {
        private readonly RowsScorer[] _scorers = [.. networks.Select(network => new RowsScorer(network))];
        private readonly MiniBatch _batch = new();
        private readonly OutputMean _mean = new(networks.Length);
        private float[] _outputs = [],
            _steps = [];
        private InstanceNormalization[] _frames = [];

        public void Run(
            ForecastNetwork model,
            WindowReader reader,
            IReadOnlyList<WindowPosition> windows,
            WindowForecasts forecasts,
            int first,
            int count
        )
        {
            WindowLayout layout = model.Layout;
            Fill(reader, windows, first, count);
            int rows = count * layout.Targets,
                width = layout.LabelWidth * model.OutputsPerStep;
            Score(rows * width);
            for (int row = 0; row < rows; row++)
            {
                var (series, end) = windows[first + row / layout.Targets];
                Span<float> own = _outputs.AsSpan(row * width, layout.Horizon * model.OutputsPerStep);
                reader.ToForecast(series, row % layout.Targets, end, _frames[row], own, model.OutputsPerStep);
                model.Correction.Mix(series, row % layout.Targets, end, own, model.OutputsPerStep);
                int place = first * layout.Targets * layout.Horizon + row * layout.Horizon;
                float scale = (float)reader.ErrorUnit(series, row % layout.Targets, end);
                for (int h = 0; h < layout.Horizon; h++)
                {
                    float bias = model.Correction.Bias.Length == 0 ? 0 : model.Correction.Bias[row % layout.Targets * layout.Horizon + h];
                    forecasts.Set(place + h, own.Slice(h * model.OutputsPerStep, model.OutputsPerStep), scale, bias);
                }
            }
        }

        // A window's normalisation is the same for all networks, and its inverse is linear: so the mean is converted once.
        private void Score(int length)
        {
            if (_outputs.Length < length)
                _outputs = new float[length];
            Span<float> mean = _outputs.AsSpan(0, length);
            for (int network = 0; network < _scorers.Length; network++)
            {
                _scorers[network].Score(WindowBatch.Rows(_batch), _mean.Place(network, mean));
                _mean.Take(network, mean);
            }
        }

        private void Fill(WindowReader reader, IReadOnlyList<WindowPosition> windows, int first, int count)
        {
            WindowLayout layout = reader.Layout;
            WindowBatch.Size(_batch, layout, count * layout.Targets);
            if (_frames.Length < _batch.Count)
                _frames = new InstanceNormalization[_batch.Count];
            if (_steps.Length == 0)
                _steps = new float[layout.Steps * layout.Features];
            for (int row = 0; row < _batch.Count; row++)
            {
                var (series, end) = windows[first + row / layout.Targets];
                _frames[row] = WindowBatch.Fill(_batch, row, reader, series, row % layout.Targets, end, _steps);
            }
        }
    }
}
