using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Estimators;

namespace Microsoft.ML;

/// <summary>Extension methods that add the recurrent multi-label classifier and its evaluator to ML.NET's multiclass catalog.</summary>
public static class RnnMultiLabelCatalog
{
    /// <summary>
    /// Creates a trainer of a recurrent network that assigns any number of labels to a sequence. It needs a label that is a vector of
    /// Boolean of known size (<c>Concatenate</c> of Boolean columns; the slot names are the labels' names), or a vector of keys, the row's
    /// labels in any order (<c>MapValueToKey</c> of a vector of text), and adds <c>Score</c> (logits), <c>Probability</c> and
    /// <c>PredictedLabel</c> (Boolean), vectors with a value for each label.
    /// </summary>
    /// <param name="catalog">The multiclass trainers of a context.</param>
    /// <param name="labelColumnName">Name of the label column, a vector of Boolean or of keys.</param>
    /// <param name="featureColumnName">Name of the sequence column: a vector of Single or of keys.</param>
    /// <param name="exampleWeightColumnName">Name of the column of example weights, one per row, or null.</param>
    /// <param name="featuresPerStep">F, the features per time step of a flat column; null for a [T, F] or a key column.</param>
    /// <param name="cell">The recurrent cell; null to choose it from the data.</param>
    /// <param name="hiddenSize">Hidden units per layer and direction; null to choose them from the data.</param>
    /// <param name="bidirectional">Whether the sequence is read backwards as well; null: yes.</param>
    /// <param name="maxEpochs">Maximum number of epochs; null to choose it from the number of rows.</param>
    /// <param name="learningRate">The learning rate, with a schedule its highest; null to choose it from the data.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    public static RnnMultiLabelTrainer RnnMultiLabel(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string? exampleWeightColumnName = null,
        int? featuresPerStep = null,
        CellKind? cell = null,
        int? hiddenSize = null,
        bool? bidirectional = null,
        int? maxEpochs = null,
        float? learningRate = null
    ) =>
        catalog.RnnMultiLabel(
            RnnCatalog.Set(
                new RnnMultiLabelTrainer.Options(),
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

    /// <summary>Creates a trainer of a recurrent network that assigns any number of labels to a sequence, with all options.</summary>
    /// <param name="catalog">The multiclass trainers of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static RnnMultiLabelTrainer RnnMultiLabel(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        RnnMultiLabelTrainer.Options options
    ) => new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>
    /// Evaluates a multi-label classifier: precision, recall and F1 of each label and of all together, the share of rows whose labels are
    /// all right, the Hamming loss. ML.NET's own <c>Evaluate</c> takes one label per row only. Rows whose score is not finite are left out,
    /// with a warning.
    /// </summary>
    /// <param name="catalog">The multiclass catalog of a context.</param>
    /// <param name="data">Scored data.</param>
    /// <param name="labelColumnName">Name of the label column, a vector of Boolean or of keys.</param>
    /// <param name="predictedLabelColumnName">Name of the predicted column, a Boolean for each label.</param>
    /// <param name="scoreColumnName">Name of the column of scores, by which rows that could not be scored are found; null: <c>Score</c> if
    /// the data has such a column.</param>
    /// <param name="probabilityColumnName">Name of the column of probabilities, for the log-loss; null: <c>Probability</c> if the data has
    /// such a column.</param>
    /// <returns>The metrics.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">No row has a score, or the labels of the columns differ.</exception>
    public static MultiLabelMetrics EvaluateMultiLabel(
        this MulticlassClassificationCatalog catalog,
        IDataView data,
        string labelColumnName = DefaultColumnNames.Label,
        string predictedLabelColumnName = DefaultColumnNames.PredictedLabel,
        string? scoreColumnName = null,
        string? probabilityColumnName = null
    ) =>
        MultiLabelEvaluator.Evaluate(
            CatalogUtils.GetEnvironment(catalog),
            data,
            labelColumnName,
            predictedLabelColumnName,
            scoreColumnName,
            probabilityColumnName
        );

    /// <summary>
    /// Returns a multi-label classifier with other thresholds: a label is predicted where its probability is above its threshold. Score and
    /// Probability do not change. A higher threshold gives fewer predictions of the label with higher precision. They are saved with the
    /// model.
    /// </summary>
    /// <param name="catalog">The multiclass catalog of a context.</param>
    /// <param name="model">The model, which is not modified. For a pipeline, pass its <c>LastTransformer</c>.</param>
    /// <param name="thresholds">The probability of each label above which it is predicted, in (0, 1), in the order of
    /// <see cref="RnnMultiLabelTransformer.LabelNames"/>.</param>
    /// <returns>The model with those thresholds.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are more or fewer thresholds than labels, or one is not in (0, 1).</exception>
    public static RnnMultiLabelTransformer ChangeLabelThresholds(
        this MulticlassClassificationCatalog catalog,
        RnnMultiLabelTransformer model,
        IReadOnlyList<float> thresholds
    )
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        env.CheckValue(model, nameof(model));
        CheckThresholds(env, thresholds, model.LabelThresholds.Count);
        return model.With(thresholds);
    }

    internal static void CheckThresholds(IHostEnvironment env, IReadOnlyList<float> thresholds, int labels)
    {
        env.CheckValue(thresholds, nameof(thresholds));
        if (thresholds.Count != labels)
            throw env.ExceptUserArg(
                nameof(thresholds),
                $"There are {thresholds.Count} thresholds for {labels} labels: give one for each, as LabelThresholds " + "has them."
            );
        foreach (float threshold in thresholds)
            if (!(threshold > 0 && threshold < 1))
                throw env.ExceptUserArg(
                    nameof(thresholds),
                    $"A threshold is {threshold}; it must be in (0, 1), which the probability is compared with."
                );
    }
}
