using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Estimators;

namespace Microsoft.ML;

// Networks of several labels.
public static partial class SafetensorsCatalog
{
    /// <summary>
    /// Creates a transformer that assigns any number of labels to a sequence, with a network from a safetensors file that has one output, a
    /// logit, for each label. It adds <c>Score</c> (logits), <c>Probability</c> and <c>PredictedLabel</c> (Boolean), with a threshold of
    /// one half: <c>ChangeLabelThresholds</c> sets others. The options' ClassNames name the labels.
    /// </summary>
    /// <inheritdoc cref="LoadRnnSafetensors(MulticlassClassificationCatalog, string, DataViewSchema, RnnImportOptions?)"
    ///     path="/param|/returns|/exception"/>
    public static RnnMultiLabelTransformer LoadRnnMultiLabelSafetensors(
        this MulticlassClassificationCatalog catalog,
        string path,
        DataViewSchema inputSchema,
        RnnImportOptions? options = null
    ) => FromFile(path, stream => catalog.LoadRnnMultiLabelSafetensors(stream, inputSchema, options));

    /// <inheritdoc cref="LoadRnnMultiLabelSafetensors(MulticlassClassificationCatalog, string, DataViewSchema, RnnImportOptions?)"/>
    /// <param name="catalog">The multiclass catalog of a context.</param>
    /// <param name="stream">The file, from the stream's current position to its end; it stays open.</param>
    /// <param name="inputSchema">Columns of data to score, including the sequence column.</param>
    /// <param name="options">The options that the file does not contain; null for the defaults.</param>
    public static RnnMultiLabelTransformer LoadRnnMultiLabelSafetensors(
        this MulticlassClassificationCatalog catalog,
        Stream stream,
        DataViewSchema inputSchema,
        RnnImportOptions? options = null
    )
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        var (network, columns) = Import(env, stream, inputSchema, options, SequenceTask.MultiLabelClassification);
        LabelKeyValues? names = ClassNames(options);
        return new RnnMultiLabelTransformer(env, new RnnMultiLabelModelParameters(env, network), columns, inputSchema, names);
    }

    /// <summary>
    /// Creates a transformer that assigns any number of labels to each step of a sequence, with a network from a safetensors file whose
    /// head reads every step and has one output, a logit, for each label. It adds <c>Score</c> (logits), <c>Probability</c> and
    /// <c>PredictedLabel</c> (Boolean), step by step, with a threshold of one half: <c>ChangeLabelThresholds</c> sets others. The options'
    /// ClassNames name the labels. Tokens are as for a sequence tagger.
    /// </summary>
    /// <inheritdoc cref="LoadRnnSafetensors(MulticlassClassificationCatalog, string, DataViewSchema, RnnImportOptions?)"
    ///     path="/param|/returns|/exception"/>
    public static RnnMultiLabelTaggerTransformer LoadRnnMultiLabelTaggerSafetensors(
        this MulticlassClassificationCatalog catalog,
        string path,
        DataViewSchema inputSchema,
        RnnImportOptions? options = null
    ) => FromFile(path, stream => catalog.LoadRnnMultiLabelTaggerSafetensors(stream, inputSchema, options));

    /// <inheritdoc cref="LoadRnnMultiLabelTaggerSafetensors(MulticlassClassificationCatalog, string, DataViewSchema, RnnImportOptions?)"/>
    /// <param name="catalog">The multiclass catalog of a context.</param>
    /// <param name="stream">The file, from the stream's current position to its end; it stays open.</param>
    /// <param name="inputSchema">Columns of data to score, including the sequence column.</param>
    /// <param name="options">The options that the file does not contain; null for the defaults.</param>
    public static RnnMultiLabelTaggerTransformer LoadRnnMultiLabelTaggerSafetensors(
        this MulticlassClassificationCatalog catalog,
        Stream stream,
        DataViewSchema inputSchema,
        RnnImportOptions? options = null
    )
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        var (network, columns) = Import(env, stream, inputSchema, options, SequenceTask.MultiLabelTagging);
        LabelKeyValues? names = ClassNames(options);
        return new RnnMultiLabelTaggerTransformer(env, new RnnMultiLabelTaggerModelParameters(env, network), columns, inputSchema, names);
    }
}
