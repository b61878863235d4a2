using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>How a network is to be trained, whatever the engine.</summary>
internal sealed record TrainingPlan
{
    public required LossKind Loss { get; init; }

    /// <summary>Of a quantile loss: the quantiles.</summary>
    public float[] Quantiles { get; init; } = [];

    /// <summary>What the validation metric is called; by the loss, unless it is in units of its own.</summary>
    public string MetricName
    {
        get => field ?? Evaluation.MetricName(Loss);
        init;
    }

    public required int MaxEpochs { get; init; }
    public required int BatchSize { get; init; }

    /// <summary>Batches of an update.</summary>
    public int BatchesPerStep { get; init; } = 1;

    /// <summary>The schedule's highest rate.</summary>
    public required float LearningRate { get; init; }
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Of an exponential schedule: what an epoch multiplies the rate by.</summary>
    public float Decay { get; init; } = 1;

    /// <summary>Epochs without a better validation loss before training stops; 0 for none.</summary>
    public int Patience { get; init; }
    public double MinDelta { get; init; }

    /// <summary>Whether the best epoch's weights are kept, where there is validation.</summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>Seed of the order of the rows.</summary>
    public int Seed { get; init; }

    /// <summary>How features are standardised, or null.</summary>
    public FeatureScaling? FeatureScaling { get; init; }

    /// <summary>How targets are standardised, or null.</summary>
    public FeatureScaling? LabelScaling { get; init; }

    /// <summary>[classes] by what the weights of training examples of each class are multiplied; null for none.</summary>
    public float[]? ClassWeights { get; init; }
    public CancellationBehavior OnCancellation { get; init; }

    /// <summary>What the validation metric is a share of, or in which unit it is; empty where that is not the same for all rows.</summary>
    public string MetricUnit { get; init; } = "";
}
