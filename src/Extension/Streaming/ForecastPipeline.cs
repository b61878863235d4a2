using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Scoring;

namespace RnnMlNet.Streaming;

/// <summary>From an object with a row, through the transformers before the forecaster, to an object with forecasts. For one thread at a
/// time.</summary>
internal sealed class ForecastPipeline<TIn, TOut>(IHost host, ForecastEngineModel model, ForecastEngineOptions options)
    : ISeriesPipeline<ObservedSeries>
    where TIn : class
    where TOut : class, new()
{
    private RowTime _time;
    private bool _mustFill;

    private ForecastRowReader<TIn> Reader { get; } = new(host, model, options.InputSchemaDefinition);

    public ForecastAnswerWriter<TOut> Writer { get; } = new(host, model.Forecaster.Outputs, options);

    public WindowForecasts Forecasts { get; } = new();

    public DataViewSchema OutputSchema => Writer.OutputSchema;

    private float[] Numbers => field ??= new float[Reader.Width];

    private float[] Statics => field ??= new float[Reader.StaticWidth];

    /// <summary>Reads the next row of a series.</summary>
    /// <param name="row">The row.</param>
    /// <param name="mustFill">Whether the window must be full with it.</param>
    /// <returns>The series' key.</returns>
    public string Read(TIn row, bool mustFill)
    {
        (string key, _time) = Reader.Read(row, Numbers, Statics);
        _mustFill = mustFill;
        return key;
    }

    /// <summary>Adds the row that was read to a series.</summary>
    public void Take(ObservedSeries series) => series.Observe(_time, Numbers, Statics, _mustFill);

    /// <summary>Reads the future rows given: with times all of them, else as many as needed.</summary>
    public ComingRow[] ReadComing(IEnumerable<TIn>? rows, int steps)
    {
        bool haveTimes = model.Forecaster.Columns.Time is not null;
        return [.. (haveTimes ? rows ?? [] : (rows ?? []).Take(steps)).Select(Reader.ReadComing)];
    }

    /// <exception cref="InvalidOperationException">Future rows are missing, or a value of them.</exception>
    public void Check(ComingRow[] coming, int steps)
    {
        if (Reader.KnownWidth == 0)
            return;
        string columns = string.Join(", ", model.Forecaster.Columns.Known);
        if (coming.Length < steps)
            throw host.Except(
                $"The model has known future columns ({columns}), and forecasts {steps} steps, but "
                    + $"{coming.Length} future rows were given: give as many as the model forecasts, as 'known'."
            );
        if (Array.Exists(coming, row => !Array.TrueForAll(row.Known, float.IsFinite)))
            throw host.Except($"A future row has a value that is missing or infinite in one of the columns {columns}.");
    }

    public void Dispose()
    {
        Reader.Dispose();
        Writer.Dispose();
    }
}
