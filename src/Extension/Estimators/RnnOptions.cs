using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;

namespace RnnMlNet;

/// <summary>
/// The options that all recurrent trainers share: columns, the shape of a sequence, the network, the training.
/// Options that shape learning are null by default and are chosen by Fit from the data: number of rows, lengths, features, classes
/// (docs/choosing-options.md); a value that is set always wins. All are checked when the trainer is constructed: a value out of its range
/// is an <see cref="ArgumentOutOfRangeException"/> that names the property and the value. What <c>Microsoft.ML.AutoML</c> searches by
/// default, the attributes say, as in ML.NET's own options: docs/automl.md.
/// </summary>
public abstract class RnnOptions : RnnTrainingOptions
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

    /// <summary>
    /// Order of the values in a flat feature vector. Default <see cref="SequenceLayout.StepMajor"/>; what <c>Concatenate</c> of one column
    /// per channel gives is <see cref="SequenceLayout.FeatureMajor"/>.
    /// </summary>
    public SequenceLayout Layout { get; set; } = SequenceLayout.StepMajor;

    /// <summary>
    /// Whether each feature is standardised (mean 0, deviation 1, learnt from the training rows and kept in the model). Default true:
    /// recurrent cells saturate on large values. Tokens are not touched.
    /// </summary>
    public bool Normalize { get; set; } = true;

    // ---- network ----

    /// <summary>
    /// Whether the trained model is to predict step by step (<c>ml.Model.CreateSequencePredictionEngine</c>): what is chosen from the data
    /// is then one network of one direction, because each step costs as much for every network; an
    /// <see cref="RnnTrainingOptions.EnsembleSize"/> that is set holds. Default false: a bidirectional ensemble is usually better where
    /// whole sequences are scored. Setting <see cref="Bidirectional"/> beside it is an error.
    /// </summary>
    public bool ForStreaming { get; set; }

    /// <summary>
    /// k, time steps that the network reads at once, at least 1: a sequence of T steps of F values becomes one of T / k steps of k * F
    /// values, the last one filled up with the last time step. A long series of few channels is learnt in a fraction of the time, and
    /// usually better. Default null: chosen from lengths and channels. 1 for tokens and taggers, which have none.
    /// </summary>
    public int? PatchLength { get; set; }

    /// <summary>
    /// The recurrent cell. Default null: <see cref="CellKind.Gru"/> for numbers, which has a quarter fewer weights than an LSTM and learns
    /// as well; <see cref="CellKind.Lstm"/> for tokens.
    /// </summary>
    [Choice([CellKind.Gru, CellKind.Lstm], CellKind.Gru)]
    public CellKind? Cell { get; set; }

    /// <summary>
    /// Name of a cell of your own, registered with <c>RecurrentCells.Register</c>; replaces <see cref="Cell"/>. Default null.
    /// </summary>
    public string? CustomCell { get; set; }

    /// <summary>H, units per layer and direction, at least 1. Default null: chosen from the task; 64 as a rule, quick on a CPU.</summary>
    [Range(16, 256, 64, logBase: true)]
    public int? HiddenSize { get; set; }

    /// <summary>Stacked recurrent layers, at least 1. Default null: chosen from the task and the number of rows.</summary>
    [Choice([1, 2, 3], 1)]
    public int? Layers { get; set; }

    /// <summary>Whether each layer also reads the sequence backwards. Default null: true, unless <see cref="ForStreaming"/>.</summary>
    [BooleanChoice(true)]
    public bool? Bidirectional { get; set; }

    /// <summary>
    /// How the steps' hidden states become one vector; values may be combined with <c>|</c>. Default null: chosen from the task, Last, Mean
    /// and Max as a rule.
    /// </summary>
    [Choice([RnnMlNet.Pooling.Last, RnnMlNet.Pooling.Mean, RnnMlNet.Pooling.Max, RnnMlNet.Pooling.Attention], RnnMlNet.Pooling.Last)]
    public Pooling? Pooling { get; set; }

    /// <summary>
    /// Widths of hidden layers (with rectifiers) between the pooled vector and the output. Default null: none, one linear layer, as a rule.
    /// </summary>
    public int[]? HeadHiddenSizes { get; set; }

    /// <summary>
    /// What the bias of the LSTM's forget gate starts at. Default 1, Keras' unit_forget_bias: a cell that remembers from the start learns
    /// long sequences sooner. Other cells ignore it.
    /// </summary>
    public float ForgetBias { get; set; } = 1f;

    /// <summary>
    /// Width of the learnt embedding of a token (key columns only), at least 1. Default null: chosen from the task, 64 as a rule.
    /// </summary>
    public int? EmbeddingSize { get; set; }

    /// <summary>
    /// Occurrences in the training rows, at least 1, below which a token counts as unknown: all such tokens are trained as one, which
    /// unknown words of a tagger are scored as too. (Other trainers leave unknown words out.) 1 learns each token by itself. Default null:
    /// 2 for taggers, else 1.
    /// </summary>
    public int? MinTokenCount { get; set; }

    /// <summary>
    /// Dropped share of what each layer after the first reads, in [0, 1); never after the last layer, as in PyTorch. Default null: chosen
    /// from the task, 0 for one layer.
    /// </summary>
    public float? Dropout { get; set; }

    /// <summary>
    /// Dropped share of each layer's state where it enters the recurrent weights, in [0, 1): the same units at all steps of a sequence,
    /// others for each sequence, layer and direction (variational dropout: Gal and Ghahramani, "A Theoretically Grounded Application of
    /// Dropout in Recurrent Neural Networks", 2016; Keras' <c>recurrent_dropout</c>). Default 0. What an LSTM's c, or a GRU's update gate,
    /// carries over is not dropped. On torch the layers then run step by step, which is slower: its fused ones cannot do it. Not for a
    /// <see cref="CustomCell"/>.
    /// </summary>
    public float RecurrentDropout { get; set; }

    /// <summary>
    /// Dropped share of the inputs (of the embeddings, for tokens), in [0, 1). Default null: chosen from the task, 0 for numbers and 0.5
    /// for tokens.
    /// </summary>
    [Range(0f, 0.5f, 0f)]
    public float? InputDropout { get; set; }

    /// <summary>
    /// Dropped share of the pooled vector and of the head's hidden layers, in [0, 1). Default null: chosen from the task.
    /// </summary>
    [Range(0f, 0.5f, 0f)]
    public float? HeadDropout { get; set; }

    /// <summary>
    /// Whether a classifier's logits are divided by a temperature, learnt on rows that were not trained on, so that its probabilities are
    /// as frequent as they say (Guo et al., "On Calibration of Modern Neural Networks", 2017). The predicted classes stay the same. Default
    /// null: where such rows are there; a training that continues from a model keeps its temperature, as the model may have been trained on
    /// the rows that are held out, but where a ValidationSet is given. True without held-out rows is an error.
    /// </summary>
    public bool? Calibrate { get; set; }

    // ---- validation and previous models ----

    /// <summary>
    /// Rows to validate on after each epoch, with the same columns as the training data. Default null:
    /// <see cref="RnnTrainingOptions.ValidationFraction"/> of the training rows is held out instead.
    /// </summary>
    public IDataView? ValidationSet { get; set; }

    /// <summary>
    /// Whether a Fit that goes on from a previous model starts with a new head, random as in a first training, and keeps the layers before
    /// it: for another set of classes or targets, another pooling or other <see cref="HeadHiddenSizes"/>. The weights of
    /// <see cref="RnnMlNet.Pooling.Attention"/> count as the head's. Default false. A Fit without a previous model
    /// ignores it.
    /// </summary>
    public bool ReplaceHead { get; set; }

    // ---- where and how it runs ----

    /// <summary>
    /// With which numbers torch trains the recurrent layers. Default <see cref="TrainingPrecision.Full"/>;
    /// <see cref="TrainingPrecision.BFloat16"/> is for wide layers on a GPU that computes with bfloat16 (on a CPU without instructions for
    /// it, it is slower), and losses differ from those of 32 bits in the third digit or so. Built-in cells only; the engine in C# trains
    /// with 32 bits alone, so it is an error where <see cref="RnnTrainingOptions.Engine"/> is Simd, and a warning where Auto comes to it.
    /// </summary>
    public TrainingPrecision TrainingPrecision { get; set; }

    /// <summary>
    /// Where the trained model scores a Transform: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> or <c>mps</c>. Default <c>cpu</c>, wherever it
    /// was trained: small networks score fastest there. The model's own <c>ScoringDevice</c>, which is not saved with it.
    /// </summary>
    public string ScoringDevice { get; set; } = "cpu";

    /// <summary>
    /// How exactly the trained model keeps its recurrent weights where it scores rows one by one, as in a PredictionEngine. Default
    /// <see cref="WeightPrecision.Full"/>; <see cref="WeightPrecision.BFloat16"/> takes about half the time from 128 units on, and changes
    /// scores in the third digit or so. The model's own <c>SingleRowPrecision</c>, which is not saved with it.
    /// </summary>
    public WeightPrecision SingleRowPrecision { get; set; }

    /// <summary>
    /// Bytes of memory that a Fit's rows (of training and validation together) may take, at least 0; rows beyond lie in a temporary file in
    /// <see cref="StoreDirectory"/>, and training is the same, byte for byte. Sixteen bytes a row and a page of 1 MiB (or one row, where
    /// that is larger) are in memory in any case. Default null: half of the memory that the process may use, a container's limit included.
    /// </summary>
    public long? StoreMemoryLimit { get; set; }

    /// <summary>
    /// Folder of the temporary file for the rows beyond <see cref="StoreMemoryLimit"/>, which is as large as those rows: 4 bytes a number.
    /// It must be there; nothing is left in it when Fit ends, however it ends. Default null: <see cref="Path.GetTempPath"/>. Where that
    /// folder lies in memory, as <c>/tmp</c> does on some systems, name one on a disk. A folder that is full, or cannot be written to, is
    /// an <see cref="IOException"/> in Fit.
    /// </summary>
    public string? StoreDirectory { get; set; }

    internal override RnnTrainingOptions Clone()
    {
        var copy = (RnnOptions)base.Clone();
        copy.HeadHiddenSizes = HeadHiddenSizes is null ? null : [.. HeadHiddenSizes];
        copy.ChannelColumnNames = ChannelColumnNames is null ? null : [.. ChannelColumnNames];
        return copy;
    }
}
