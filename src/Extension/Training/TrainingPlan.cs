using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>The training options of a network, independent of the engine.</summary>
internal sealed record TrainingPlan
{
    public required LossKind Loss { get; init; }

    /// <summary>Whether the loss is that of a conditional random field over the tags of a row's steps.</summary>
    public bool IsChained { get; init; }

    /// <summary>For a quantile loss: the quantiles.</summary>
    public float[] Quantiles { get; init; } = [];

    /// <summary>The name of the validation metric, by the loss, unless it is in units of its own.</summary>
    public string MetricName
    {
        get => field ?? MetricNameOf(Loss);
        init;
    }

    public required int MaxEpochs { get; init; }
    public required int BatchSize { get; init; }

    /// <summary>Batches of an update.</summary>
    public int BatchesPerStep { get; init; } = 1;

    /// <summary>The schedule's highest rate.</summary>
    public required float LearningRate { get; init; }
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>For an exponential schedule: the factor of the rate per epoch.</summary>
    public float Decay { get; init; } = 1;

    /// <summary>Epochs without a better validation loss before training stops; 0 for none.</summary>
    public int Patience { get; init; }
    public double MinDelta { get; init; }

    /// <summary>Whether the best epoch's weights are kept, where there is validation.</summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>Seed of the order of the rows.</summary>
    public int Seed { get; init; }

    /// <summary>Encodes steps and static values; null where they are the network's numbers already.</summary>
    public InputEncoder? Encoder { get; init; }

    /// <summary>Standardises targets; null for none.</summary>
    public FeatureScaling? LabelScaling { get; init; }

    /// <summary>Changes numeric training rows at random; null for none.</summary>
    public RowAugmentation? Augmentation { get; init; }

    /// <summary>[classes] factors of the weights of each class's training examples; null for none.</summary>
    public float[]? ClassWeights { get; init; }
    public CancellationBehavior OnCancellation { get; init; }

    /// <summary>Unit of the validation metric, or what it is a share of; empty where rows differ.</summary>
    public string MetricUnit { get; init; } = "";

    /// <summary>The validation metric of a loss: accuracy for classification, of all labels together where there are several, else the
    /// root mean squared error.</summary>
    public static string MetricNameOf(LossKind loss) => LossRegistry.Of(loss).MetricName;
}
