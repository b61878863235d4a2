using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Estimators;

namespace Microsoft.ML;

/// <summary>Extension methods that add the recurrent tagger with several labels at every step, and its evaluator, to ML.NET's multiclass
/// catalog.</summary>
public static class RnnMultiLabelTaggingCatalog
{
    /// <summary>
    /// Creates a trainer of a recurrent network that assigns any number of labels to each time step of a sequence. It needs a label that is
    /// a vector of T x L values for the T steps of the row and L labels, step after step: Boolean, or Single 0 and 1, with NaN at steps
    /// whose labels are not known. It adds <c>Score</c> (logits), <c>Probability</c> and <c>PredictedLabel</c> (Boolean), vectors of as
    /// many values.
    /// </summary>
    /// <param name="catalog">The multiclass trainers of a context.</param>
    /// <param name="labelColumnName">Name of the label column, a vector of Boolean or Single.</param>
    /// <param name="featureColumnName">Name of the sequence column: a vector of Single or of keys.</param>
    /// <param name="exampleWeightColumnName">Name of the column of example weights, one per row, or null.</param>
    /// <param name="featuresPerStep">F, the features per time step of a flat column; null for a [T, F] or a key column.</param>
    /// <param name="labelsPerStep">L, the labels of a time step of a flat column; null for a [T, L] column.</param>
    /// <param name="cell">The recurrent cell; null to choose it from the data.</param>
    /// <param name="hiddenSize">Hidden units per layer and direction; null to choose them from the data.</param>
    /// <param name="bidirectional">Whether the sequence is read backwards as well, so that a step's labels also depend on the steps after
    /// it; null: yes.</param>
    /// <param name="maxEpochs">Maximum number of epochs; null to choose it from the number of rows.</param>
    /// <param name="learningRate">The learning rate, with a schedule its highest; null to choose it from the data.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    public static RnnMultiLabelTaggerTrainer RnnMultiLabelTagger(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string? exampleWeightColumnName = null,
        int? featuresPerStep = null,
        int? labelsPerStep = null,
        CellKind? cell = null,
        int? hiddenSize = null,
        bool? bidirectional = null,
        int? maxEpochs = null,
        float? learningRate = null
    ) =>
        catalog.RnnMultiLabelTagger(
            RnnCatalog.Set(
                new RnnMultiLabelTaggerTrainer.Options { LabelsPerStep = labelsPerStep },
                labelColumnName,
                featureColumnName,
                exampleWeightColumnName,
                featuresPerStep,
                cell,
                hiddenSize,
                bidirectional,
                maxEpochs,
                learningRate
            )
        );

    /// <summary>Creates a trainer of a recurrent network that assigns any number of labels to each time step of a sequence, with all
    /// options.</summary>
    /// <param name="catalog">The multiclass trainers of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static RnnMultiLabelTaggerTrainer RnnMultiLabelTagger(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        RnnMultiLabelTaggerTrainer.Options options
    ) => new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>
    /// Evaluates a multi-label tagger step by step: precision, recall and F1 of each label and of all together, the share of steps whose
    /// labels are all right, the Hamming loss. Steps with a NaN among their labels are ignored; steps whose score is not finite are left
    /// out, with a warning.
    /// </summary>
    /// <param name="catalog">The multiclass catalog of a context.</param>
    /// <param name="data">Scored data.</param>
    /// <param name="labelColumnName">Name of the label column, a vector of Boolean or Single, step after step.</param>
    /// <param name="predictedLabelColumnName">Name of the predicted column, a Boolean for each label of each step.</param>
    /// <param name="scoreColumnName">Name of the column of scores, by which steps that could not be scored are found; null: <c>Score</c> if
    /// the data has such a column.</param>
    /// <param name="probabilityColumnName">Name of the column of probabilities, for the log-loss; null: <c>Probability</c> if the data has
    /// such a column.</param>
    /// <returns>The metrics; each step with labels counts as a row.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">No step has labels and a score, the labels of the columns differ, or a row's numbers of
    /// labels, predictions and scores do.</exception>
    public static MultiLabelMetrics EvaluateMultiLabelTagging(
        this MulticlassClassificationCatalog catalog,
        IDataView data,
        string labelColumnName = DefaultColumnNames.Label,
        string predictedLabelColumnName = DefaultColumnNames.PredictedLabel,
        string? scoreColumnName = null,
        string? probabilityColumnName = null
    ) =>
        MultiLabelTaggingEvaluator.Evaluate(
            CatalogUtils.GetEnvironment(catalog),
            data,
            labelColumnName,
            predictedLabelColumnName,
            scoreColumnName,
            probabilityColumnName
        );

    /// <summary>
    /// Returns a multi-label tagger with other thresholds: a label is predicted at a step where its probability is above its threshold.
    /// Score and Probability do not change. They are saved with the model.
    /// </summary>
    /// <param name="catalog">The multiclass catalog of a context.</param>
    /// <param name="model">The model, which is not modified. For a pipeline, pass its <c>LastTransformer</c>.</param>
    /// <param name="thresholds">The probability of each label above which it is predicted, in (0, 1), in the order of
    /// <see cref="RnnMultiLabelTaggerTransformer.LabelNames"/>.</param>
    /// <returns>The model with those thresholds.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are more or fewer thresholds than labels, or one is not in (0, 1).</exception>
    public static RnnMultiLabelTaggerTransformer ChangeLabelThresholds(
        this MulticlassClassificationCatalog catalog,
        RnnMultiLabelTaggerTransformer model,
        IReadOnlyList<float> thresholds
    )
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        env.CheckValue(model, nameof(model));
        RnnMultiLabelCatalog.CheckThresholds(env, thresholds, model.LabelThresholds.Count);
        return model.With(thresholds);
    }
}
