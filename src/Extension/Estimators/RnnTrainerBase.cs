using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Interop;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Base class of the recurrent trainers. It implements <see cref="ITrainerEstimator{TTransformer, TModel}"/> itself, because ML.NET's own
/// base class requires exactly one type of feature column and sequences have several.
/// </summary>
/// <typeparam name="TTransformer">The transformer that Fit returns.</typeparam>
/// <typeparam name="TModel">The model parameters in that transformer.</typeparam>
public abstract class RnnTrainerBase<TTransformer, TModel> : ITrainerEstimator<TTransformer, TModel>, ISequenceTrainer
    where TTransformer : RnnPredictionTransformer<TModel>
    where TModel : class, ICanSaveModel, IRnnModelParameters
{
    private readonly RnnOptions _options;
    private readonly TaskSpec _task;
    private readonly int _seed;

    private protected RnnTrainerBase(IHostEnvironment env, string name, RnnOptions options, TaskSpec task)
    {
        MlNetVersion.Ensure();
        Contracts.CheckValue(env, nameof(env));
        Host = env.Register(name);
        Host.CheckValue(options, nameof(options));
        OptionsCheck.Check(Host, options);
        OptionsCheck.CheckTask(Host, task);
        if (task.IsPerStep)
            CheckSteps(options);
        _options = (RnnOptions)options.Clone();
        ContextDevice.Apply(Host, _options);
        _task = task;
        // Drawn once, here: a second Fit of the same trainer gives the same model.
        _seed = options.Seed ?? Host.Rand.Next();
        Columns = new SequenceColumns(
            options.ChannelColumnNames is null ? [options.FeatureColumnName] : [.. options.ChannelColumnNames],
            AreChannels: options.ChannelColumnNames is not null,
            options.FeaturesPerStep,
            options.Layout
        )
        {
            KeepsMissing = task.IsPerStep || options.CharacterColumnName is not null,
            CharacterName = options.CharacterColumnName,
            TimeName = options.TimeColumnName,
            StaticNames = options.StaticColumnNames is null ? [] : [.. options.StaticColumnNames],
            MissingValues = options.MissingValues,
        };
    }

    TaskSpec ISequenceTrainer.Task => _task;

    string[]? ISequenceTrainer.GroupColumnNames => _options.GroupColumnNames;

    private protected IHost Host { get; }

    private protected SequenceColumns Columns { get; }

    /// <summary>
    /// Capabilities of the trainer: it standardises features itself, reads the data once (so a cache before it gains nothing), accepts
    /// validation data, and can continue from a previous model.
    /// </summary>
    public TrainerInfo Info { get; } =
        new(normalization: false, calibration: false, caching: false, supportValid: true, supportIncrementalTrain: true);

    /// <summary>Trains on <paramref name="input"/>, and validates on the option ValidationSet or on a held-out share of the rows.</summary>
    /// <param name="input">The training data.</param>
    /// <returns>A transformer that scores.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">No row can be trained on, the loss became NaN, or the checkpoint belongs to other data
    /// or options.</exception>
    /// <exception cref="FormatException">The file at the option CheckpointPath is damaged, or not a checkpoint.</exception>
    /// <exception cref="IOException">The rows take more memory than <see cref="RnnOptions.StoreMemoryLimit"/>, and
    /// <see cref="RnnOptions.StoreDirectory"/> is full or not writable.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public TTransformer Fit(IDataView input) => Fit(input, _options.ValidationSet);

    /// <summary>Trains on <paramref name="trainData"/>, and validates on <paramref name="validationData"/> after each epoch.</summary>
    /// <param name="trainData">The training data.</param>
    /// <param name="validationData">Rows to validate on, with the same columns; null to hold out a share of the training rows.</param>
    /// <returns>A transformer that scores.</returns>
    public TTransformer Fit(IDataView trainData, IDataView? validationData) => FitFrom(null, trainData, validationData);

    /// <summary>
    /// Continues training from a previous model on <paramref name="trainData"/>, and validates as <see cref="Fit(IDataView)"/> does.
    /// Training starts from that model's weights and keeps its standardisation of features and targets, whatever the options Normalize and
    /// NormalizeLabel say. The optimiser, the schedule, early stopping and the history start over. With the option ReplaceHead the head is
    /// initialised at random, and the targets' standardisation is computed again.
    /// </summary>
    /// <param name="trainData">The training data.</param>
    /// <param name="modelParameters">The previous model, fitted or loaded: <c>transformer.Model</c>. It is not modified. Its sizes must
    /// equal the options', and its classes the label's, in the same order. With ReplaceHead any recurrent model is accepted whose layers
    /// before the head have the same sizes.</param>
    /// <returns>A transformer that scores.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or the model has other sizes, classes or
    /// another task.</exception>
    public TTransformer Fit(IDataView trainData, IRnnModelParameters modelParameters) =>
        Fit(trainData, _options.ValidationSet, modelParameters);

    /// <summary>
    /// Continues training as <see cref="Fit(IDataView, IRnnModelParameters)"/> does, and validates on <paramref name="validationData"/>
    /// after each epoch.
    /// </summary>
    /// <param name="trainData">The training data.</param>
    /// <param name="validationData">Rows to validate on, with the same columns; null to hold out a share of the training rows.</param>
    /// <param name="modelParameters">The previous model.</param>
    /// <returns>A transformer that scores.</returns>
    public TTransformer Fit(IDataView trainData, IDataView? validationData, IRnnModelParameters modelParameters)
    {
        Host.CheckValue(modelParameters, nameof(modelParameters));
        return FitFrom(SequenceWarmStart.Of<TModel>(Host, modelParameters, _options.ReplaceHead), trainData, validationData);
    }

    /// <summary>
    /// Runs a learning rate range test (Leslie N. Smith, arXiv 1506.01186, section 3.3): makes training steps on
    /// <paramref name="trainData"/> as Fit would, from the same initial weights and on the same rows, but with a learning rate that rises
    /// exponentially from step to step, whatever the options LearningRate, LearningRateSchedule and MaxEpochs say, and records the loss. It
    /// ends early if the smoothed loss grows to four times its lowest value or the loss is not a number. The test leaves no state behind: a
    /// later Fit gives the same model as without it.
    /// </summary>
    /// <param name="trainData">The training data. Validation rows are held out of it as in Fit, and not used; the checkpoint options and
    /// Progress have no effect.</param>
    /// <param name="minLearningRate">The first step's rate, above 0.</param>
    /// <param name="maxLearningRate">The last step's rate, above <paramref name="minLearningRate"/>.</param>
    /// <param name="steps">Maximum number of steps, at least 20; they take as many epochs as needed.</param>
    /// <param name="modelParameters">A previous model from which training would continue, as in
    /// <see cref="Fit(IDataView, IRnnModelParameters)"/>; null to start with random weights.</param>
    /// <returns>The curve, with a suggested rate: <see cref="LearningRateCurve.Suggestion"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A rate or the number of steps is out of its range, or a column is missing or of the
    /// wrong type.</exception>
    /// <exception cref="InvalidOperationException">No row can be trained on.</exception>
    /// <exception cref="OperationCanceledException">The option CancellationToken was cancelled, whatever OnCancellation says.</exception>
    public LearningRateCurve FindLearningRate(
        IDataView trainData,
        float minLearningRate = 1e-6f,
        float maxLearningRate = 1,
        int steps = 200,
        IRnnModelParameters? modelParameters = null
    )
    {
        Host.CheckValue(trainData, nameof(trainData));
        var range = LearningRateRange.Checked(Host, minLearningRate, maxLearningRate, steps);
        CheckInput(SchemaShape.Create(trainData.Schema));
        SequenceWarmStart? previous = modelParameters is null
            ? null
            : SequenceWarmStart.Of<TModel>(Host, modelParameters, _options.ReplaceHead);
        return new NetworkFit(Host, _options, Columns, _task, _seed) { WarmStart = previous }.TestRates(trainData, range);
    }

    private TTransformer FitFrom(SequenceWarmStart? previous, IDataView trainData, IDataView? validationData)
    {
        Host.CheckValue(trainData, nameof(trainData));
        CheckInput(SchemaShape.Create(trainData.Schema));
        if (validationData is not null)
            CheckInput(SchemaShape.Create(validationData.Schema));
        CheckCaller(trainData.Schema);
        if (validationData is null)
            EarlyStopCheck.CheckPatience(Host, _options, "there are no rows", "ValidationSet or ");
        var (checkpoints, seed) = FitCheckpoints.Of(
            Host,
            _options.CheckpointPath,
            _options.CheckpointInterval,
            _options.Seed is null,
            _seed
        );
        var fit = new NetworkFit(Host, _options, Columns, _task, seed) { Checkpoints = checkpoints, WarmStart = previous };
        return Configured(MakeTransformer(fit.Run(trainData, validationData), trainData.Schema));
    }

    NetworkFit ISequenceTrainer.NewFit() => new(Host, _options, Columns, _task, _seed);

    ITransformer ISequenceTrainer.Transformer(TrainedNetwork network, DataViewSchema trainSchema) =>
        Configured(MakeTransformer(network, trainSchema));

    private TTransformer Configured(TTransformer transformer)
    {
        transformer.ScoringThreads = _options.ScoringThreads;
        transformer.ScoringDevice = _options.ScoringDevice;
        transformer.SingleRowPrecision = _options.SingleRowPrecision;
        return transformer;
    }

    /// <summary>Returns the columns of Fit's transformer, after the same checks of the input columns.</summary>
    /// <param name="inputSchema">The input columns.</param>
    /// <returns>The output columns.</returns>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        CheckInput(inputSchema);
        var columns = inputSchema.ToDictionary(column => column.Name, StringComparer.Ordinal);
        foreach (SchemaShape.Column output in OutputColumns(inputSchema))
            columns[output.Name] = output;
        return new SchemaShape(columns.Values);
    }

    private protected abstract IEnumerable<SchemaShape.Column> OutputColumns(SchemaShape inputSchema);

    private protected abstract TTransformer MakeTransformer(TrainedNetwork network, DataViewSchema trainSchema);

    private void CheckInput(SchemaShape schema)
    {
        SequenceBinding.CheckShape(Host, schema, Columns);
        LabelBinding.CheckShape(Host, schema, _options.LabelColumnName, _task.Label);
        if (_options.ExampleWeightColumnName is string weight)
            WeightColumn.CheckShape(Host, schema, weight);
        if (_options.GroupColumnNames is string[] groups)
            GroupColumns.CheckShape(Host, schema, groups);
    }

    private void CheckSteps(RnnOptions options)
    {
        if (options.Pooling is Pooling pooling)
            throw Host.ExceptUserArg(
                nameof(RnnOptions.Pooling),
                $"Pooling is {pooling}, but a sequence tagger has a prediction for each step, so that nothing is pooled: leave it null."
            );
        if (options.PatchLength > 1)
            throw Host.ExceptUserArg(
                nameof(RnnOptions.PatchLength),
                $"PatchLength is {options.PatchLength}, but a sequence tagger has a prediction for each step, so that steps are not "
                    + "joined: leave it null."
            );
        ConvolutionCheck.CheckPerStep(Host, options);
    }

    private void CheckCaller(DataViewSchema schema)
    {
        if (_task is { IsPerStep: true, IsMultiLabel: true })
            CrossValidationCaller.CheckIsNot(
                Host,
                "a multi-label tagger, which has labels for each step",
                "mlContext.MulticlassClassification.CrossValidateMultiLabelTagging"
            );
        else if (_task.IsPerStep)
            CrossValidationCaller.CheckIsNot(
                Host,
                "a sequence tagger, whose label has a value for each step",
                "mlContext.MulticlassClassification.CrossValidateSequenceTagging"
            );
        else if (_task.IsMultiLabel)
            CrossValidationCaller.CheckIsNot(
                Host,
                "a multi-label classifier",
                "mlContext.MulticlassClassification.CrossValidateMultiLabel"
            );
        else if (schema[_options.LabelColumnName].Type is VectorDataViewType)
            CrossValidationCaller.CheckIsNot(Host, "a regression of several targets", "mlContext.Regression.CrossValidateMultiTarget");
    }
}
