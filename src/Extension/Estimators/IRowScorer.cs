using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators;

/// <summary>What a row mapper needs of its transformer, whatever the task.</summary>
internal interface IRowScorer : ITransformer
{
    /// <summary>Where warnings go.</summary>
    IHost Host { get; }

    /// <summary>What the score columns of a row hold that cannot be scored, a sentence.</summary>
    string OfUnscoredRows { get; }

    TrainedNetwork Network { get; }

    /// <summary>The network as RnnMlNet.Runtime scores by it.</summary>
    /// <param name="before">The transformers before it.</param>
    /// <exception cref="InvalidOperationException">One of them cannot be taken along; the message names it.</exception>
    RuntimeModel RuntimeModel(IEnumerable<ITransformer> before);

    /// <summary>How the values of a flat sequence column stand.</summary>
    SequenceLayout Layout { get; }

    /// <summary>Finds and checks the sequence columns, which must be as they were in training.</summary>
    SequenceBinding Bind(DataViewSchema schema);

    /// <summary>Scores rows one by one.</summary>
    ISequenceScorer RowScorer { get; }

    /// <summary>The transformer bound to an input schema, with another scorer than its own.</summary>
    IRowToRowMapper MapRows(DataViewSchema inputSchema, ISequenceScorer scorer);

    /// <summary>The getter of added column <paramref name="column"/> from the row's outputs.</summary>
    Delegate MakeGetter(int column, IScoredRow row);

    /// <summary>Adds the network and the columns it makes to the model of ML.NET's ONNX converter.</summary>
    void AddTo(OnnxContext context, SequenceBinding binding, DataViewSchema.DetachedColumn[] outputs);
}
