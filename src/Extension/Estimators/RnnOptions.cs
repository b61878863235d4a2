using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet;

/// <summary>
/// The options that all recurrent trainers share: columns, the shape of a sequence, the network, the training.
/// All are properties with working defaults, checked when the trainer is constructed: a value out of its range is an
/// <see cref="ArgumentOutOfRangeException"/> that names the property and the value.
/// </summary>
public abstract class RnnOptions
{
    private protected RnnOptions() { }

    // ---- columns ----

    /// <summary>Name of the label column. Default <c>Label</c>, as in all ML.NET trainers.</summary>
    public string LabelColumnName { get; set; } = DefaultColumnNames.Label;

    /// <summary>
    /// Name of the sequence column: a vector of Single [T, F], or [T * F] or of variable size with <see cref="FeaturesPerStep"/>,
    /// or a vector of keys (tokens). Default <c>Features</c>, as in all ML.NET trainers.
    /// </summary>
    public string FeatureColumnName { get; set; } = DefaultColumnNames.Features;

    /// <summary>
    /// Names of several columns, one channel each: each a vector of Single with that channel's value at every step, all of the row's
    /// length. When set, it replaces <see cref="FeatureColumnName"/>. Default null: one column holds all channels.
    /// </summary>
    public string[]? ChannelColumnNames { get; set; }

    /// <summary>Name of the column of example weights (Single), or null (the default) when all rows weigh the same.</summary>
    public string? ExampleWeightColumnName { get; set; }

    // ---- sequence ----

    /// <summary>
    /// F, the values per step of a flat feature vector: 1 for a single series. Default null: read off a [T, F] column; a flat column
    /// needs it, because 24 numbers could be 24 steps of 1 or 8 steps of 3.
    /// </summary>
    public int? FeaturesPerStep { get; set; }

    /// <summary>Order of the values in a flat feature vector. Default <see cref="SequenceLayout.StepMajor"/>; what <c>Concatenate</c> of one column per channel gives is <see cref="SequenceLayout.FeatureMajor"/>.</summary>
    public SequenceLayout Layout { get; set; } = SequenceLayout.StepMajor;

    /// <summary>Whether each feature is standardised (mean 0, deviation 1, learnt from the training rows and kept in the model). Default true: recurrent cells saturate on large values. Tokens are not touched.</summary>
    public bool Normalize { get; set; } = true;

    // ---- network ----

    /// <summary>The recurrent cell. Default <see cref="CellKind.Lstm"/>: what most people mean by a recurrent network. Gru has a quarter fewer weights and often learns as well.</summary>
    public CellKind Cell { get; set; } = CellKind.Lstm;

    /// <summary>Name of a cell of your own, registered with <c>RecurrentCells.Register</c>; replaces <see cref="Cell"/>. Default null.</summary>
    public string? CustomCell { get; set; }

    /// <summary>H, units per layer and direction. Default 64: enough for most sets of thousands of rows, and quick on a CPU.</summary>
    public int HiddenSize { get; set; } = 64;

    /// <summary>Stacked recurrent layers. Default 1, PyTorch's.</summary>
    public int Layers { get; set; } = 1;

    /// <summary>Whether each layer also reads the sequence backwards. Default false, PyTorch's; true is usually better where the whole sequence is known.</summary>
    public bool Bidirectional { get; set; }

    /// <summary>How the steps' states become one vector; values may be combined with <c>|</c>. Default <see cref="Pooling.Last"/>, what a recurrent classifier usually reads.</summary>
    public Pooling Pooling { get; set; } = Pooling.Last;

    /// <summary>Widths of hidden layers (with rectifiers) between the pooled vector and the output. Default none: one linear layer.</summary>
    public int[] HeadHiddenSizes { get; set; } = [];

    /// <summary>What the bias of the LSTM's forget gate starts at. Default 1, Keras' unit_forget_bias: a cell that remembers from the start learns long sequences sooner. Other cells ignore it.</summary>
    public float ForgetBias { get; set; } = 1f;

    /// <summary>Width of the learnt embedding of a token (key columns only). Default 64.</summary>
    public int EmbeddingSize { get; set; } = 64;

    /// <summary>Dropped share of what each layer after the first reads, in [0, 1). Default 0; never after the last layer, as in PyTorch.</summary>
    public float Dropout { get; set; }

    /// <summary>
    /// Dropped share of each layer's state where it enters the recurrent weights, in [0, 1): the same units at all steps of a sequence, others for
    /// each sequence, layer and direction (variational dropout: Gal and Ghahramani, "A Theoretically Grounded Application of Dropout in
    /// Recurrent Neural Networks", 2016; Keras' <c>recurrent_dropout</c>). Default 0. What an LSTM's c, or a GRU's update gate, carries over is not
    /// dropped. On torch the layers then run step by step, which is slower: its fused ones cannot do it. Not for a <see cref="CustomCell"/>.
    /// </summary>
    public float RecurrentDropout { get; set; }

    /// <summary>Dropped share of the inputs (of the embeddings, for tokens), in [0, 1). Default 0.</summary>
    public float InputDropout { get; set; }

    /// <summary>Dropped share of the pooled vector and of the head's hidden layers, in [0, 1). Default 0.</summary>
    public float HeadDropout { get; set; }

    // ---- training ----

    /// <summary>Passes over the training rows at most. Default 100, with early stopping.</summary>
    public int MaxEpochs { get; set; } = 100;

    /// <summary>Rows of a batch. Default 32, Keras'. A set with fewer rows is one batch.</summary>
    public int BatchSize { get; set; } = 32;

    /// <summary>
    /// Batches whose gradients are added up before the weights are changed once, as if <see cref="BatchSize"/> were so many times larger, in the memory of one
    /// batch. Default 1. The last update of an epoch may be of fewer.
    /// </summary>
    public int GradientAccumulationSteps { get; set; } = 1;

    /// <summary>The learning rate; of a schedule, its highest. Default 1e-3, Adam's usual. The trainer's FindLearningRate suggests one.</summary>
    public float LearningRate { get; set; } = 1e-3f;

    /// <summary>How the learning rate changes. Default <see cref="LearningRateSchedule.Constant"/>.</summary>
    public LearningRateSchedule LearningRateSchedule { get; set; } = LearningRateSchedule.Constant;

    /// <summary>The optimiser. Default <see cref="OptimizerKind.Adam"/>: the one that needs least tuning.</summary>
    public OptimizerKind Optimizer { get; set; } = OptimizerKind.Adam;

    /// <summary>Momentum of Sgd and RmsProp, in [0, 1). Default 0.9; the others ignore it.</summary>
    public float Momentum { get; set; } = 0.9f;

    /// <summary>Weight decay, at least 0. Default 0.</summary>
    public float WeightDecay { get; set; }

    /// <summary>Largest norm of all gradients together; 0 for no clipping. Default 1: recurrent gradients explode now and then, and one such step can undo an epoch.</summary>
    public float GradientClipNorm { get; set; } = 1f;

    /// <summary>
    /// Rows to validate on after each epoch, with the same columns as the training data. Default null:
    /// <see cref="ValidationFraction"/> of the training rows is held out instead.
    /// </summary>
    public IDataView? ValidationSet { get; set; }

    /// <summary>
    /// Share of the training rows held out for validation when no <see cref="ValidationSet"/> is given, in [0, 1); stratified by class for
    /// classification, the same rows for the same seed. Default 0.1; 0 trains on all rows without validation, and then without early stopping.
    /// </summary>
    public double ValidationFraction { get; set; } = 0.1;

    /// <summary>
    /// Epochs without a better validation loss after which training stops. Default null: 10 where there are validation rows, else no early
    /// stopping. 0 turns it off. Asking for patience without validation is an error.
    /// </summary>
    public int? EarlyStoppingPatience { get; set; }

    /// <summary>How much lower a validation loss must be to count as better. Default 0.</summary>
    public double EarlyStoppingMinDelta { get; set; }

    /// <summary>Whether the model gets the weights of the epoch with the best validation loss rather than the last one's. Default true; without validation the last epoch's weights are kept.</summary>
    public bool RestoreBestWeights { get; set; } = true;

    /// <summary>Seed of the initial weights, the order of the rows, the validation rows and dropout. Default null: drawn from the <see cref="MLContext"/>'s own seed. The same seed and data give the same model on the same machine, byte for byte.</summary>
    public int? Seed { get; set; }

    /// <summary>
    /// Whether a Fit that goes on from a previous model starts with a new head, random as in a first training, and keeps the layers before it:
    /// for another set of classes or targets, another pooling or other <see cref="HeadHiddenSizes"/>. The weights of
    /// <see cref="Pooling.Attention"/> count as the head's. Default false. A Fit without a previous model
    /// ignores it.
    /// </summary>
    public bool ReplaceHead { get; set; }

    // ---- checkpoints ----

    /// <summary>
    /// A file in which training keeps where it stands, so that a Fit of the same data and options that was cut off, however suddenly, is gone on with
    /// by the next, and comes to the same model as if it had not been. Default null: none. The file is deleted when training has come to its
    /// end, and kept where it was cancelled. Where it is of other data or options, Fit throws.
    /// </summary>
    public string? CheckpointPath { get; set; }

    /// <summary>
    /// Time between two checkpoints, at least 0: at most so much training is lost. Default 30 seconds; 0 writes one after every batch and epoch.
    /// </summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(30);

    // ---- where and how it runs ----

    /// <summary>Who computes. Default <see cref="EngineKind.Auto"/>.</summary>
    public EngineKind Engine { get; set; } = EngineKind.Auto;

    /// <summary>Where to train: <c>auto</c> (CUDA or MPS when there, else the CPU), <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>mps</c>. Default <c>auto</c>. A device that is not there is an error unless <see cref="FallbackToCpu"/>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>Whether a <see cref="Device"/> that is not there is replaced by the CPU, with a warning. Default false: who asks for a GPU wants to know.</summary>
    public bool FallbackToCpu { get; set; }

    /// <summary>
    /// Threads that training computes with on the CPU, at least 1. Default null: with <see cref="EngineKind.Simd"/> as many as
    /// <see cref="Environment.ProcessorCount"/>, and the result is the same to the bit with any number; with torch one for layers of up to 128 units,
    /// whose steps are too short to share, else as many as torch takes by itself. Torch keeps this number for the whole process; Fit sets it back when
    /// it ends.
    /// </summary>
    public int? Threads { get; set; }

    /// <summary>
    /// With which numbers torch trains the recurrent layers. Default <see cref="TrainingPrecision.Full"/>; <see cref="TrainingPrecision.BFloat16"/> is for
    /// wide layers on a GPU that computes with bfloat16 (on a CPU without instructions for it, it is slower), and losses differ from those of 32 bits in the
    /// third digit or so. Built-in cells only; the engine in C# trains with 32 bits alone, so it is an error where <see cref="Engine"/> is Simd, and a
    /// warning where Auto comes to it.
    /// </summary>
    public TrainingPrecision TrainingPrecision { get; set; }

    /// <summary>
    /// Whether torch may use TensorFloat-32 on an NVIDIA GPU: faster, with 11 significant bits in the factors of each product. Default null: as
    /// torch is set, which is true for cuDNN's recurrent layers and false for other products unless the application set it otherwise. Torch keeps
    /// both for the whole process; Fit sets them back when it ends. Nothing on a CPU.
    /// </summary>
    public bool? AllowTensorFloat32 { get; set; }

    /// <summary>
    /// Whether the process keeps the memory that torch frees after each step on the CPU, instead of giving it back to the system and asking for it again a
    /// step later, which can take longer than the step. It is a setting of the C library (glibc's <c>mallopt</c>) for the whole process, all native
    /// code in it included, and stays when Fit ends: the process then holds the most memory that it ever needed. Default false. With another
    /// engine, device or C library it does nothing, and the log says so.
    /// </summary>
    public bool KeepFreedMemory { get; set; }

    /// <summary>
    /// Threads that the trained model scores a Transform with, at least 1. Default null: as many as <see cref="Environment.ProcessorCount"/>. The
    /// model's own <c>ScoringThreads</c>, which is not saved with it.
    /// </summary>
    public int? ScoringThreads { get; set; }

    /// <summary>
    /// Where the trained model scores a Transform: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> or <c>mps</c>. Default <c>cpu</c>, wherever it was trained: small
    /// networks score fastest there. The model's own <c>ScoringDevice</c>, which is not saved with it.
    /// </summary>
    public string ScoringDevice { get; set; } = "cpu";

    /// <summary>
    /// How exactly the trained model keeps its recurrent weights where it scores rows one by one, as in a PredictionEngine. Default
    /// <see cref="WeightPrecision.Full"/>; <see cref="WeightPrecision.BFloat16"/> takes about half the time from 128 units on, and changes scores in
    /// the third digit or so. The model's own <c>SingleRowPrecision</c>, which is not saved with it.
    /// </summary>
    public WeightPrecision SingleRowPrecision { get; set; }

    /// <summary>
    /// Bytes of memory that a Fit's rows (of training and validation together) may take, at least 0; rows beyond lie in a temporary file in
    /// <see cref="StoreDirectory"/>, and training is the same, byte for byte. Sixteen bytes a row and a page of 1 MiB (or one row, where that is larger)
    /// are in memory in any case. Default null: half of the memory that the process may use, a container's limit included.
    /// </summary>
    public long? StoreMemoryLimit { get; set; }

    /// <summary>
    /// Folder of the temporary file for the rows beyond <see cref="StoreMemoryLimit"/>, which is as large as those rows: 4 bytes a number. It must be
    /// there; nothing is left in it when Fit ends, however it ends. Default null: <see cref="Path.GetTempPath"/>. Where that folder lies in memory, as
    /// <c>/tmp</c> does on some systems, name one on a disk. A folder that is full, or cannot be written to, is an <see cref="IOException"/> in Fit.
    /// </summary>
    public string? StoreDirectory { get; set; }

    /// <summary>Told after each epoch. Default null.</summary>
    public IProgress<EpochReport>? Progress { get; set; }

    /// <summary>Ends the reading of the rows within some hundred rows, and the training at its next batch. Default none.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>What a cancelled Fit does. Default <see cref="CancellationBehavior.Throw"/>.</summary>
    public CancellationBehavior OnCancellation { get; set; } = CancellationBehavior.Throw;

    /// <summary>A copy, so that a trainer is not changed by what happens to the options afterwards.</summary>
    internal RnnOptions Clone()
    {
        var copy = (RnnOptions)MemberwiseClone();
        copy.HeadHiddenSizes = [.. HeadHiddenSizes];
        copy.ChannelColumnNames = ChannelColumnNames is null ? null : [.. ChannelColumnNames];
        return copy;
    }
}
