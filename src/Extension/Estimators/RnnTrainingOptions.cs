using Microsoft.ML;
using Microsoft.ML.SearchSpace;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Options that all trainings of recurrent networks share: epochs, mini-batches, optimiser, validation, checkpoints, device. Options that
/// shape learning are null by default; Fit then chooses them from the data (docs/choosing-options.md). A value that is set always wins. All
/// are validated when the trainer is constructed: a value out of its range is an <see cref="ArgumentOutOfRangeException"/> that names the
/// property and the value.
/// </summary>
public abstract class RnnTrainingOptions
{
    private protected RnnTrainingOptions() { }

    // ---- training ----

    /// <summary>
    /// Members of the ensemble, at least 1: networks that are trained from different seeds and whose outputs are averaged. Default null:
    /// chosen from the data, more for fewer rows. The average has a lower error than its members on average; training and scoring take as
    /// many times as long. A forecaster's intervals are calibrated on the average. Progress reports the members' epochs one after another.
    /// A training that is cancelled with <see cref="CancellationBehavior.ReturnBest"/> returns the finished members.
    /// </summary>
    [AtLeast(1)]
    public int? EnsembleSize { get; set; }

    /// <summary>
    /// Maximum number of epochs, at least 1. Default null: chosen so that there are enough weight updates, whatever the number of rows.
    /// </summary>
    [AtLeast(1)]
    public int? MaxEpochs { get; set; }

    /// <summary>
    /// Rows of a mini-batch, at least 1. Default null: chosen from the number of rows. A set with fewer rows is one batch.
    /// </summary>
    [AtLeast(1)]
    public int? BatchSize { get; set; }

    /// <summary>
    /// Mini-batches whose gradients are summed before one weight update: equivalent to a <see cref="BatchSize"/> so many times larger, in
    /// the memory of one batch. Default 1. The last update of an epoch may use fewer.
    /// </summary>
    [AtLeast(1)]
    public int GradientAccumulationSteps { get; set; } = 1;

    /// <summary>
    /// The learning rate, above 0; with a schedule, its highest. Default null: chosen from the data, usually 3e-3, 1e-2 for a GRU on few
    /// rows of numbers. The trainer's FindLearningRate suggests one.
    /// </summary>
    [Range(1e-4f, 2e-2f, 3e-3f, logBase: true)]
    [Positive]
    public float? LearningRate { get; set; }

    /// <summary>Learning rate schedule. Default null: usually <see cref="RnnMlNet.LearningRateSchedule.OneCycle"/>.</summary>
    [Defined]
    public LearningRateSchedule? LearningRateSchedule { get; set; }

    /// <summary>
    /// Factor of the learning rate per epoch with <see cref="RnnMlNet.LearningRateSchedule.Exponential"/>, in (0, 1]. Default 0.9; the
    /// other schedules ignore it.
    /// </summary>
    [Share(WithZero = false, WithOne = true)]
    public float LearningRateDecay { get; set; } = 0.9f;

    /// <summary>The optimiser. Default null: <see cref="OptimizerKind.AdamW"/>, which needs the least tuning.</summary>
    [Defined]
    public OptimizerKind? Optimizer { get; set; }

    /// <summary>Momentum of Sgd and RmsProp, in [0, 1). Default 0.9; the others ignore it.</summary>
    [Share]
    public float Momentum { get; set; } = 0.9f;

    /// <summary>Weight decay, at least 0. Default null: 0.01 with AdamW, 0 with other optimisers.</summary>
    [NotNegative]
    public float? WeightDecay { get; set; }

    /// <summary>
    /// Decay of the exponential moving average of the weights over the updates, in [0, 1), such as 0.999; 0 for none. If above 0,
    /// validation, early stopping and the model use the average instead of the last weights (Polyak and Juditsky, "Acceleration of
    /// Stochastic Approximation by Averaging", 1992; stochastic weight averaging, Izmailov et al., 2018, is the average of a training at a
    /// constant rate). In the first updates the average is over fewer: after t of them the decay is (1 + t) / (10 + t) at most. The
    /// training loss is that of the weights in training. Default null: none.
    /// </summary>
    [Share]
    public float? WeightAveraging { get; set; }

    /// <summary>
    /// Maximum norm of all gradients together; 0 for no clipping. Default 1: recurrent gradients sometimes explode, and one such step can
    /// undo an epoch.
    /// </summary>
    [NotNegative]
    public float GradientClipNorm { get; set; } = 1f;

    /// <summary>
    /// Share of the training rows held out for validation if no validation rows are given, in [0, 1): stratified by class for
    /// classification, random for regression, the end of each series for forecasts; the same rows for the same seed. Default null: chosen
    /// from the number of rows. 0 trains on all rows, without validation and early stopping.
    /// </summary>
    [Share]
    public double? ValidationFraction { get; set; }

    /// <summary>
    /// Epochs without a lower validation loss before training stops. Default null: never with a schedule that is planned over all epochs,
    /// as the default one is, and never for a forecaster; with another schedule as many epochs as make 300 weight updates, at least 10, if
    /// there are validation rows. 0 disables early stopping. A patience without validation is an error.
    /// </summary>
    [AtLeast(0)]
    public int? EarlyStoppingPatience { get; set; }

    /// <summary>Minimum decrease of the validation loss that counts as an improvement. Default 0.</summary>
    [NotNegative]
    public double EarlyStoppingMinDelta { get; set; }

    /// <summary>
    /// Whether the model gets the weights of the epoch with the lowest validation loss instead of the last one's. Default null: true for a
    /// regression and a forecaster, and for a classifier or tagger whose schedule is not planned over all epochs; false if it is, and if
    /// ensemble members hold out the rows in turn. Without validation the last epoch's weights are used.
    /// </summary>
    public bool? RestoreBestWeights { get; set; }

    /// <summary>
    /// Seed of the initial weights, the order of the rows, the validation rows and dropout. Default null: drawn from the
    /// <see cref="MLContext"/>'s own seed. The same seed and data give the same model on the same machine, byte for byte.
    /// </summary>
    public int? Seed { get; set; }

    // ---- checkpoints ----

    /// <summary>
    /// File for checkpoints, from which the next Fit with the same data and options resumes an interrupted training and gives the model of
    /// an uninterrupted one. Default null: none. The file is deleted when training finishes, and kept when it is cancelled. Fit throws if
    /// the checkpoint belongs to other data or options.
    /// </summary>
    public string? CheckpointPath { get; set; }

    /// <summary>
    /// Time between two checkpoints, at least 0: the most training that can be lost. Default 30 seconds; 0 writes one after every
    /// mini-batch and epoch.
    /// </summary>
    [NotNegative]
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(30);

    // ---- where and how it runs ----

    /// <summary>Training engine. Default <see cref="EngineKind.Auto"/>.</summary>
    [Defined]
    public EngineKind Engine { get; set; } = EngineKind.Auto;

    /// <summary>
    /// Training device: <c>auto</c> (CUDA or MPS if present, else the CPU), <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>mps</c>. Default
    /// <c>auto</c>. A missing device is an error unless <see cref="FallbackToCpu"/>.
    /// </summary>
    public string Device { get; set; } = "auto";

    /// <summary>
    /// Whether the CPU replaces a missing <see cref="Device"/>, with a warning. Default false, so that a missing GPU does not go unnoticed.
    /// </summary>
    public bool FallbackToCpu { get; set; }

    /// <summary>
    /// Training threads on the CPU, at least 1. Default null: with <see cref="EngineKind.Simd"/> <see cref="Environment.ProcessorCount"/>,
    /// and the result is the same to the bit with any number; with torch one for layers of up to 128 units, whose steps are too short to
    /// share, else torch's own number. Torch has one such number per process; Fit restores it when it ends.
    /// </summary>
    [AtLeast(1)]
    public int? Threads { get; set; }

    /// <summary>
    /// Whether torch may use TensorFloat-32 on an NVIDIA GPU: faster, with 11 significant bits in the factors of each product. Default
    /// null: torch's own setting, which is true for cuDNN's recurrent layers and false for other products unless the application changed
    /// it. Torch has both settings per process; Fit restores them when it ends. No effect on a CPU.
    /// </summary>
    public bool? AllowTensorFloat32 { get; set; }

    /// <summary>
    /// Whether the process keeps the memory that torch frees after each step on the CPU, instead of returning it to the system and
    /// requesting it again a step later, which can take longer than the step. This is a setting of the C library (glibc's <c>mallopt</c>)
    /// for the whole process, including all its native code, and outlasts Fit: the process then holds the most memory that it ever needed.
    /// Default false. With another engine, device or C library it has no effect, and the log states that.
    /// </summary>
    public bool KeepFreedMemory { get; set; }

    /// <summary>
    /// Threads of a Transform of the trained model, at least 1. Default null: <see cref="Environment.ProcessorCount"/>. Sets the model's
    /// <c>ScoringThreads</c>, which is not saved with it.
    /// </summary>
    [AtLeast(1)]
    public int? ScoringThreads { get; set; }

    /// <summary>Receives a report after each epoch. Default null.</summary>
    public IProgress<EpochReport>? Progress { get; set; }

    /// <summary>Stops the reading of the rows within some hundred rows, and the training at its next mini-batch. Default none.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Behaviour of a cancelled Fit. Default <see cref="CancellationBehavior.Throw"/>.</summary>
    [Defined]
    public CancellationBehavior OnCancellation { get; set; } = CancellationBehavior.Throw;

    /// <summary>A copy, so that a trainer is not changed by what happens to the options afterwards.</summary>
    internal virtual RnnTrainingOptions Clone() => (RnnTrainingOptions)MemberwiseClone();
}
