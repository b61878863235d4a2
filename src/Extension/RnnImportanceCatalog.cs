using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Estimators;

namespace Microsoft.ML;

/// <summary>
/// Permutation feature importance of sequences. ML.NET's own method permutes one number of a vector at a time, which is one channel at one
/// time step, and takes vectors of fixed size only.
/// </summary>
public static class RnnImportanceCatalog
{
    /// <summary>
    /// Measures how important each channel, or each time step, of the sequences is to a classifier: permutes its values between rows, and
    /// compares the metrics with those of the unchanged rows.
    /// </summary>
    /// <remarks>
    /// A channel is taken as a whole from another row, so its course over time is preserved; if that row has another length, the channel is
    /// stretched. A step is taken with all channels from the same step of another row that has it. Tokens have one channel.
    /// </remarks>
    /// <param name="catalog">The catalog of a context.</param>
    /// <param name="model">The model. For a pipeline, pass its <c>LastTransformer</c>.</param>
    /// <param name="data">Rows with the sequence and the label; for a pipeline, the output of its <c>Transform</c>. Their sequences are
    /// held in memory.</param>
    /// <param name="parts">Whether channels or time steps are permuted.</param>
    /// <param name="labelColumnName">Name of the label column.</param>
    /// <param name="stepsPerPart">For <see cref="SequenceParts.Steps"/>: number of consecutive steps that are permuted together. Default 1;
    /// the rows are scored once per part and permutation.</param>
    /// <param name="permutationCount">Permutations per part. Default 1; more show how much of a change is chance.</param>
    /// <param name="numberOfExamplesToUse">Number of rows to use, from the first. Null for all.</param>
    /// <param name="seed">Seed of the permutations.</param>
    /// <returns>The metrics of the unchanged rows, and of each part those with its values permuted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or a number is out of its range.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than two rows.</exception>
    public static SequenceImportance<MulticlassClassificationMetrics> SequenceFeatureImportance(
        this MulticlassClassificationCatalog catalog,
        RnnMulticlassTransformer model,
        IDataView data,
        SequenceParts parts = SequenceParts.Channels,
        string labelColumnName = DefaultColumnNames.Label,
        int stepsPerPart = 1,
        int permutationCount = 1,
        int? numberOfExamplesToUse = null,
        int seed = 0
    ) =>
        New(catalog, model, new SequenceImportancePlan(parts, stepsPerPart, permutationCount, numberOfExamplesToUse, seed))
            .Run(data, scored => catalog.Evaluate(scored, labelColumnName), new("MicroAccuracy", metrics => metrics.MicroAccuracy));

    /// <summary>Measures how important each channel, or each time step, of the sequences is to a sequence tagger.</summary>
    /// <inheritdoc cref="SequenceFeatureImportance(MulticlassClassificationCatalog, RnnMulticlassTransformer, IDataView, SequenceParts,
    ///     string, int, int, int?, int)"
    ///     path="/remarks|/param|/returns|/exception"/>
    public static SequenceImportance<SequenceTaggingMetrics> SequenceFeatureImportance(
        this MulticlassClassificationCatalog catalog,
        RnnSequenceTaggerTransformer model,
        IDataView data,
        SequenceParts parts = SequenceParts.Channels,
        string labelColumnName = DefaultColumnNames.Label,
        int stepsPerPart = 1,
        int permutationCount = 1,
        int? numberOfExamplesToUse = null,
        int seed = 0
    ) =>
        New(catalog, model, new SequenceImportancePlan(parts, stepsPerPart, permutationCount, numberOfExamplesToUse, seed))
            .Run(data, scored => catalog.EvaluateSequenceTagging(scored, labelColumnName), new("Accuracy", metrics => metrics.Accuracy));

    /// <summary>Measures how important each channel, or each time step, of the sequences is to a multi-label classifier.</summary>
    /// <inheritdoc cref="SequenceFeatureImportance(MulticlassClassificationCatalog, RnnMulticlassTransformer, IDataView, SequenceParts,
    ///     string, int, int, int?, int)"
    ///     path="/remarks|/param|/returns|/exception"/>
    public static SequenceImportance<MultiLabelMetrics> SequenceFeatureImportance(
        this MulticlassClassificationCatalog catalog,
        RnnMultiLabelTransformer model,
        IDataView data,
        SequenceParts parts = SequenceParts.Channels,
        string labelColumnName = DefaultColumnNames.Label,
        int stepsPerPart = 1,
        int permutationCount = 1,
        int? numberOfExamplesToUse = null,
        int seed = 0
    ) =>
        New(catalog, model, new SequenceImportancePlan(parts, stepsPerPart, permutationCount, numberOfExamplesToUse, seed))
            .Run(data, scored => catalog.EvaluateMultiLabel(scored, labelColumnName), new("MicroF1", metrics => metrics.MicroF1));

    /// <summary>Measures how important each channel, or each time step, of the sequences is to a multi-label tagger.</summary>
    /// <inheritdoc cref="SequenceFeatureImportance(MulticlassClassificationCatalog, RnnMulticlassTransformer, IDataView, SequenceParts,
    ///     string, int, int, int?, int)"
    ///     path="/remarks|/param|/returns|/exception"/>
    public static SequenceImportance<MultiLabelMetrics> SequenceFeatureImportance(
        this MulticlassClassificationCatalog catalog,
        RnnMultiLabelTaggerTransformer model,
        IDataView data,
        SequenceParts parts = SequenceParts.Channels,
        string labelColumnName = DefaultColumnNames.Label,
        int stepsPerPart = 1,
        int permutationCount = 1,
        int? numberOfExamplesToUse = null,
        int seed = 0
    ) =>
        New(catalog, model, new SequenceImportancePlan(parts, stepsPerPart, permutationCount, numberOfExamplesToUse, seed))
            .Run(data, scored => catalog.EvaluateMultiLabelTagging(scored, labelColumnName), new("MicroF1", metrics => metrics.MicroF1));

    /// <summary>Measures how important each channel, or each time step, of the sequences is to a binary classifier.</summary>
    /// <inheritdoc cref="SequenceFeatureImportance(MulticlassClassificationCatalog, RnnMulticlassTransformer, IDataView, SequenceParts,
    ///     string, int, int, int?, int)"
    ///     path="/remarks|/param|/returns|/exception"/>
    public static SequenceImportance<CalibratedBinaryClassificationMetrics> SequenceFeatureImportance(
        this BinaryClassificationCatalog catalog,
        RnnBinaryTransformer model,
        IDataView data,
        SequenceParts parts = SequenceParts.Channels,
        string labelColumnName = DefaultColumnNames.Label,
        int stepsPerPart = 1,
        int permutationCount = 1,
        int? numberOfExamplesToUse = null,
        int seed = 0
    ) =>
        New(catalog, model, new SequenceImportancePlan(parts, stepsPerPart, permutationCount, numberOfExamplesToUse, seed))
            .Run(data, scored => catalog.Evaluate(scored, labelColumnName), new("AreaUnderRocCurve", metrics => metrics.AreaUnderRocCurve));

    /// <summary>Measures how important each channel, or each time step, of the sequences is to a regression of one target.</summary>
    /// <inheritdoc cref="SequenceFeatureImportance(MulticlassClassificationCatalog, RnnMulticlassTransformer, IDataView, SequenceParts,
    ///     string, int, int, int?, int)"
    ///     path="/remarks|/param|/returns|/exception"/>
    public static SequenceImportance<RegressionMetrics> SequenceFeatureImportance(
        this RegressionCatalog catalog,
        RnnRegressionTransformer model,
        IDataView data,
        SequenceParts parts = SequenceParts.Channels,
        string labelColumnName = DefaultColumnNames.Label,
        int stepsPerPart = 1,
        int permutationCount = 1,
        int? numberOfExamplesToUse = null,
        int seed = 0
    ) =>
        New(catalog, model, new SequenceImportancePlan(parts, stepsPerPart, permutationCount, numberOfExamplesToUse, seed))
            .Run(
                data,
                scored => catalog.Evaluate(scored, labelColumnName),
                new("RootMeanSquaredError", metrics => metrics.RootMeanSquaredError, IsLowerBetter: true)
            );

    /// <summary>Measures how important each channel, or each time step, of the sequences is to a regression of several targets.</summary>
    /// <inheritdoc cref="SequenceFeatureImportance(MulticlassClassificationCatalog, RnnMulticlassTransformer, IDataView, SequenceParts,
    ///     string, int, int, int?, int)"
    ///     path="/remarks|/param|/returns|/exception"/>
    public static SequenceImportance<MultiTargetRegressionMetrics> SequenceFeatureImportanceMultiTarget(
        this RegressionCatalog catalog,
        RnnRegressionTransformer model,
        IDataView data,
        SequenceParts parts = SequenceParts.Channels,
        string labelColumnName = DefaultColumnNames.Label,
        int stepsPerPart = 1,
        int permutationCount = 1,
        int? numberOfExamplesToUse = null,
        int seed = 0
    ) =>
        New(catalog, model, new SequenceImportancePlan(parts, stepsPerPart, permutationCount, numberOfExamplesToUse, seed))
            .Run(
                data,
                scored => catalog.EvaluateMultiTarget(scored, labelColumnName),
                new("RootMeanSquaredError", metrics => metrics.RootMeanSquaredError, IsLowerBetter: true)
            );

    private static SequencePermutations New(TrainCatalogBase catalog, IRowScorer model, SequenceImportancePlan plan)
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        env.CheckValue(model, nameof(model));
        return new SequencePermutations(env, model, plan);
    }
}
