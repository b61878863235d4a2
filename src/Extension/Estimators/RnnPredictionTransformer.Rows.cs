using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Exchange;
using RnnMlNet.Models;
using RnnMlNet.Runtime;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Scoring;

namespace RnnMlNet;

// The members that row mappers, streaming and explanations use, whatever the model's type.

public abstract partial class RnnPredictionTransformer<TModel>
{
    IHost IRowScorer.Host => Host;

    string IRowScorer.OfUnscoredRows => OfUnscoredRows;

    SequenceLayout IRowScorer.Layout => _columns.Layout;

    SequenceBinding IRowScorer.Bind(DataViewSchema schema) => Bind(schema, _columns);

    RuntimeModel IRowScorer.RuntimeModel(IEnumerable<ITransformer> before) =>
        new(ScorerPart(new RuntimeInput(Host, _columns, Model.Network.Shape, FeatureColumnType).Of(before)), Model.Network.Members);

    TrainedNetwork IRowScorer.Network => Model.Network;

    ISequenceScorer IRowScorer.RowScorer => _rowScorer;

    Delegate IRowScorer.MakeGetter(int column, IScoredRow row) => MakeGetter(column, row);

    void IRowScorer.AddTo(OnnxContext context, SequenceBinding binding, DataViewSchema.DetachedColumn[] outputs) =>
        ConverterExport.Add(context, Version.LoaderSignature, Model.Network, ScoreKind, binding, _columns, outputs, SavedThresholds);

    // The rows are steps of series, which their scorer assembles to patches.
    IRowToRowMapper IRowScorer.MapRows(DataViewSchema inputSchema, ISequenceScorer scorer, bool marksMissing) =>
        MapRows(inputSchema, scorer, _columns with { PatchLength = 1, MarksMissing = marksMissing });

    private SequenceBinding Bind(DataViewSchema schema, SequenceColumns columns)
    {
        var binding = SequenceBinding.Bind(Host, schema, columns);
        NetworkShape shape = Model.Network.Shape;
        if (!binding.Fits(shape))
            throw Host.ExceptSchemaMismatch(
                nameof(schema),
                "feature",
                FeatureColumnName,
                $"{SequenceBinding.Describe(shape)}, as in training",
                binding.Describe()
            );
        if (KeyFingerprint.Differ(Model.Vocabulary, KeyFingerprint.OfInput(binding)))
            throw Host.ExceptSchemaMismatch(
                nameof(schema),
                "feature",
                FeatureColumnName,
                "keys with the values that they had in training, in the same order: map text to keys with the fitted transformer of the "
                    + "training, which is saved with a pipeline",
                "keys of as many, but other values"
            );
        return Model.Network.CategoryScaling is CategoryScaling scaling
            ? binding.With((row, reader) => new UnseenCategories(Host, row, reader, scaling, shape.TimeStepValues))
            : binding;
    }
}
