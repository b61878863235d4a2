using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Estimators;

namespace Microsoft.ML;

/// <summary>
/// Cross-validation of recurrent networks: of the tasks that ML.NET's own CrossValidate cannot evaluate, and of classifiers with each
/// class spread evenly over the folds.
/// </summary>
public static class RnnCrossValidationCatalog
{
    /// <summary>
    /// Cross-validates a classifier of two or more classes. As ML.NET's <c>CrossValidate</c>, but each class is spread evenly over the
    /// folds, and one whose rows are all in one fold keeps a
    /// row in training: a model is then never asked for a class that it has not seen.
    /// </summary>
    /// <param name="catalog">The catalog of a context.</param>
    /// <param name="data">The rows. They are read in the same order for each fold.</param>
    /// <param name="estimator">The pipeline, which is fitted once a fold.</param>
    /// <param name="numberOfFolds">How many folds the rows are split into, at least 2.</param>
    /// <param name="labelColumnName">Name of the label column that the scored rows are evaluated by.</param>
    /// <param name="samplingKeyColumnName">Name of a column of <paramref name="data"/> of which rows with the same value are in one fold:
    /// those of one person or machine. Null for none.</param>
    /// <param name="seed">Chooses the rows of the folds. Null for a seed drawn from the context's.</param>
    /// <param name="classColumnName">Name of the column of <paramref name="data"/> that says the class, of any type. Null for the label
    /// column, or for none where the pipeline makes that only.</param>
    /// <returns>Of each fold the model, the metrics and the scored rows, in the folds' order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, its values are of a kind that another method evaluates, or
    /// fewer than 2 folds are asked for.</exception>
    /// <exception cref="InvalidOperationException">There are too few rows, or groups of rows, for so many folds.</exception>
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
                One(labelColumnName, nameof(CrossValidateSequenceTagging)),
                scored => catalog.Evaluate(scored, labelColumnName)
            );

    /// <summary>Cross-validates a classifier of two classes, each spread evenly over the folds.</summary>
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
                One(labelColumnName, nameof(CrossValidateSequenceTagging)),
                scored => catalog.Evaluate(scored, labelColumnName)
            );

    /// <summary>Cross-validates a regression of one target, on folds of equal sizes.</summary>
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

    /// <summary>Cross-validates a regression of several targets, a label that ML.NET's <c>CrossValidate</c> cannot evaluate, on folds of
    /// equal sizes.</summary>
    /// <param name="catalog">The catalog of a context.</param>
    /// <param name="data">The rows. They are read in the same order for each fold.</param>
    /// <param name="estimator">The pipeline, which is fitted once a fold.</param>
    /// <param name="numberOfFolds">How many folds the rows are split into, at least 2.</param>
    /// <param name="labelColumnName">Name of the label column that the scored rows are evaluated by.</param>
    /// <param name="samplingKeyColumnName">Name of a column of <paramref name="data"/> of which rows with the same value are in one fold:
    /// those of one person or machine. Null for none.</param>
    /// <param name="seed">Chooses the rows of the folds. Null for a seed drawn from the context's.</param>
    /// <returns>Of each fold the model, the metrics and the scored rows, in the folds' order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, its values are of a kind that another method evaluates, or
    /// fewer than 2 folds are asked for.</exception>
    /// <exception cref="InvalidOperationException">There are too few rows, or groups of rows, for so many folds.</exception>
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
    /// Cross-validates a sequence tagger, whose labels ML.NET's <c>CrossValidate</c> cannot evaluate. A tag that is in the rows of one
    /// fold only keeps a row in training.
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
                new EvaluatedLabel(labelColumnName, IsVector: true, nameof(CrossValidateRnn)),
                scored => catalog.EvaluateSequenceTagging(scored, labelColumnName)
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
