using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Estimators;

namespace Microsoft.ML;

/// <summary>
/// Cross-validation of recurrent networks: for tasks that ML.NET's own CrossValidate cannot evaluate, and for classifiers with stratified
/// folds.
/// </summary>
public static class RnnCrossValidationCatalog
{
    /// <summary>
    /// Cross-validates a classifier of two or more classes, as ML.NET's <c>CrossValidate</c> does, but with folds stratified by class. A
    /// class whose rows would all be in one fold keeps a row in training, so that every model has seen every class.
    /// </summary>
    /// <param name="catalog">The catalog of a context.</param>
    /// <param name="data">The rows. They are read in the same order for each fold.</param>
    /// <param name="estimator">The pipeline, which is fitted once per fold.</param>
    /// <param name="numberOfFolds">Number of folds, at least 2.</param>
    /// <param name="labelColumnName">Name of the label column of the scored rows.</param>
    /// <param name="samplingKeyColumnName">Name of a column of <paramref name="data"/>: rows with the same value stay in one fold, such as
    /// those of one person or machine. Null for the trainer's <see cref="RnnOptions.GroupColumnNames"/>, which its own validation rows are
    /// held out by, if that is set, and <paramref name="data"/> have it; else for none.</param>
    /// <param name="seed">Seed of the assignment of rows to folds. Null for a seed drawn from the context's.</param>
    /// <param name="classColumnName">Name of the class column of <paramref name="data"/>, of any type. Null for the label column, or for
    /// none if only the pipeline creates it.</param>
    /// <returns>The model, the metrics and the scored rows of each fold, in order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, its type needs another method, or there are fewer than 2
    /// folds.</exception>
    /// <exception cref="InvalidOperationException">There are too few rows, or groups of rows, for the number of folds.</exception>
    public static IReadOnlyList<TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics>> CrossValidateRnn(
        this MulticlassClassificationCatalog catalog,
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = DefaultColumnNames.Label,
        string? samplingKeyColumnName = null,
        int? seed = null,
        string? classColumnName = null
    ) =>
        New(catalog, numberOfFolds, samplingKeyColumnName, seed)
            .Run(
                data,
                estimator,
                classColumnName ?? In(data, labelColumnName),
                One(labelColumnName, $"{nameof(CrossValidateSequenceTagging)} or {nameof(CrossValidateMultiLabel)}"),
                scored => catalog.Evaluate(scored, labelColumnName)
            );

    /// <summary>Cross-validates a binary classifier, with folds stratified by class.</summary>
    /// <inheritdoc cref="CrossValidateRnn(MulticlassClassificationCatalog, IDataView, IEstimator{ITransformer}, int, string, string?,
    ///     int?, string?)"
    ///     path="/param|/returns|/exception"/>
    public static IReadOnlyList<TrainCatalogBase.CrossValidationResult<CalibratedBinaryClassificationMetrics>> CrossValidateRnn(
        this BinaryClassificationCatalog catalog,
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = DefaultColumnNames.Label,
        string? samplingKeyColumnName = null,
        int? seed = null,
        string? classColumnName = null
    ) =>
        New(catalog, numberOfFolds, samplingKeyColumnName, seed)
            .Run(
                data,
                estimator,
                classColumnName ?? In(data, labelColumnName),
                One(labelColumnName, $"{nameof(CrossValidateSequenceTagging)} or {nameof(CrossValidateMultiLabel)}"),
                scored => catalog.Evaluate(scored, labelColumnName)
            );

    /// <summary>Cross-validates a regression of one target, on folds of equal size.</summary>
    /// <inheritdoc cref="CrossValidateMultiTarget" path="/param|/returns|/exception"/>
    public static IReadOnlyList<TrainCatalogBase.CrossValidationResult<RegressionMetrics>> CrossValidateRnn(
        this RegressionCatalog catalog,
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = DefaultColumnNames.Label,
        string? samplingKeyColumnName = null,
        int? seed = null
    ) =>
        New(catalog, numberOfFolds, samplingKeyColumnName, seed)
            .Run(
                data,
                estimator,
                null,
                One(labelColumnName, nameof(CrossValidateMultiTarget)),
                scored => catalog.Evaluate(scored, labelColumnName)
            );

    /// <summary>
    /// Cross-validates a regression with several targets, on folds of equal size. ML.NET's <c>CrossValidate</c> cannot evaluate such a
    /// label.
    /// </summary>
    /// <param name="catalog">The catalog of a context.</param>
    /// <param name="data">The rows. They are read in the same order for each fold.</param>
    /// <param name="estimator">The pipeline, which is fitted once per fold.</param>
    /// <param name="numberOfFolds">Number of folds, at least 2.</param>
    /// <param name="labelColumnName">Name of the label column of the scored rows.</param>
    /// <param name="samplingKeyColumnName">Name of a column of <paramref name="data"/>: rows with the same value stay in one fold, such as
    /// those of one person or machine. Null for the trainer's <see cref="RnnOptions.GroupColumnNames"/>, which its own validation rows are
    /// held out by, if that is set, and <paramref name="data"/> have it; else for none.</param>
    /// <param name="seed">Seed of the assignment of rows to folds. Null for a seed drawn from the context's.</param>
    /// <returns>The model, the metrics and the scored rows of each fold, in order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, its type needs another method, or there are fewer than 2
    /// folds.</exception>
    /// <exception cref="InvalidOperationException">There are too few rows, or groups of rows, for the number of folds.</exception>
    public static IReadOnlyList<TrainCatalogBase.CrossValidationResult<MultiTargetRegressionMetrics>> CrossValidateMultiTarget(
        this RegressionCatalog catalog,
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = DefaultColumnNames.Label,
        string? samplingKeyColumnName = null,
        int? seed = null
    ) =>
        New(catalog, numberOfFolds, samplingKeyColumnName, seed)
            .Run(
                data,
                estimator,
                null,
                new EvaluatedLabel(labelColumnName, IsVector: null, ""),
                scored => catalog.EvaluateMultiTarget(scored, labelColumnName)
            );

    /// <summary>
    /// Cross-validates a sequence tagger, whose labels ML.NET's <c>CrossValidate</c> cannot evaluate. A tag whose rows would all be in one
    /// fold keeps a row in training.
    /// </summary>
    /// <inheritdoc cref="CrossValidateRnn(MulticlassClassificationCatalog, IDataView, IEstimator{ITransformer}, int, string, string?,
    ///     int?, string?)"
    ///     path="/param|/returns|/exception"/>
    public static IReadOnlyList<TrainCatalogBase.CrossValidationResult<SequenceTaggingMetrics>> CrossValidateSequenceTagging(
        this MulticlassClassificationCatalog catalog,
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = DefaultColumnNames.Label,
        string? samplingKeyColumnName = null,
        int? seed = null,
        string? classColumnName = null
    ) =>
        New(catalog, numberOfFolds, samplingKeyColumnName, seed)
            .Run(
                data,
                estimator,
                classColumnName ?? In(data, labelColumnName),
                new EvaluatedLabel(labelColumnName, IsVector: true, nameof(CrossValidateRnn)) { Vectors = (PerStep: true, Several: false) },
                scored => catalog.EvaluateSequenceTagging(scored, labelColumnName)
            );

    /// <summary>
    /// Cross-validates a multi-label classifier, which ML.NET's <c>CrossValidate</c> cannot evaluate. A label whose rows would all be in
    /// one fold keeps a row in training. <paramref name="classColumnName"/> is a vector of Boolean, keys or text.
    /// </summary>
    /// <inheritdoc cref="CrossValidateRnn(MulticlassClassificationCatalog, IDataView, IEstimator{ITransformer}, int, string, string?,
    ///     int?, string?)"
    ///     path="/param|/returns|/exception"/>
    public static IReadOnlyList<TrainCatalogBase.CrossValidationResult<MultiLabelMetrics>> CrossValidateMultiLabel(
        this MulticlassClassificationCatalog catalog,
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = DefaultColumnNames.Label,
        string? samplingKeyColumnName = null,
        int? seed = null,
        string? classColumnName = null
    ) =>
        New(catalog, numberOfFolds, samplingKeyColumnName, seed)
            .Run(
                data,
                estimator,
                classColumnName ?? In(data, labelColumnName),
                new EvaluatedLabel(labelColumnName, IsVector: true, nameof(CrossValidateRnn)) { Vectors = (PerStep: false, Several: true) },
                scored => catalog.EvaluateMultiLabel(scored, labelColumnName)
            );

    /// <summary>
    /// Cross-validates a multi-label tagger, whose labels ML.NET's <c>CrossValidate</c> cannot evaluate. A label whose rows would all be in
    /// one fold keeps a row in training. <paramref name="classColumnName"/> is a vector of Boolean or Single, as the label column.
    /// </summary>
    /// <inheritdoc cref="CrossValidateRnn(MulticlassClassificationCatalog, IDataView, IEstimator{ITransformer}, int, string, string?,
    ///     int?, string?)"
    ///     path="/param|/returns|/exception"/>
    public static IReadOnlyList<TrainCatalogBase.CrossValidationResult<MultiLabelMetrics>> CrossValidateMultiLabelTagging(
        this MulticlassClassificationCatalog catalog,
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = DefaultColumnNames.Label,
        string? samplingKeyColumnName = null,
        int? seed = null,
        string? classColumnName = null
    ) =>
        New(catalog, numberOfFolds, samplingKeyColumnName, seed)
            .Run(
                data,
                estimator,
                classColumnName ?? In(data, labelColumnName),
                new EvaluatedLabel(labelColumnName, IsVector: true, nameof(CrossValidateRnn)) { Vectors = (PerStep: true, Several: true) },
                scored => catalog.EvaluateMultiLabelTagging(scored, labelColumnName)
            );

    private static CrossValidation New(TrainCatalogBase catalog, int folds, string? samplingKey, int? seed) =>
        new(CatalogUtils.GetEnvironment(catalog), folds, samplingKey, seed);

    private static EvaluatedLabel One(string label, string other) => new(label, IsVector: false, other);

    private static string? In(IDataView data, string label)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(label, "labelColumnName");
        return data.Schema.GetColumnOrNull(label)?.Name;
    }
}
