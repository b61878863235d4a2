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

/// <summary>The row mapper's view of its transformer, whatever the task.</summary>
internal interface IRowScorer : ITransformer
{
    /// <summary>Logs the warnings.</summary>
    IHost Host { get; }

    /// <summary>The values of the score columns in a row that cannot be scored, as a sentence.</summary>
    string OfUnscoredRows { get; }

    TrainedNetwork Network { get; }

    /// <summary>The network in the form that RnnMlNet.Runtime scores.</summary>
    /// <param name="before">The transformers before it.</param>
    /// <exception cref="InvalidOperationException">One of them cannot be exported; the message names it.</exception>
    RuntimeModel RuntimeModel(IEnumerable<ITransformer> before);

    /// <summary>The layout of a flat sequence column.</summary>
    SequenceLayout Layout { get; }

    /// <summary>Finds and checks the sequence columns, which must be those of training.</summary>
    SequenceBinding Bind(DataViewSchema schema);

    /// <summary>Scores rows one by one.</summary>
    ISequenceScorer RowScorer { get; }

    /// <summary>The transformer bound to an input schema, with another scorer than its own.</summary>
    /// <param name="inputSchema">The schema.</param>
    /// <param name="scorer">The scorer.</param>
    /// <param name="marksMissing">Whether a missing key that the network does not read is given to the scorer, as the token after those
    /// that it has.</param>
    IRowToRowMapper MapRows(DataViewSchema inputSchema, ISequenceScorer scorer, bool marksMissing);

    /// <summary>The getter of added column <paramref name="column"/> from the row's outputs.</summary>
    Delegate MakeGetter(int column, IScoredRow row);

    /// <summary>Adds the network and its columns to the model of ML.NET's ONNX converter.</summary>
    void AddTo(OnnxContext context, SequenceBinding binding, DataViewSchema.DetachedColumn[] outputs);
}
