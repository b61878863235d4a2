using Microsoft.ML.Data;

namespace RnnMlNet;

/// <summary>Options of a <see cref="SequencePredictionEngine{TIn, TOut}"/>. All have working defaults.</summary>
public sealed class SequencePredictionEngineOptions
{
    /// <summary>
    /// Series that are held at most, at least 1. Default 10,000. A new series beyond that takes the place of the one unused for longest. A
    /// series takes about 4 bytes for each unit of each layer (LSTM: 8), and 4 or 8 for each unit of the last with max or mean pooling; of
    /// an ensemble as much for each network.
    /// </summary>
    public int Capacity { get; set; } = 10_000;

    /// <summary>
    /// Called with the key of each series that had to make room for another, on the thread of the call that needed the room. Default null.
    /// What it throws comes out of that call, whose step is then not taken: the new series is not held, and the one that was to make room
    /// still is. Only where another thread has meanwhile taken a step of the new one, that one stays.
    /// </summary>
    public Action<string>? Evicted { get; set; }

    /// <summary>
    /// Members of the output class that are no column of the model's are left as they are; with false they are an error. Default true, as
    /// in ML.NET's <c>PredictionEngineOptions</c>.
    /// </summary>
    public bool IgnoreMissingColumns { get; set; } = true;

    /// <summary>How the input class is read, where its attributes do not say it. Default null.</summary>
    public SchemaDefinition? InputSchemaDefinition { get; set; }

    /// <summary>How the output class is written, where its attributes do not say it. Default null.</summary>
    public SchemaDefinition? OutputSchemaDefinition { get; set; }

    /// <summary>
    /// Whether the engine's Dispose disposes the model too. Default false, other than in ML.NET's <c>PredictionEngineOptions</c>: the model
    /// is often needed beyond the engine, by another one that opens its checkpoint or by Transform, and of itself holds nothing native.
    /// </summary>
    public bool OwnsTransformer { get; set; }
}
