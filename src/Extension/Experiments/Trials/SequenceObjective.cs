using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Experiments;

/// <summary>The rows of a classification or regression experiment, its folds, and the training of a trial on one of them.</summary>
internal sealed partial class SequenceObjective<TMetrics> : TrialObjective<TMetrics>
    where TMetrics : class
{
    // Each fold costs a training; from this number of rows on, as in ML.NET's AutoML, a single held-out set suffices.
    private const int FewRows = 15_000,
        UsualFolds = 5;
    private const double UsualHeldOut = 0.1;

    private readonly IHost _host;
    private readonly RnnOptions _options;
    private readonly Func<RnnOptions, ISequenceTrainer> _newTrainer;
    private readonly ISequenceMeasure<TMetrics> _measure;
    private readonly TaskSpec _task;
    private readonly DataViewSchema _schema;
    private readonly FitRows _rows;
    private readonly PreparedRows _prepared;
    private readonly DataProfile _profile;
    private readonly (SequenceSet Training, SequenceSet Validation)[] _folds;
    private readonly int _seed;

    /// <param name="host">Logs and creates the errors.</param>
    /// <param name="options">The options of trials where nothing else is chosen; a copy of the experiment's.</param>
    /// <param name="newTrainer">Creates the trainer.</param>
    /// <param name="measure">Computes the metrics of held-out rows.</param>
    /// <param name="data">The rows.</param>
    /// <param name="validation">Rows to validate on; null to hold some of the others out.</param>
    /// <param name="folds">Number of folds; null by the number of rows.</param>
    /// <param name="maxEpochs">Epochs of a complete trial; null by the number of rows.</param>
    /// <param name="refits">Whether the model is trained anew on all rows; null where validation rows are held out of them.</param>
    /// <param name="seed">Seed of folds and trials.</param>
    public SequenceObjective(
        IHost host,
        RnnOptions options,
        Func<RnnOptions, ISequenceTrainer> newTrainer,
        ISequenceMeasure<TMetrics> measure,
        IDataView data,
        IDataView? validation,
        int? folds,
        int? maxEpochs,
        bool? refits,
        int seed
    )
    {
        (_host, _options, _newTrainer, _measure, _seed) = (host, options, newTrainer, measure, seed);
        ISequenceTrainer trainer = newTrainer(options);
        _task = trainer.Task;
        _schema = data.Schema;
        _rows = trainer.NewFit().Read(data, validation);
        _prepared = new PreparedRows(host, _rows, StoreSettings.Of(options.StoreMemoryLimit, options.StoreDirectory));
        try
        {
            using IChannel log = host.Start("Experiment");
            LabelCheck.Check(host, log, _task, SequenceSet.All(_rows.Store), _rows.Label);
            measure.Check(host, _rows.Label);
            _profile = DataProfile.Of(_rows, _task);
            options.MaxEpochs = null;
            options.MaxEpochs = maxEpochs ?? Resolve(options).MaxEpochs;
            _folds = Split(log, folds);
            Refits = refits ?? validation is null;
            Experiment = Fingerprint();
        }
        catch
        {
            _prepared.Dispose();
            throw;
        }
    }

    public override string Experiment { get; }

    public override int MaxEpochs => _options.MaxEpochs!.Value;

    public override int Folds => _folds.Length;

    public override bool Refits { get; }

    public override double RefitEpochs(TrialRecord<TMetrics> trial) =>
        (double)_rows.Store.Count / _folds[0].Training.Rows.Length * ModelEpochs(trial) * RefittedNetworks(_options);

    public override SearchSpace Fitting(SearchSpace space) =>
        space.For(_profile, _options).For(_options, options => _newTrainer((RnnOptions)options), Resolve(_options));

    public override ScoresProblem? Problem(TrialOutcome outcome)
    {
        int rows = ItemsOf(_folds[outcome.Fold].Validation);
        int outputs = LossRegistry.Of(_task.Loss).Outputs(_rows.Label.Classes, _rows.Label.Width);
        if (_task.HasTags)
            outputs = TagScores.Width(outputs);
        string item = _task.IsPerStep ? "step" : "row";
        if (outcome.Scores is null || outcome.Scores.LongLength != (long)rows * outputs * sizeof(float))
            return new ScoresProblem(
                $"its Scores are {outcome.Scores?.Length ?? 0} bytes, where {rows} {item}s of {outputs} outputs have "
                    + $"{(long)rows * outputs * sizeof(float)}",
                AreNoNumbers: false
            );
        ReadOnlySpan<float> scores = MemoryMarshal.Cast<byte, float>(outcome.Scores);
        for (int i = 0; i < scores.Length; i++)
            if (!float.IsFinite(scores[i]))
                return new ScoresProblem($"{scores[i]} is output {i % outputs} of {item} {i / outputs}", AreNoNumbers: true);
        for (int step = 0; _task.HasTags && step < rows; step++)
            if (TagScores.Problem(scores.Slice(step * outputs, outputs)) is string problem)
                return new ScoresProblem($"{problem}, predicted at step {step}", AreNoNumbers: false);
        return null;
    }

    public override TMetrics Measure(IReadOnlyList<TrialOutcome> folds) =>
        _measure.Measure(
            new ScoredRows(
                [
                    .. folds.SelectMany(fold =>
                        _folds[fold.Fold].Validation.Rows.SelectMany(row => _folds[fold.Fold].Validation.Store.Label(row).ToArray())
                    ),
                ],
                [.. folds.SelectMany(fold => MemoryMarshal.Cast<byte, float>(fold.Scores).ToArray())],
                _rows.Label
            )
            {
                Items = [.. folds.SelectMany(fold => _folds[fold.Fold].Validation.Rows.Select(row => ItemsOf(_folds[fold.Fold], row)))],
            }
        );

    public override IEstimator<ITransformer> Estimator(TrialRecord<TMetrics> trial)
    {
        RnnOptions options = OptionsOf(trial.Configuration.Texts, trial.Number, _options.Threads, _options.CancellationToken);
        (options.OnCancellation, options.Progress, options.CheckpointPath) = (
            _options.OnCancellation,
            _options.Progress,
            _options.CheckpointPath
        );
        return (IEstimator<ITransformer>)_newTrainer(options);
    }

    public override void Dispose() => _prepared.Dispose();

    private protected override TrialOutcome Train(TrialTask task, int threads, CancellationToken cancellation)
    {
        RnnOptions options = OptionsOf(task.Parameters, task.Trial, threads, cancellation);
        using IChannel log = _host.Start("Trial");
        SequenceSettings settings = Resolve(options);
        using PreparedRows.Lease lease = _prepared.Rent(settings);
        using NetworkTraining training = NewTraining(log, options, settings, lease.Rows, task.Fold).Training;
        using TrainingLoop loop = training.Loop(new SilentObserver(_host), pauseAfter: task.Epochs);
        if (task.State is not null)
            loop.Restore(TrialState.Read(task, task.State));
        TrainingResult result = loop.Run();
        TrainingState state = loop.State();
        training.Engine.SetWeights(result.Weights);
        return Outcome(task, options, loop.IsDone, result, state, Score(training, cancellation));
    }

    // Rows, or their steps where each has labels.
    private int ItemsOf(SequenceSet set) => _task.IsPerStep ? set.Rows.Sum(set.Store.Length) : set.Rows.Length;

    private int ItemsOf((SequenceSet Training, SequenceSet Validation) fold, int row) =>
        _task.IsPerStep ? fold.Validation.Store.Length(row) : 1;

    // [rows, outputs] scores of the held-out rows, in their order: logits, or targets in their own units. For labels per step [steps,
    // outputs], for tags with the predicted one.
    private byte[] Score(NetworkTraining training, CancellationToken cancellation)
    {
        var rows = (SequenceSet)training.Validation!;
        int outputs = training.Shape.Outputs,
            length = 0;
        FeatureScaling? scaling = training.Plan.LabelScaling;
        var placeOf = new Dictionary<int, int>();
        foreach (int row in rows.Rows)
        {
            placeOf[row] = length;
            length = checked(length + training.Shape.OutputLayout.Of(rows.Store.Length(row)));
        }
        var scores = new float[length];
        new Evaluation(training.Engine, training.Plan, rows, cancellation.ThrowIfCancellationRequested).Run(
            outputs,
            (row, step, raw) =>
            {
                Span<float> own = scores.AsSpan(placeOf[row] + step * outputs, outputs);
                for (int i = 0; i < outputs; i++)
                    own[i] = scaling is null ? raw[i] : raw[i] * scaling.Deviation[i] + scaling.Mean[i];
            }
        );
        if (_task.HasTags)
            scores = TagScores.Of(scores, outputs, rows.Rows.Select(rows.Store.Length), ChainOf(training));
        return MemoryMarshal.AsBytes<float>(scores).ToArray();
    }

    private static LinearChain? ChainOf(NetworkTraining training)
    {
        if (!training.Shape.IsChained)
            return null;
        var chain = new LinearChain(training.Shape.Outputs);
        chain.Load(training.Engine.GetWeights());
        return chain;
    }

    private (SequenceTraining Sequences, NetworkTraining Training) NewTraining(
        IChannel log,
        RnnOptions options,
        SequenceSettings settings,
        FitRows rows,
        int fold
    )
    {
        var training = new SequenceSet(rows.Store, _folds[fold].Training.Rows);
        var validation = new SequenceSet(rows.ValidationStore ?? rows.Store, _folds[fold].Validation.Rows);
        var sequences = new SequenceTraining(_host, log, options, settings, TaskOf(options), rows, training);
        return (sequences, sequences.New(training, validation, new NetworkStart(0, options.Seed!.Value, "", null)));
    }

    // A trial may choose other class weights, smoothing, or a conditional random field.
    private TaskSpec TaskOf(RnnOptions options) => _newTrainer(options).Task;

    // A trial's held-out rows are those of the experiment's folds.
    private SequenceSettings Resolve(RnnOptions options) =>
        new SequenceDefaults(options, TaskOf(options), _profile, previous: null).Resolve() with
        {
            IsCrossValidated = false,
            RestoresBest = options.RestoreBestWeights ?? true,
        };

    private RnnOptions OptionsOf(IReadOnlyDictionary<string, string> parameters, int trial, int? threads, CancellationToken cancellation)
    {
        var options = (RnnOptions)_options.Clone();
        Prepare(options, parameters, SeedOf(_seed, trial), threads, cancellation);
        return options;
    }

    private (SequenceSet, SequenceSet)[] Split(IChannel log, int? folds)
    {
        int usual = _rows.Store.Count < FewRows ? Math.Clamp(_profile.GroupsToHoldOut, 1, UsualFolds) : 1;
        int count = _rows.ValidationStore is not null ? 1 : folds ?? usual;
        if (count > 1)
        {
            (SequenceSet Training, SequenceSet Validation)[] split =
            [
                .. FoldSplit
                    .Split(_rows.Store, count, _task.IsClassification, _seed)
                    .Select(fold => (new SequenceSet(_rows.Store, fold.Training), new SequenceSet(_rows.Store, fold.Validation))),
            ];
            GroupReport.HeldOutInTurn(log, [.. split.Select(fold => fold.Validation)]);
            return split;
        }
        if (_rows.ValidationStore is null && _options.ValidationFraction == 0)
            throw _host.ExceptUserArg(
                nameof(RnnTrainingOptions.ValidationFraction),
                "ValidationFraction is 0, so trials could not be compared: set it above 0, set Folds to 2 or more, or give validation data."
            );
        double fraction = _options.ValidationFraction ?? UsualHeldOut;
        var (training, validation) = _rows.Split(fraction, _task.IsClassification, _seed);
        if (_rows.ValidationStore is null)
            GroupReport.HeldOut(log, validation!, fraction);
        return [(training, validation!)];
    }

    private string Fingerprint()
    {
        string validation = _rows.ValidationStore is null
            ? $"{_folds.Length} folds"
            : FitFingerprint.Data(_rows.ValidationStore, _rows.Sequence, _rows.Label);
        return Checksum.Of(
            FitFingerprint.Of(
                _options,
                _seed,
                FitFingerprint.Data(_rows.Store, _rows.Sequence, _rows.Label),
                validation,
                warmStart: null,
                FitFingerprint.Embeddings(_rows)
            )
        );
    }
}
