using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet;

namespace Microsoft.ML;

/// <summary>
/// Extension methods of the classification catalogs for recurrent models, where ML.NET's own methods support only its own models.
/// </summary>
public static class RnnClassificationCatalog
{
    /// <summary>
    /// Returns a binary classifier with another threshold: <c>PredictedLabel</c> is true if <c>Score</c>, the logit, is above it. Score and
    /// Probability do not change. A threshold above 0 gives fewer positives with higher precision, one below 0 more with higher recall; the
    /// threshold for a probability p is log(p / (1 - p)). It is saved with the model.
    /// </summary>
    /// <param name="catalog">The binary catalog of a context.</param>
    /// <param name="model">The model, which is not modified. For a pipeline, pass its <c>LastTransformer</c>.</param>
    /// <param name="threshold">The score above which a row belongs to the positive class.</param>
    /// <returns>The model with that threshold.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not a finite number.</exception>
    public static RnnBinaryTransformer ChangeModelThreshold(
        this BinaryClassificationCatalog catalog,
        RnnBinaryTransformer model,
        float threshold
    )
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        env.CheckValue(model, nameof(model));
        if (!float.IsFinite(threshold))
            throw env.ExceptUserArg(
                nameof(threshold),
                $"threshold is {threshold}; it must be a finite number, which the score is compared with."
            );
        return model.With(threshold);
    }

    /// <summary>
    /// Not available for recurrent networks:
    /// <see cref="RnnCatalog.Rnn(MulticlassClassificationCatalog.MulticlassClassificationTrainers, RnnMulticlassTrainer.Options)"/>
    /// separates any number of classes with one network.
    /// </summary>
    /// <param name="catalog">The multiclass trainers of a context.</param>
    /// <param name="binaryEstimator">The binary trainer.</param>
    /// <param name="labelColumnName">Name of the label column.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    [Obsolete(
        "MulticlassClassification.Trainers.Rnn trains one network that separates all classes, which takes less time than one network a "
            + "class and learns more: use it in place of OneVersusAll over BinaryClassification.Trainers.Rnn.",
        error: true
    )]
    public static RnnMulticlassTrainer OneVersusAll(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        RnnBinaryTrainer binaryEstimator,
        string labelColumnName = DefaultColumnNames.Label
    ) =>
        throw new NotSupportedException(
            "Use MulticlassClassification.Trainers.Rnn in place of OneVersusAll over BinaryClassification.Trainers.Rnn."
        );

    /// <inheritdoc cref="OneVersusAll"/>
    [Obsolete(
        "MulticlassClassification.Trainers.Rnn trains one network that separates all classes, which takes less time than one network "
            + "for each pair and learns more: use it in place of PairwiseCoupling over BinaryClassification.Trainers.Rnn.",
        error: true
    )]
    public static RnnMulticlassTrainer PairwiseCoupling(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        RnnBinaryTrainer binaryEstimator,
        string labelColumnName = DefaultColumnNames.Label
    ) =>
        throw new NotSupportedException(
            "Use MulticlassClassification.Trainers.Rnn in place of PairwiseCoupling over BinaryClassification.Trainers.Rnn."
        );
}
