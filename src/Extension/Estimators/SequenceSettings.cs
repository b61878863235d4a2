using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>The resolved options of a network on sequences.</summary>
internal sealed record SequenceSettings : TrainingSettings
{
    /// <summary>Least number of folds where each network holds out one.</summary>
    public const int FewestFolds = 4;

    /// <summary>k, time steps that the network reads at once.</summary>
    public required int PatchLength { get; init; }

    /// <summary>The convolutions before the first recurrent layer; empty for none.</summary>
    public required IReadOnlyList<ConvolutionShape> Convolutions { get; init; }

    /// <summary>The registered name of the custom cell, which replaces <see cref="Cell"/>; null for a built-in one.</summary>
    public string? CustomCell { get; init; }

    public required CellKind Cell { get; init; }

    public required int HiddenSize { get; init; }

    public required int Layers { get; init; }

    public required bool Bidirectional { get; init; }

    public required bool ResidualConnections { get; init; }

    public required LayerNormalization LayerNormalization { get; init; }

    /// <summary>0 for a tagger.</summary>
    public required Pooling Pooling { get; init; }

    public required IReadOnlyList<int> HeadHiddenSizes { get; init; }

    /// <summary>0 for numeric features.</summary>
    public required int EmbeddingSize { get; init; }

    /// <summary>The vectors of words' characters; null for none.</summary>
    public CharacterShape? Characters { get; init; }

    /// <summary>Width of a category's vector; null where it follows from the number of keys.</summary>
    public int? CategoryEmbeddingSize { get; init; }

    /// <summary>What reads the static values.</summary>
    public StaticUse StaticUse { get; init; }

    /// <summary>Occurrences below which a token counts as unknown.</summary>
    public required int MinTokenCount { get; init; }

    public required DropoutRates Dropout { get; init; }

    /// <summary>Random changes of numeric training rows.</summary>
    public Augmentation Augmentation { get; init; }

    /// <summary>Whether each ensemble member is validated on another fold: K members, K folds.</summary>
    public required bool IsCrossValidated { get; init; }

    /// <summary>
    /// Number of folds, of which each network holds out one where <see cref="IsCrossValidated"/>: enough that it is trained on more than
    /// half of the rows.
    /// </summary>
    public int Folds => Math.Max(EnsembleSize, FewestFolds);

    /// <summary>Whether logits are divided by a temperature fitted on held-out rows.</summary>
    public required bool Calibrates { get; init; }

    /// <summary>For several labels: whether each label's threshold is chosen on held-out rows. Null for other tasks.</summary>
    public bool? ChoosesThresholds { get; init; }

    public override DropoutRates DropoutRates => Dropout;

    /// <summary>All settings, name and value, for the log and the history.</summary>
    public IReadOnlyDictionary<string, string> ToTexts()
    {
        var texts = new Dictionary<string, string>
        {
            [nameof(RnnOptions.Cell)] = CustomCell ?? $"{Cell}",
            [nameof(RnnOptions.HiddenSize)] = $"{HiddenSize}",
            [nameof(RnnOptions.Layers)] = $"{Layers}",
            [nameof(RnnOptions.Bidirectional)] = Bidirectional ? "true" : "false",
        };
        if (ResidualConnections)
            texts[nameof(RnnOptions.ResidualConnections)] = "true";
        if (LayerNormalization != LayerNormalization.None)
            texts[nameof(RnnOptions.LayerNormalization)] = $"{LayerNormalization}";
        if (Pooling != 0)
            texts[nameof(RnnOptions.Pooling)] = $"{Pooling}";
        if (HeadHiddenSizes.Count > 0)
            texts[nameof(RnnOptions.HeadHiddenSizes)] = $"[{string.Join(", ", HeadHiddenSizes)}]";
        if (EmbeddingSize > 0)
            texts[nameof(RnnOptions.EmbeddingSize)] = $"{EmbeddingSize}";
        if (Characters is not null)
        {
            texts[nameof(RnnOptions.CharacterEmbeddingSize)] = $"{Characters.Size}";
            texts[nameof(RnnOptions.CharacterFilters)] = $"{Characters.Filters}";
        }
        if (CategoryEmbeddingSize is int size)
            texts[nameof(RnnOptions.CategoryEmbeddingSize)] = $"{size}";
        if (StaticUse != StaticUse.Head)
            texts[nameof(RnnOptions.StaticUse)] = $"{StaticUse}";
        if (MinTokenCount > 1)
            texts[nameof(RnnOptions.MinTokenCount)] = $"{MinTokenCount}";
        if (PatchLength > 1)
            texts[nameof(RnnOptions.PatchLength)] = $"{PatchLength}";
        if (Convolutions.Count > 0)
        {
            texts[nameof(RnnOptions.ConvolutionFilters)] = $"{Convolutions[0].Filters}";
            texts[nameof(RnnOptions.ConvolutionKernelSize)] = $"{Convolutions[0].KernelSize}";
            texts[nameof(RnnOptions.ConvolutionLayers)] = $"{Convolutions.Count}";
            texts[nameof(RnnOptions.ConvolutionStride)] = $"{Convolutions[^1].Stride}";
        }
        foreach (var (option, rate) in Dropout.Chosen)
            texts[option] = Text(rate);
        if (Augmentation != Augmentation.None)
            texts[nameof(RnnOptions.Augmentation)] = $"{Augmentation}";
        texts[nameof(RnnOptions.EnsembleSize)] = $"{EnsembleSize}";
        texts[nameof(RnnOptions.MaxEpochs)] = $"{MaxEpochs}";
        texts[nameof(RnnOptions.BatchSize)] = $"{BatchSize}";
        texts[nameof(RnnOptions.Optimizer)] = $"{Optimizer}";
        texts[nameof(RnnOptions.LearningRate)] = Text(LearningRate);
        texts[nameof(RnnOptions.LearningRateSchedule)] = $"{Schedule}";
        texts[nameof(RnnOptions.WeightDecay)] = Text(WeightDecay);
        if (WeightAveraging > 0)
            texts[nameof(RnnOptions.WeightAveraging)] = Text(WeightAveraging);
        texts[nameof(RnnOptions.ValidationFraction)] = IsCrossValidated
            ? $"1/{Folds}, another for each network"
            : Text((float)ValidationFraction);
        texts[nameof(RnnOptions.EarlyStoppingPatience)] = $"{Patience}";
        texts[nameof(RnnOptions.Calibrate)] = Calibrates ? "true" : "false";
        if (ChoosesThresholds is bool chooses)
            texts[nameof(RnnMultiLabelTrainer.Options.Threshold)] = chooses ? "for each label the one of the highest F1" : "fixed";
        return texts;
    }
}
