using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>
/// Chooses the options that are left null from the data. docs/choosing-options.md has the rules and their reasons; <c>benchmarks/Accuracy
/// -- --select defaults</c> compares alternatives by cross-validation on training rows.
/// </summary>
internal sealed class SequenceDefaults(RnnOptions options, TaskSpec task, DataProfile data, SequenceWarmStart? previous)
{
    // Below FewRows the loss of a tenth of the rows would be noise: several networks hold out each row once, and fewer networks where rows
    // are more, as long as that is cheap.
    private const int FewRows = 1000,
        ModerateRows = 5000,
        ModerateTexts = 20_000;
    private const int FewRowsNetworks = 8,
        FewRowsTaggers = 4,
        ModerateRowsNetworks = 4;

    // Sentences for a tagger's temperature: each has as many labels as words. With few rows, a single network holds out what a temperature
    // needs, where that is a small part of them.
    private const double HeldOut = 0.1,
        HeldOutSentences = 300,
        HeldOutRows = 30,
        MostHeldOut = 0.25;

    // Time steps that a network reads one by one, and the most values that it reads at once.
    private const int LongSteps = 30,
        WidestPatch = 64;

    /// <summary>Steps of a convolution's window.</summary>
    public const int KernelSize = 7;

    private const int SmallestPatience = 10;

    // Of several labels most are rare, and each is learnt from its own rows alone.
    private const int FewestOfLabels = 10;

    // Ma and Hovy's, of a character's vector and of a word's.
    private const int CharacterSize = 30;

    /// <summary>Weight updates without a lower validation loss before early stopping.</summary>
    public const int PatienceUpdates = 300;

    /// <summary>The options that are set, and the chosen ones for the rest.</summary>
    public SequenceSettings Resolve()
    {
        NetworkShape? shape = previous?.Shape;
        int layers = options.Layers ?? shape?.Layers ?? (options.Dropout > 0 || options.ResidualConnections == true ? 2 : Layers);
        int networks = options.EnsembleSize ?? previous?.EnsembleSize ?? EnsembleSize;
        bool isCrossValidated =
            options.ValidationFraction is null && !data.HasValidationRows && networks > 1 && data.Rows < Moderate && CanBeHeldOut(networks);
        double fraction = data.HasValidationRows ? 0 : options.ValidationFraction ?? ValidationFraction;
        bool hasValidation = data.HasValidationRows || fraction > 0 || isCrossValidated;
        LearningRateSchedule schedule = options.LearningRateSchedule ?? LearningRateSchedule.OneCycle;
        bool mayStopEarly =
            options.EarlyStoppingPatience > 0 || (options.EarlyStoppingPatience is null && hasValidation && !IsPlanned(schedule));
        int batch = options.BatchSize ?? BatchSize;
        long updates = Math.Max(1, (data.Rows + (long)batch - 1) / batch);
        CellKind cell = options.Cell ?? shape?.Cell ?? (data.UsesTokens ? CellKind.Lstm : CellKind.Gru);
        // A GRU on numeric features tolerates a high learning rate, which needs fewer updates.
        bool isQuick =
            cell == CellKind.Gru && options.CustomCell is null && !data.UsesTokens && !task.IsPerStep && data.Rows < ModerateRows;
        ConvolutionShape[] convolutions = Convolutions(shape);
        OptimizerKind optimizer = options.Optimizer ?? OptimizerKind.AdamW;
        return new SequenceSettings
        {
            PatchLength =
                task.IsPerStep || data.UsesTokens || options.NormalizeBy is not null
                    ? 1
                    : options.PatchLength ?? shape?.PatchLength ?? PatchLength(convolutions),
            Convolutions = convolutions,
            CustomCell = options.CustomCell,
            Cell = cell,
            HiddenSize = options.HiddenSize ?? shape?.HiddenSize ?? HiddenSize,
            Layers = layers,
            Bidirectional = options.Bidirectional ?? shape?.Bidirectional ?? !options.ForStreaming,
            ResidualConnections = options.ResidualConnections ?? shape?.ResidualConnections ?? false,
            LayerNormalization = options.LayerNormalization ?? shape?.LayerNormalization ?? LayerNormalization.None,
            Pooling = task.IsPerStep ? 0 : options.Pooling ?? shape?.Pooling ?? Pooling,
            HeadHiddenSizes = options.HeadHiddenSizes ?? shape?.HeadHiddenSizes ?? HeadHiddenSizes,
            EmbeddingSize = data.UsesTokens ? options.EmbeddingSize ?? shape?.EmbeddingSize ?? data.PretrainedWidth ?? HiddenSize : 0,
            Characters = data.Alphabet is string alphabet ? Characters(shape?.Characters, alphabet) : null,
            CategoryEmbeddingSize = options.CategoryEmbeddingSize ?? CategorySizeOf(shape),
            StaticUse = options.StaticUse,
            MinTokenCount = data.UsesTokens
                ? options.MinTokenCount ?? ((task.IsPerStep || data.Alphabet is not null) && previous is null ? 2 : 1)
                : 1,
            Dropout = new DropoutRates
            {
                Dropout = layers == 1 ? 0 : options.Dropout ?? (data.UsesTokens ? 0.5f : 0.2f),
                RecurrentDropout = options.RecurrentDropout,
                InputDropout = options.InputDropout ?? (data.UsesTokens ? 0.5f : 0),
                HeadDropout = options.HeadDropout ?? (data.UsesTokens ? 0.5f : 0.2f),
            },
            Augmentation = options.Augmentation ?? Changes,
            EnsembleSize = networks,
            IsCrossValidated = isCrossValidated,
            MaxEpochs = options.MaxEpochs ?? MaxEpochs(updates),
            BatchSize = Math.Min(batch, data.Rows),
            Optimizer = optimizer,
            WeightDecay = options.WeightDecay ?? TrainingSettings.WeightDecayOf(optimizer),
            WeightAveraging = options.WeightAveraging ?? 0,
            Schedule = schedule,
            LearningRate = options.LearningRate ?? (isQuick ? 1e-2f : 3e-3f),
            ValidationFraction = isCrossValidated ? 0 : fraction,
            Patience =
                options.EarlyStoppingPatience
                ?? (mayStopEarly ? (int)Math.Max(SmallestPatience, (PatienceUpdates + updates - 1) / updates) : 0),
            RestoresBest = options.RestoreBestWeights ?? !(isCrossValidated || (task.IsClassification && IsPlanned(schedule))),
            Calibrates = task.IsClassification && (options.Calibrate ?? (hasValidation && HasUnseenRows)),
            ChoosesThresholds = task.IsMultiLabel ? task.Threshold is null && hasValidation && HasUnseenRows : null,
        };
    }

    // When training continues from a model, that model may have been trained on the rows held out now.
    private bool HasUnseenRows => previous is null || data.HasValidationRows;

    // With classes of one row each nothing can be held out, and no fold may be empty; groups are not divided.
    private bool CanBeHeldOut(int networks)
    {
        int folds = Math.Max(networks, SequenceSettings.FewestFolds);
        return data.Rows >= 2 * folds && data.RowsToHoldOut >= folds && data.GroupsToHoldOut >= folds;
    }

    private int Layers => task.IsPerStep ? 2 : 1;

    private int HiddenSize => task.IsPerStep ? 128 : 64;

    // A linear head could only add what static values mean to what the steps mean.
    private IReadOnlyList<int> HeadHiddenSizes =>
        data.StaticFeatures > 0 && options.StaticUse != StaticUse.InitialState ? [HiddenSize] : [];

    private Pooling Pooling =>
        options.ForStreaming || data.UsesTokens ? Pooling.Last | Pooling.Max : Pooling.Last | Pooling.Mean | Pooling.Max;

    // As many time steps as leave about LongSteps, of which convolutions may skip some already.
    private int PatchLength(ConvolutionShape[] convolutions)
    {
        int stride = convolutions.LastOrDefault(new ConvolutionShape(1, 1, Stride: 1)).Stride;
        return Math.Clamp((int)(data.MeanLength / stride / LongSteps), 1, Math.Max(1, WidestPatch / Math.Max(1, data.Features)));
    }

    // The last convolution alone skips steps: those before it see all of them.
    private ConvolutionShape[] Convolutions(NetworkShape? shape)
    {
        ConvolutionShape? first = shape?.Convolutions.Cast<ConvolutionShape?>().FirstOrDefault();
        if ((options.ConvolutionFilters ?? first?.Filters) is not int filters)
            return [];
        int kernel = options.ConvolutionKernelSize ?? first?.KernelSize ?? KernelSize,
            layers = options.ConvolutionLayers ?? (first is null ? 1 : shape!.Convolutions.Count),
            stride = options.ConvolutionStride ?? (first is null ? Stride(kernel) : shape!.StepStride);
        return [.. Enumerable.Range(1, layers).Select(j => new ConvolutionShape(filters, kernel, j == layers ? stride : 1))];
    }

    private int Stride(int kernel) =>
        task.IsPerStep || data.UsesTokens || options.PatchLength is not null
            ? 1
            : Math.Clamp((int)(data.MeanLength / LongSteps), 1, kernel);

    // Few rows are memorised; a previous model has seen others. Larger sets, regressions and several labels were not measured; times and
    // conditions of steps stay.
    private Augmentation Changes =>
        previous is null
        && task is { IsClassification: true, IsPerStep: false, IsMultiLabel: false }
        && data is { UsesTokens: false, HasTimes: false, Rows: < FewRows }
        && options.NormalizeBy is null
            ? Augmentation.TimeWarp
            : Augmentation.None;

    // Rows on which several networks still train in a short time.
    private int Moderate =>
        task.IsPerStep ? FewRows
        : data.UsesTokens ? ModerateTexts
        : ModerateRows;

    // A streaming step costs as much for each network, and so does the state of each series.
    private int EnsembleSize =>
        options.ForStreaming || data.Rows >= Moderate ? 1
        : data.Rows >= FewRows ? ModerateRowsNetworks
        : task.IsPerStep ? FewRowsTaggers
        : FewRowsNetworks;

    private double ValidationFraction =>
        data.RowsToHoldOut == 0 ? 0
        : data.Rows < FewRows ? OfFewRows
        : task.IsPerStep ? Math.Min(HeldOut, HeldOutSentences / data.Rows)
        : HeldOut;

    private double OfFewRows =>
        !task.IsClassification || !HasUnseenRows ? 0
        : task.IsPerStep ? HeldOut
        : HeldOutRows <= MostHeldOut * data.Rows ? Math.Max(HeldOut, HeldOutRows / data.Rows)
        : 0;

    private int BatchSize => task.IsPerStep || data.Rows < Moderate ? 16 : 32;

    // Enough updates to leave the initial plateau and to learn each class, and no more epochs than the rows allow.
    private int MaxEpochs(long updates) =>
        task.IsPerStep ? (int)Math.Clamp(1500 / updates, 16, 60)
        : data.UsesTokens ? (int)Math.Clamp((1500 + 40 * data.Classes) / updates, task.IsMultiLabel ? FewestOfLabels : 6, 60)
        : (int)
            Math.Clamp(
                1000 / updates,
                data.Rows < FewRows ? 50
                    : data.Rows < ModerateRows ? 20
                    : 10,
                300
            );

    private CharacterShape Characters(CharacterShape? before, string alphabet) =>
        new(
            options.CharacterEmbeddingSize ?? before?.Size ?? CharacterSize,
            options.CharacterFilters ?? before?.Filters ?? CharacterSize,
            before?.Alphabet ?? alphabet
        );

    // That of the previous model, where its columns have the same.
    private static int? CategorySizeOf(NetworkShape? shape)
    {
        int[] sizes = shape is null
            ? []
            : [.. shape.StepColumns.Categories.Concat(shape.StaticCategories).Select(column => column.Size).Distinct()];
        return sizes.Length == 1 ? sizes[0] : null;
    }

    private static bool IsPlanned(LearningRateSchedule schedule) =>
        schedule is LearningRateSchedule.OneCycle or LearningRateSchedule.Cosine;
}
