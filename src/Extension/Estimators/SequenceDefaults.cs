using RnnMlNet.Networks;

namespace RnnMlNet.Estimators;

/// <summary>
/// Chooses from the data what the options leave open. The rules and their reasons stand in docs/choosing-options.md; <c>benchmarks/Accuracy -- --select defaults</c>
/// compares others with them, by cross-validation on training rows.
/// </summary>
internal sealed class SequenceDefaults(RnnOptions options, TaskSpec task, DataProfile data, WarmStart? previous)
{
    // Fewer rows are all trained on: the loss of a tenth of them would be noise.
    private const int FewRows = 1000, ManyRows = 5000, FewRowsNetworks = 8, FewRowsTaggers = 3;
    // Time steps that a network reads one by one, and values that it reads at once at most.
    private const int LongSteps = 30, WidestPatch = 64;
    private const int SmallestPatience = 10, PatienceUpdates = 300;

    /// <summary>What is set, and for the rest what is chosen.</summary>
    public SequenceSettings Resolve()
    {
        NetworkShape? shape = previous?.Shape;
        int layers = options.Layers ?? shape?.Layers ?? (options.Dropout > 0 ? 2 : Layers);
        bool isCrossValidated = options.ValidationFraction is null && !data.HasValidationRows && data.Rows < FewRows && !options.ForStreaming;
        int networks = options.ForStreaming ? 1 : options.Networks ?? previous?.Networks ?? Networks;
        isCrossValidated &= networks > 1 && data.Rows >= 2 * networks && !task.IsPerStep;
        double fraction = options.ValidationFraction ?? (data.Rows < FewRows ? 0 : 0.1);
        bool hasValidation = data.HasValidationRows || fraction > 0 || isCrossValidated;
        bool mayStopEarly = options.EarlyStoppingPatience > 0 || (options.EarlyStoppingPatience is null && hasValidation && options.LearningRateSchedule is not null && !IsPlanned(options.LearningRateSchedule.Value));
        int batch = options.BatchSize ?? BatchSize;
        long updates = Math.Max(1, (data.Rows + (long)batch - 1) / batch);
        OptimizerKind optimizer = options.Optimizer ?? OptimizerKind.AdamW;
        return new SequenceSettings
        {
            PatchLength = task.IsPerStep || data.UsesTokens ? 1 : options.PatchLength ?? shape?.PatchLength ?? PatchLength,
            CustomCell = options.CustomCell,
            Cell = options.Cell ?? shape?.Cell ?? (data.UsesTokens ? CellKind.Lstm : CellKind.Gru),
            HiddenSize = options.HiddenSize ?? shape?.HiddenSize ?? HiddenSize,
            Layers = layers,
            Bidirectional = options.Bidirectional ?? shape?.Bidirectional ?? !options.ForStreaming,
            Pooling = task.IsPerStep ? 0 : options.Pooling ?? shape?.Pooling ?? Pooling,
            HeadHiddenSizes = options.HeadHiddenSizes ?? shape?.HeadHiddenSizes ?? [],
            EmbeddingSize = data.UsesTokens ? options.EmbeddingSize ?? shape?.EmbeddingSize ?? HiddenSize : 0,
            MinTokenCount = data.UsesTokens ? options.MinTokenCount ?? (task.IsPerStep && previous is null ? 2 : 1) : 1,
            Dropout = layers == 1 ? 0 : options.Dropout ?? (data.UsesTokens ? 0.5f : 0.2f),
            InputDropout = options.InputDropout ?? (data.UsesTokens ? 0.5f : 0.1f),
            HeadDropout = options.HeadDropout ?? (data.UsesTokens ? 0.5f : 0.2f),
            Networks = networks,
            IsCrossValidated = isCrossValidated,
            MaxEpochs = options.MaxEpochs ?? MaxEpochs(updates),
            BatchSize = Math.Min(batch, data.Rows),
            Optimizer = optimizer,
            WeightDecay = options.WeightDecay ?? TrainingSettings.WeightDecayOf(optimizer),
            Schedule = options.LearningRateSchedule ?? LearningRateSchedule.OneCycle,
            LearningRate = options.LearningRate ?? 3e-3f,
            ValidationFraction = isCrossValidated ? 0 : fraction,
            Patience = options.EarlyStoppingPatience ?? (mayStopEarly ? (int)Math.Max(SmallestPatience, (PatienceUpdates + updates - 1) / updates) : 0),
            RestoresBest = options.RestoreBestWeights ?? !isCrossValidated,
            Calibrates = task.IsClassification && (options.Calibrate ?? hasValidation),
        };
    }

    private int Layers => task.IsPerStep ? 2 : 1;

    private int HiddenSize => task.IsPerStep ? 128 : 64;

    private Pooling Pooling => options.ForStreaming || data.UsesTokens ? Pooling.Last | Pooling.Max : Pooling.Last | Pooling.Mean | Pooling.Max;

    private int PatchLength => Math.Clamp((int)Math.Ceiling(data.MeanLength / LongSteps), 1, Math.Max(1, WidestPatch / Math.Max(1, data.Features)));

    private int Networks => data.Rows >= FewRows ? 1 : task.IsPerStep ? FewRowsTaggers : FewRowsNetworks;

    private int BatchSize => data.Rows < FewRows || task.IsPerStep ? 16 : 32;

    // Enough updates for a network to leave the plateau that it begins on, and no more epochs than rows can bear.
    private int MaxEpochs(long updates) => task.IsPerStep || data.UsesTokens
        ? (int)Math.Clamp(1500 / updates, 12, 60)
        : (int)Math.Clamp(1000 / updates, data.Rows < ManyRows ? 50 : 15, 300);

    private static bool IsPlanned(LearningRateSchedule schedule) => schedule is LearningRateSchedule.OneCycle or LearningRateSchedule.Cosine;
}
