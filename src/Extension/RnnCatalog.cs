using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using RnnMlNet;
using RnnMlNet.Estimators;

namespace Microsoft.ML;

/// <summary>The recurrent trainers in ML.NET's catalogs, and what goes with them.</summary>
public static class RnnCatalog
{
    /// <summary>
    /// A recurrent network that classifies sequences. Needs a key-typed label (<c>MapValueToKey</c>); gives <c>Score</c> (the classes'
    /// probabilities) and <c>PredictedLabel</c> (key).
    /// </summary>
    /// <param name="catalog">The multiclass trainers of a context.</param>
    /// <param name="labelColumnName">Name of the label column, a key.</param>
    /// <param name="featureColumnName">Name of the sequence column: a vector of Single or of keys.</param>
    /// <param name="exampleWeightColumnName">Name of the column of example weights, or null.</param>
    /// <param name="featuresPerStep">F, the values per step of a flat column; null for a [T, F] or a key column.</param>
    /// <param name="cell">The recurrent cell; null to choose it from the data.</param>
    /// <param name="hiddenSize">Units per layer and direction; null to choose them from the data.</param>
    /// <param name="bidirectional">Whether the sequence is read backwards as well; null: yes.</param>
    /// <param name="maxEpochs">Passes over the training rows at most; null to choose them from the number of rows.</param>
    /// <param name="learningRate">The learning rate, of a schedule its highest; null for the usual one.</param>
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

    /// <summary>A recurrent network that classifies sequences, with all options.</summary>
    /// <param name="catalog">The multiclass trainers of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static RnnMulticlassTrainer Rnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        RnnMulticlassTrainer.Options options
    ) => new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>
    /// A recurrent network that gives each step of a sequence a class, such as each word its tag. Needs a label that is a vector of keys,
    /// one for each step (<c>MapValueToKey</c> of a vector of text; a missing key where a step has none); gives <c>Score</c> (step after
    /// step the classes' probabilities) and <c>PredictedLabel</c> (a vector of keys).
    /// </summary>
    /// <param name="catalog">The multiclass trainers of a context.</param>
    /// <param name="labelColumnName">Name of the label column, a vector of keys.</param>
    /// <param name="featureColumnName">Name of the sequence column: a vector of Single or of keys.</param>
    /// <param name="exampleWeightColumnName">Name of the column of example weights, one a row, or null.</param>
    /// <param name="featuresPerStep">F, the values per step of a flat column; null for a [T, F] or a key column.</param>
    /// <param name="cell">The recurrent cell; null to choose it from the data.</param>
    /// <param name="hiddenSize">Units per layer and direction; null to choose them from the data.</param>
    /// <param name="bidirectional">Whether the sequence is read backwards as well, so that a step's class depends on the steps after it
    /// too; null: yes.</param>
    /// <param name="maxEpochs">Passes over the training rows at most; null to choose them from the number of rows.</param>
    /// <param name="learningRate">The learning rate, of a schedule its highest; null for the usual one.</param>
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

    /// <summary>A recurrent network that gives each step of a sequence a class, with all options.</summary>
    /// <param name="catalog">The multiclass trainers of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static RnnSequenceTaggerTrainer RnnSequenceTagger(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        RnnSequenceTaggerTrainer.Options options
    ) => new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>
    /// A recurrent network that tells two classes of sequences apart. Needs a Boolean label; gives <c>Score</c> (logit), <c>Probability</c>
    /// and <c>PredictedLabel</c>.
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

    /// <summary>A recurrent network that tells two classes of sequences apart, with all options.</summary>
    /// <param name="catalog">The binary trainers of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static RnnBinaryTrainer Rnn(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        RnnBinaryTrainer.Options options
    ) => new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>
    /// A recurrent network that predicts numbers from a sequence. Needs a label of type Single, or Vector of Single [k] for k targets at
    /// once; gives <c>Score</c> of the same type.
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

    /// <summary>A recurrent network that predicts numbers from a sequence, with all options.</summary>
    /// <param name="catalog">The regression trainers of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static RnnRegressionTrainer Rnn(this RegressionCatalog.RegressionTrainers catalog, RnnRegressionTrainer.Options options) =>
        new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>
    /// Evaluates a regression with a vector label, target by target: ML.NET's own <c>Evaluate</c> takes a label of one number only.
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
    /// Evaluates a prediction for each step, as a sequence tagger makes them: ML.NET's own <c>Evaluate</c> takes one for each row only.
    /// Steps whose label is missing count nowhere. Where the tags are those of chunks (O, B-type and I-type, in IOB2 or IOB1), chunks are
    /// evaluated as conlleval does.
    /// </summary>
    /// <param name="catalog">The multiclass catalog of a context.</param>
    /// <param name="data">Scored data.</param>
    /// <param name="labelColumnName">Name of the label column, a vector of keys.</param>
    /// <param name="predictedLabelColumnName">Name of the predicted column, of the same length; tags are compared by their key
    /// values.</param>
    /// <param name="scoreColumnName">Name of the column of probabilities, the classes' of each step one after another, for the log-loss;
    /// null: <c>Score</c> where the data has such a column.</param>
    /// <returns>Accuracy by steps and by sequences, log-loss, precision, recall and F1 of chunks, of all and by type.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">No step has a label, or a row has another number of labels than of predictions or of
    /// probabilities.</exception>
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

    private static TOptions Set<TOptions>(
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
