using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using RnnMlNet;
using RnnMlNet.Estimators;

namespace Microsoft.ML;

/// <summary>Extension methods that add the recurrent trainers and their evaluators to ML.NET's catalogs.</summary>
public static class RnnCatalog
{
    /// <summary>
    /// Creates a trainer of a recurrent network that classifies sequences. It needs a key-typed label (<c>MapValueToKey</c>) and adds
    /// <c>Score</c> (class probabilities) and <c>PredictedLabel</c> (key).
    /// </summary>
    /// <param name="catalog">The multiclass trainers of a context.</param>
    /// <param name="labelColumnName">Name of the label column, a key.</param>
    /// <param name="featureColumnName">Name of the sequence column: a vector of Single or of keys.</param>
    /// <param name="exampleWeightColumnName">Name of the column of example weights, or null.</param>
    /// <param name="featuresPerStep">F, the features per time step of a flat column; null for a [T, F] or a key column.</param>
    /// <param name="cell">The recurrent cell; null to choose it from the data.</param>
    /// <param name="hiddenSize">Hidden units per layer and direction; null to choose them from the data.</param>
    /// <param name="bidirectional">Whether the sequence is read backwards as well; null: yes.</param>
    /// <param name="maxEpochs">Maximum number of epochs; null to choose it from the number of rows.</param>
    /// <param name="learningRate">The learning rate, with a schedule its highest; null to choose it from the data.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    public static RnnMulticlassTrainer Rnn(
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
        catalog.Rnn(
            Set(
                new RnnMulticlassTrainer.Options(),
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

    /// <summary>Creates a trainer of a recurrent network that classifies sequences, with all options.</summary>
    /// <param name="catalog">The multiclass trainers of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static RnnMulticlassTrainer Rnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        RnnMulticlassTrainer.Options options
    ) => new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>
    /// Creates a trainer of a recurrent network that assigns a class to each time step of a sequence, such as a tag to each word. It needs
    /// a label that is a vector of keys, one per step (<c>MapValueToKey</c> of a vector of text; a missing key where a step has none), and
    /// adds <c>Score</c> (class probabilities step by step) and <c>PredictedLabel</c> (a vector of keys).
    /// </summary>
    /// <param name="catalog">The multiclass trainers of a context.</param>
    /// <param name="labelColumnName">Name of the label column, a vector of keys.</param>
    /// <param name="featureColumnName">Name of the sequence column: a vector of Single or of keys.</param>
    /// <param name="exampleWeightColumnName">Name of the column of example weights, one per row, or null.</param>
    /// <param name="featuresPerStep">F, the features per time step of a flat column; null for a [T, F] or a key column.</param>
    /// <param name="cell">The recurrent cell; null to choose it from the data.</param>
    /// <param name="hiddenSize">Hidden units per layer and direction; null to choose them from the data.</param>
    /// <param name="bidirectional">Whether the sequence is read backwards as well, so that a step's class also depends on the steps after
    /// it; null: yes.</param>
    /// <param name="maxEpochs">Maximum number of epochs; null to choose it from the number of rows.</param>
    /// <param name="learningRate">The learning rate, with a schedule its highest; null to choose it from the data.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    public static RnnSequenceTaggerTrainer RnnSequenceTagger(
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
        catalog.RnnSequenceTagger(
            Set(
                new RnnSequenceTaggerTrainer.Options(),
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

    /// <summary>Creates a trainer of a recurrent network that assigns a class to each time step of a sequence, with all options.</summary>
    /// <param name="catalog">The multiclass trainers of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static RnnSequenceTaggerTrainer RnnSequenceTagger(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        RnnSequenceTaggerTrainer.Options options
    ) => new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>
    /// Creates a trainer of a recurrent network that separates two classes of sequences. It needs a Boolean label and adds <c>Score</c>
    /// (logit), <c>Probability</c> and <c>PredictedLabel</c>.
    /// </summary>
    /// <inheritdoc cref="Rnn(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, int?, CellKind?,
    ///     int?, bool?, int?, float?)"
    ///     path="/param|/returns|/exception"/>
    public static RnnBinaryTrainer Rnn(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
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
        catalog.Rnn(
            Set(
                new RnnBinaryTrainer.Options(),
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

    /// <summary>Creates a trainer of a recurrent network that separates two classes of sequences, with all options.</summary>
    /// <param name="catalog">The binary trainers of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static RnnBinaryTrainer Rnn(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        RnnBinaryTrainer.Options options
    ) => new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>
    /// Creates a trainer of a recurrent network that predicts numbers from a sequence. It needs a label of type Single, or Vector of Single
    /// [k] for k targets, and adds <c>Score</c> of the same type.
    /// </summary>
    /// <inheritdoc cref="Rnn(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, int?, CellKind?,
    ///     int?, bool?, int?, float?)"
    ///     path="/param|/returns|/exception"/>
    public static RnnRegressionTrainer Rnn(
        this RegressionCatalog.RegressionTrainers catalog,
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
        catalog.Rnn(
            Set(
                new RnnRegressionTrainer.Options(),
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

    /// <summary>Creates a trainer of a recurrent network that predicts numbers from a sequence, with all options.</summary>
    /// <param name="catalog">The regression trainers of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static RnnRegressionTrainer Rnn(this RegressionCatalog.RegressionTrainers catalog, RnnRegressionTrainer.Options options) =>
        new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>
    /// Evaluates a regression with a vector label, target by target. ML.NET's own <c>Evaluate</c> takes a scalar label only.
    /// </summary>
    /// <param name="catalog">The regression catalog of a context.</param>
    /// <param name="data">Scored data.</param>
    /// <param name="labelColumnName">Name of the label column, a vector of Single of known size.</param>
    /// <param name="scoreColumnName">Name of the score column, of the same type.</param>
    /// <returns>MAE, RMSE and R² of each target.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">No row has a finite label and score.</exception>
    public static MultiTargetRegressionMetrics EvaluateMultiTarget(
        this RegressionCatalog catalog,
        IDataView data,
        string labelColumnName = DefaultColumnNames.Label,
        string scoreColumnName = DefaultColumnNames.Score
    ) => MultiTargetRegressionEvaluator.Evaluate(CatalogUtils.GetEnvironment(catalog), data, labelColumnName, scoreColumnName);

    /// <summary>
    /// Evaluates one prediction per time step, as a sequence tagger makes them. ML.NET's own <c>Evaluate</c> takes one per row only. Steps
    /// whose label is missing are ignored. If the tags denote chunks (O, B-type and I-type, in IOB2 or IOB1), chunks are evaluated as
    /// conlleval does.
    /// </summary>
    /// <param name="catalog">The multiclass catalog of a context.</param>
    /// <param name="data">Scored data.</param>
    /// <param name="labelColumnName">Name of the label column, a vector of keys.</param>
    /// <param name="predictedLabelColumnName">Name of the predicted column, of the same length; tags are compared by their key
    /// values.</param>
    /// <param name="scoreColumnName">Name of the column of class probabilities, step by step, for the log-loss; null: <c>Score</c> if the
    /// data has such a column.</param>
    /// <returns>Accuracy by steps and by sequences, log-loss, and precision, recall and F1 of chunks, overall and by type.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">No step has a label, or a row's numbers of labels, predictions and probabilities do not
    /// match.</exception>
    public static SequenceTaggingMetrics EvaluateSequenceTagging(
        this MulticlassClassificationCatalog catalog,
        IDataView data,
        string labelColumnName = DefaultColumnNames.Label,
        string predictedLabelColumnName = DefaultColumnNames.PredictedLabel,
        string? scoreColumnName = null
    ) =>
        SequenceTaggingEvaluator.Evaluate(
            CatalogUtils.GetEnvironment(catalog),
            data,
            labelColumnName,
            predictedLabelColumnName,
            scoreColumnName
        );

    internal static TOptions Set<TOptions>(
        TOptions options,
        string label,
        string features,
        string? weight,
        int? featuresPerStep,
        CellKind? cell,
        int? hiddenSize,
        bool? bidirectional,
        int? maxEpochs,
        float? learningRate
    )
        where TOptions : RnnOptions
    {
        options.LabelColumnName = label;
        options.FeatureColumnName = features;
        options.ExampleWeightColumnName = weight;
        options.FeaturesPerStep = featuresPerStep;
        options.Cell = cell;
        options.HiddenSize = hiddenSize;
        options.Bidirectional = bidirectional;
        options.MaxEpochs = maxEpochs;
        options.LearningRate = learningRate;
        return options;
    }
}
