using Microsoft.ML;
using Microsoft.ML.SearchSpace;

namespace RnnMlNet;

/// <summary>
/// The options that all trainings of recurrent networks share: epochs, batches, the optimiser, validation, checkpoints, and where they run.
/// Options that shape learning are null by default and are chosen by Fit from the data (docs/choosing-options.md); a value that is set
/// always wins. All are checked when the trainer is constructed: a value out of its range is an <see cref="ArgumentOutOfRangeException"/>
/// that names the property and the value.
/// </summary>
public abstract class RnnTrainingOptions
{
    private protected RnnTrainingOptions() { }

    // ---- training ----

    /// <summary>
    /// Members of the ensemble, at least 1: networks that are trained from different seeds and whose outputs are averaged. Default null:
    /// chosen from the data, more for fewer rows. An average errs less than its members do on average; training and scoring take as many
    /// times as long. A forecaster's intervals are measured on the average. Progress reports one member's epochs after the other's. A
    /// training that is cancelled with <see cref="CancellationBehavior.ReturnBest"/> returns the members that are finished.
    /// </summary>
    public int? EnsembleSize { get; set; }

    /// <summary>
    /// Passes over the training rows at most, at least 1. Default null: chosen so that there are enough updates of the weights, whatever
    /// the number of rows.
    /// </summary>
    public int? MaxEpochs { get; set; }

    /// <summary>
    /// Rows of a mini-batch, at least 1. Default null: chosen from the number of rows. A set with fewer rows is one batch.
    /// </summary>
    public int? BatchSize { get; set; }

    /// <summary>
    /// Batches whose gradients are added up before the weights are changed once, as if <see cref="BatchSize"/> were so many times larger,
    /// in the memory of one batch. Default 1. The last update of an epoch may be of fewer.
    /// </summary>
    public int GradientAccumulationSteps { get; set; } = 1;

    /// <summary>
    /// The learning rate, above 0; of a schedule, its highest. Default null: chosen from the data, 3e-3 as a rule, 1e-2 for a GRU on few
    /// rows of numbers. The trainer's FindLearningRate suggests one.
    /// </summary>
    [Range(1e-4f, 2e-2f, 3e-3f, logBase: true)]
    public float? LearningRate { get; set; }

    /// <summary>How the learning rate changes. Default null: <see cref="RnnMlNet.LearningRateSchedule.OneCycle"/> as a rule.</summary>
    public LearningRateSchedule? LearningRateSchedule { get; set; }

    /// <summary>
    /// Of <see cref="RnnMlNet.LearningRateSchedule.Exponential"/>: what each epoch multiplies the learning rate by, in (0, 1]. Default 0.9;
    /// the other schedules ignore it.
    /// </summary>
    public float LearningRateDecay { get; set; } = 0.9f;

    /// <summary>The optimiser. Default null: <see cref="OptimizerKind.AdamW"/>, which needs least tuning.</summary>
    public OptimizerKind? Optimizer { get; set; }

    /// <summary>Momentum of Sgd and RmsProp, in [0, 1). Default 0.9; the others ignore it.</summary>
    public float Momentum { get; set; } = 0.9f;

    /// <summary>Weight decay, at least 0. Default null: 0.01 with AdamW, 0 with other optimisers.</summary>
    public float? WeightDecay { get; set; }

    /// <summary>
    /// Largest norm of all gradients together; 0 for no clipping. Default 1: recurrent gradients explode now and then, and one such step
    /// can undo an epoch.
    /// </summary>
    public float GradientClipNorm { get; set; } = 1f;

    /// <summary>
    /// Share of the training rows held out for validation where no other rows are given for it, in [0, 1): for classification stratified by
    /// class, for regression drawn at random, the same rows for the same seed; of a time series its end. Default null: chosen from the
    /// number of rows. 0 trains on all rows without validation, and then without early stopping.
    /// </summary>
    public double? ValidationFraction { get; set; }

    /// <summary>
    /// Epochs without a better validation loss after which training stops. Default null: never with a schedule that is planned over all
    /// epochs, as the default one is, nor of a forecaster; with another one enough epochs for 300 updates of the weights, at least 10,
    /// where there are validation rows. 0 turns it off. Asking for patience without validation is an error.
    /// </summary>
    public int? EarlyStoppingPatience { get; set; }

    /// <summary>How much lower a validation loss must be to count as better. Default 0.</summary>
    public double EarlyStoppingMinDelta { get; set; }

    /// <summary>
    /// Whether the model gets the weights of the epoch with the lowest validation loss rather than the last one's. Default null: true of a
    /// regression and a forecaster, and of a classifier or tagger with a schedule that is not planned over all epochs; false of
    /// one whose schedule is, and where networks hold out the rows in turn. Without validation the last epoch's weights are kept.
    /// </summary>
    public bool? RestoreBestWeights { get; set; }

    /// <summary>
    /// Seed of the initial weights, the order of the rows, the validation rows and dropout. Default null: drawn from the
    /// <see cref="MLContext"/>'s own seed. The same seed and data give the same model on the same machine, byte for byte.
    /// </summary>
    public int? Seed { get; set; }

    // ---- checkpoints ----

    /// <summary>
    /// A file in which training keeps where it stands, so that a Fit of the same data and options that was cut off, however suddenly, is
    /// gone on with by the next, and comes to the same model as if it had not been. Default null: none. The file is deleted when training
    /// has come to its end, and kept where it was cancelled. Where it is of other data or options, Fit throws.
    /// </summary>
    public string? CheckpointPath { get; set; }

    /// <summary>
    /// Time between two checkpoints, at least 0: at most so much training is lost. Default 30 seconds; 0 writes one after every batch and
    /// epoch.
    /// </summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(30);

    // ---- where and how it runs ----

    /// <summary>Who computes. Default <see cref="EngineKind.Auto"/>.</summary>
    public EngineKind Engine { get; set; } = EngineKind.Auto;

    /// <summary>
    /// Where to train: <c>auto</c> (CUDA or MPS when there, else the CPU), <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>mps</c>. Default
    /// <c>auto</c>. A device that is not there is an error unless <see cref="FallbackToCpu"/>.
    /// </summary>
    public string Device { get; set; } = "auto";

    /// <summary>
    /// Whether a <see cref="Device"/> that is not there is replaced by the CPU, with a warning. Default false: who asks for a GPU wants to
    /// know.
    /// </summary>
    public bool FallbackToCpu { get; set; }

    /// <summary>
    /// Threads that training computes with on the CPU, at least 1. Default null: with <see cref="EngineKind.Simd"/> as many as
    /// <see cref="Environment.ProcessorCount"/>, and the result is the same to the bit with any number; with torch one for layers of up to
    /// 128 units, whose steps are too short to share, else as many as torch takes by itself. Torch keeps this number for the whole process;
    /// Fit sets it back when it ends.
    /// </summary>
    public int? Threads { get; set; }

    /// <summary>
    /// Whether torch may use TensorFloat-32 on an NVIDIA GPU: faster, with 11 significant bits in the factors of each product. Default
    /// null: as torch is set, which is true for cuDNN's recurrent layers and false for other products unless the application set it
    /// otherwise. Torch keeps both for the whole process; Fit sets them back when it ends. Nothing on a CPU.
    /// </summary>
    public bool? AllowTensorFloat32 { get; set; }

    /// <summary>
    /// Whether the process keeps the memory that torch frees after each step on the CPU, instead of giving it back to the system and asking
    /// for it again a step later, which can take longer than the step. It is a setting of the C library (glibc's <c>mallopt</c>) for the
    /// whole process, all native code in it included, and stays when Fit ends: the process then holds the most memory that it ever needed.
    /// Default false. With another engine, device or C library it does nothing, and the log says so.
    /// </summary>
    public bool KeepFreedMemory { get; set; }

    /// <summary>
    /// Threads that the trained model scores a Transform with, at least 1. Default null: as many as
    /// <see cref="Environment.ProcessorCount"/>. The model's own <c>ScoringThreads</c>, which is not saved with it.
    /// </summary>
    public int? ScoringThreads { get; set; }

    /// <summary>Told after each epoch. Default null.</summary>
    public IProgress<EpochReport>? Progress { get; set; }

    /// <summary>Ends the reading of the rows within some hundred rows, and the training at its next batch. Default none.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>What a cancelled Fit does. Default <see cref="CancellationBehavior.Throw"/>.</summary>
    public CancellationBehavior OnCancellation { get; set; } = CancellationBehavior.Throw;

    /// <summary>A copy, so that a trainer is not changed by what happens to the options afterwards.</summary>
    internal virtual RnnTrainingOptions Clone() => (RnnTrainingOptions)MemberwiseClone();
}
