using Microsoft.ML.Data;

namespace RnnMlNet;

/// <summary>Options of a <see cref="SequencePredictionEngine{TIn, TOut}"/>. All have working defaults.</summary>
public sealed class SequencePredictionEngineOptions
{
    /// <summary>
    /// Largest number of series held, at least 1. Default 10,000. A new series beyond it evicts the least recently used one. A series takes
    /// about 4 bytes for each unit of each layer (LSTM: 8), and 4 or 8 for each unit of the last with max or mean pooling; an ensemble
    /// takes as much for each member.
    /// </summary>
    public int Capacity { get; set; } = 10_000;

    /// <summary>
    /// The most steps that a prediction is made from, at least 1: the last ones of the series, which are scored anew at each step. For
    /// models that cannot be continued from a state, such as those that also read backwards. Default null: all steps of the series, or as
    /// many as the windows of the model's <c>GroupIntoSequences</c> have; before there are as many, those that there are. A series then
    /// takes 4 bytes for each value of these steps.
    /// </summary>
    public int? WindowLength { get; set; }

    /// <summary>
    /// Called with the key of each evicted series, on the thread of the call that evicts it. Default null. An exception leaves that call,
    /// whose step then has no effect: the new series is not held, and the evicted one is held again; but a new series that another thread
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
    /// Whether the engine's Dispose disposes the model too. Default false, unlike ML.NET's <c>PredictionEngineOptions</c>: the model is
    /// often needed beyond the engine, by another one that opens its checkpoint or by Transform, and holds no native memory itself.
    /// </summary>
    public bool OwnsTransformer { get; set; }
}
