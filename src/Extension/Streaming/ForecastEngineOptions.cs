using Microsoft.ML.Data;

namespace RnnMlNet;

/// <summary>Options of a <see cref="RnnForecastEngine{TIn, TOut}"/>. All have working defaults.</summary>
public sealed class ForecastEngineOptions
{
    /// <summary>
    /// Largest number of series held, at least 1. Default 10,000. A new series beyond it evicts the least recently used one. A series takes
    /// 4 bytes for each value of up to two windows; with bounds that adapt, as many again for each step of the horizon squared.
    /// </summary>
    public int Capacity { get; set; } = 10_000;

    /// <summary>
    /// Called with the key of each evicted series, on the thread of the call that evicts it. Default null. An exception leaves that call,
    /// whose row then has no effect: the new series is not held, and the evicted one is held again; but a new series that another thread
    /// has advanced meanwhile stays.
    /// </summary>
    public Action<string>? Evicted { get; set; }

    /// <summary>
    /// Whether members of the output class that are not output columns of the model are ignored; false makes them an error. Default true,
    /// as in ML.NET's <c>PredictionEngineOptions</c>.
    /// </summary>
    public bool IgnoreMissingColumns { get; set; } = true;

    /// <summary>Schema of the input class where its attributes do not define it. Default null.</summary>
    public SchemaDefinition? InputSchemaDefinition { get; set; }

    /// <summary>Schema of the output class where its attributes do not define it. Default null.</summary>
    public SchemaDefinition? OutputSchemaDefinition { get; set; }

    /// <summary>
    /// Whether the engine starts with the last steps of the training series, and so forecasts from the first call on. Default true; false
    /// starts without any series, and a series is forecast once its window is full.
    /// </summary>
    public bool StartsAfterTraining { get; set; } = true;
}
