using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Training;

/// <summary>Settings of a training engine.</summary>
internal sealed record EngineSettings
{
    public required NetworkShape Shape { get; init; }
    public required NetworkWeights InitialWeights { get; init; }
    public required LossKind Loss { get; init; }

    /// <summary>Share of a class label that is spread evenly over all classes, in training.</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>For a quantile loss: the quantiles, each an output of every target; in ascending order.</summary>
    public float[] Quantiles { get; init; } = [];

    /// <summary>
    /// For a recurrent decoder: the share of its steps that read the target of the step before instead of its output.
    /// </summary>
    public float TeacherForcing { get; init; } = 1;
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Momentum of Sgd and RmsProp; the other optimisers ignore it.</summary>
    public float Momentum { get; init; } = 0.9f;
    public float WeightDecay { get; init; }

    /// <summary>Decay of the moving average of the weights; 0 for none.</summary>
    public float WeightAveraging { get; init; }

    /// <summary>Whether embeddings keep their initial values.</summary>
    public bool FreezesEmbeddings { get; init; }

    /// <summary>Largest norm of all gradients together; 0 for no clipping.</summary>
    public float GradientClipNorm { get; init; }

    /// <summary>Dropout rates.</summary>
    public DropoutRates DropoutRates { get; init; } = new();

    /// <summary>Seed of the dropout masks.</summary>
    public int Seed { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:n</c> or <c>mps</c>.</summary>
    public string Device { get; init; } = "auto";
    public bool FallbackToCpu { get; init; }

    /// <summary>Threads to compute with on the CPU; null for the engine's own choice.</summary>
    public int? Threads { get; init; }

    /// <summary>Precision of the recurrent layers; only torch supports another than Full.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>Whether torch may use TensorFloat-32 on a GPU; null for torch's own settings.</summary>
    public bool? AllowTensorFloat32 { get; init; }

    /// <summary>
    /// Whether torch packs batches of rows of different lengths, instead of running over their padding: for measurements,
    /// benchmarks/Training's part device.
    /// </summary>
    public bool PacksRaggedRows { get; init; }
}
