using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Options that all recurrent trainers share: columns, sequence layout, network and training. Options that shape learning are null by
/// default; Fit then chooses them from the data (number of rows, lengths, features, classes: docs/choosing-options.md). A value that is set
/// always wins. All are validated when the trainer is constructed: a value out of its range is an <see cref="ArgumentOutOfRangeException"/>
/// that names the property and the value. The attributes declare what <c>Microsoft.ML.AutoML</c> searches by default, as in ML.NET's own
/// options (docs/automl.md).
/// </summary>
public abstract partial class RnnOptions : RnnTrainingOptions
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
    /// Names of several columns that together make up the steps, all of the row's length: vectors of Single (a number at each step, or
    /// [T, F]), and vectors of keys, each with an embedding of its own, whose missing and unseen keys count as unknown. If set, it replaces
    /// <see cref="FeatureColumnName"/>. Default null: one column holds all of a step.
    /// </summary>
    public string[]? ChannelColumnNames { get; set; }

    /// <summary>
    /// Names of the columns of a row's static values, which hold for all of its steps: numbers and Booleans, vectors of Single of known
    /// size, and keys, each with an embedding of its own, whose missing and unseen keys count as unknown. Numbers are standardised.
    /// <see cref="StaticUse"/> says where they are read. A row without a number is skipped. Default null: none.
    /// </summary>
    public string[]? StaticColumnNames { get; set; }

    /// <summary>
    /// What reads the static values: the head, or the first recurrent layer as its initial state, or both. Needs
    /// <see cref="StaticColumnNames"/> and a built-in cell. Default <see cref="RnnMlNet.StaticUse.Head"/>.
    /// </summary>
    [Defined]
    public StaticUse StaticUse { get; set; }

    /// <summary>
    /// Name of the column of the steps' times, where these are not evenly spaced: a vector of DateTime, DateTimeOffset or numbers, one for
    /// each step. The network reads the time since the step before (in seconds, or in the numbers' unit), standardised; 0 at the first
    /// step. Default null: none.
    /// </summary>
    public string? TimeColumnName { get; set; }

    /// <summary>
    /// Name of the column of the words whose keys are the steps: a vector of Text, as long as the sequence column, a vector of keys. The
    /// network then reads each word's characters beside its embedding, by a convolution over them (Ma and Hovy, "End-to-end Sequence
    /// Labeling via Bi-directional LSTM-CNNs-CRF", arXiv 1603.01354), and so knows a word that is rare or unknown in training by its
    /// prefix, its suffix and its capitals. Every value of the sequence column is then a step in any trainer, missing keys too: unknown
    /// words. Of a word of more than 18 UTF-16 code units the first 9 and the last 9 are read. Default null: no characters are read.
    /// </summary>
    public string? CharacterColumnName { get; set; }

    /// <summary>Name of the column of example weights (Single). Default null: all rows have equal weight.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>
    /// Names of the columns of groups, each with one value of any type a row (Text, a key, a number, a Boolean, a time): rows of one group,
    /// such as the windows of a machine or the sentences of a document, are never divided between training and held-out validation rows,
    /// nor between the folds of ensemble members or of an experiment. Of several columns each combination of values is a group, as machines
    /// that are numbered anew on each line. <see cref="RnnTrainingOptions.ValidationFraction"/> is then approximated by whole
    /// groups. Too few groups, and a row without a value, are errors in Fit. A <see cref="ValidationSet"/> needs the columns too; groups on
    /// both sides are a warning. Scoring does not need them. Default null: rows are held out one by one.
    /// </summary>
    public string[]? GroupColumnNames { get; set; }

    // ---- sequence ----

    /// <summary>
    /// F, the features per time step of a flat vector: 1 for a single series. Default null: taken from the type of a [T, F] column. A flat
    /// column needs it, because 24 numbers could be 24 steps of 1 or 8 steps of 3.
    /// </summary>
    [AtLeast(1)]
    public int? FeaturesPerStep { get; set; }

    /// <summary>
    /// Order of the values in a flat vector. Default <see cref="SequenceLayout.StepMajor"/>; <c>Concatenate</c> of one column per channel
    /// gives <see cref="SequenceLayout.FeatureMajor"/>.
    /// </summary>
    [Defined]
    public SequenceLayout Layout { get; set; } = SequenceLayout.StepMajor;

    /// <summary>
    /// Whether each feature is standardised (mean 0, deviation 1, computed over the training rows and stored in the model). Default true:
    /// recurrent cells saturate on large values. Tokens are unaffected.
    /// </summary>
    public bool Normalize { get; set; } = true;

    /// <summary>
    /// Names of columns, among those of the steps and the static ones, within whose categories a step's numbers are standardised: keys, or
    /// numbers rounded to <see cref="NormalizeByDecimals"/>. For features whose level depends on a condition, such as the sensors of an
    /// engine in different flight conditions. The named columns' own numbers are standardised over all steps, and so are steps of a
    /// combination that the training rows did not have, with a warning. Needs a <see cref="PatchLength"/> of 1, which is then the default.
    /// Default null: all steps together.
    /// </summary>
    public string[]? NormalizeBy { get; set; }

    /// <summary>Decimals to which the numbers of <see cref="NormalizeBy"/> are rounded, from 0 to 6. Default 0.</summary>
    [AtLeast(0, Most = CategoryScaling.MostDecimals)]
    public int NormalizeByDecimals { get; set; }

    /// <summary>
    /// Treatment of missing numbers (NaN) in the steps, the same in scoring, streams and exported models. Default
    /// <see cref="RnnMlNet.MissingValues.SkipRow"/>. Tokens are unaffected: missing keys are left out.
    /// </summary>
    [Defined]
    public MissingValues MissingValues { get; set; }

    // ---- network ----

    /// <summary>
    /// Whether the trained model will predict step by step (<c>ml.Model.CreateSequencePredictionEngine</c>): Fit then chooses one
    /// unidirectional network, because each step costs as much for every member; an <see cref="RnnTrainingOptions.EnsembleSize"/> that is
    /// set holds. Default false: a bidirectional ensemble is usually better on whole sequences. Setting <see cref="Bidirectional"/> as well
    /// is an error.
    /// </summary>
    public bool ForStreaming { get; set; }

    /// <summary>
    /// k, time steps that the network reads at once, at least 1: a sequence of T steps of F values becomes one of T / k steps of k * F
    /// values; the last patch is padded with the last time step. A long series of few channels trains in a fraction of the time, and
    /// usually better. Default null: chosen from lengths and channels; 1 for tokens and taggers, which have no patches.
    /// </summary>
    [AtLeast(1, Most = NetworkSize.Largest)]
    public int? PatchLength { get; set; }

    /// <summary>
    /// C, filters of a convolution over the steps before the first recurrent layer, at least 1: each step becomes C values, rectified sums
    /// of the <see cref="ConvolutionKernelSize"/> steps that end with it. Null: no convolution. A convolution knows nothing of later steps,
    /// so that it runs in streams too. Default null.
    /// </summary>
    [AtLeast(1, Most = NetworkSize.Largest)]
    public int? ConvolutionFilters { get; set; }

    /// <summary>
    /// K, steps that a convolution reads for each of its outputs, at least 1; with <see cref="PatchLength"/>, patches. Default null: 7.
    /// </summary>
    [AtLeast(1, Most = NetworkSize.Largest)]
    public int? ConvolutionKernelSize { get; set; }

    /// <summary>Convolutions, one over the other, of equal filters and steps, at least 1. Default null: 1.</summary>
    [AtLeast(1, Most = NetworkSize.MostLayers)]
    public int? ConvolutionLayers { get; set; }

    /// <summary>
    /// S, steps from one window of the last convolution to the next, at least 1 and at most <see cref="ConvolutionKernelSize"/>: the
    /// recurrent layers read ceil(T / S) steps. Default null: as many as leave about 30 steps; 1 for tokens and taggers, and with a
    /// <see cref="PatchLength"/>.
    /// </summary>
    [AtLeast(1, Most = NetworkSize.Largest)]
    public int? ConvolutionStride { get; set; }

    /// <summary>
    /// The recurrent cell. Default null: <see cref="CellKind.Gru"/> for numbers, which has a quarter fewer weights than an LSTM and learns
    /// as well; <see cref="CellKind.Lstm"/> for tokens.
    /// </summary>
    [Choice([CellKind.Gru, CellKind.Lstm], CellKind.Gru)]
    public CellKind? Cell { get; set; }

    /// <summary>Name of a custom cell, registered with <c>RecurrentCells.Register</c>; replaces <see cref="Cell"/>. Default null.</summary>
    public string? CustomCell { get; set; }

    /// <summary>
    /// H, hidden units per layer and direction, at least 1. Default null: chosen from the task; usually 64, which is fast on a CPU.
    /// </summary>
    [Range(16, 256, 64, logBase: true)]
    [AtLeast(1, Most = NetworkSize.Largest)]
    public int? HiddenSize { get; set; }

    /// <summary>Stacked recurrent layers, at least 1. Default null: chosen from the task and the number of rows.</summary>
    [Choice([1, 2, 3], 1)]
    [AtLeast(1, Most = NetworkSize.MostLayers)]
    public int? Layers { get; set; }

    /// <summary>Whether each layer also reads the sequence backwards. Default null: true, unless <see cref="ForStreaming"/>.</summary>
    [BooleanChoice(true)]
    public bool? Bidirectional { get; set; }

    /// <summary>
    /// Whether each layer after the first adds its input to its states (He et al., "Deep Residual Learning for Image Recognition", 2016),
    /// so that gradients reach the lower layers of a deep network undiminished. The input is added as it is before
    /// <see cref="LayerNormalization"/> and <see cref="Dropout"/>: a layer normalises, drops, runs its cell, and adds. Needs two
    /// <see cref="Layers"/> or more, which is then the default. Default null: that of the previous model, else false.
    /// </summary>
    public bool? ResidualConnections { get; set; }

    /// <summary>
    /// Normalisation of what is read of each layer, at each time step over all units and directions: by the next layer, before dropout,
    /// and, of the last layer, by the pooling or, of a tagger, the head. The network's input is not normalised so
    /// (<see cref="Normalize"/>). Default null: that of the previous model, else <see cref="RnnMlNet.LayerNormalization.None"/>.
    /// </summary>
    [Defined]
    public LayerNormalization? LayerNormalization { get; set; }

    /// <summary>
    /// How the hidden states of all time steps are pooled into one vector; values may be combined with <c>|</c>. Default null: chosen from
    /// the task, usually Last, Mean and Max.
    /// </summary>
    [Choice([RnnMlNet.Pooling.Last, RnnMlNet.Pooling.Mean, RnnMlNet.Pooling.Max, RnnMlNet.Pooling.Attention], RnnMlNet.Pooling.Last)]
    public Pooling? Pooling { get; set; }

    /// <summary>Widths of ReLU layers between the pooled vector and the output. Default null: none, one linear layer;
    /// one where the head reads <see cref="StaticColumnNames"/>.</summary>
    [AtLeast(1, Most = NetworkSize.Largest)]
    public int[]? HeadHiddenSizes { get; set; }

    /// <summary>
    /// Initial bias of the forget gate of an LSTM, of a <see cref="CellKind.MinLstm"/> or a <see cref="CellKind.SLstm"/>. Default 1, Keras'
    /// unit_forget_bias: a cell that remembers from the start learns long sequences sooner. Other cells ignore it.
    /// </summary>
    [Finite]
    public float ForgetBias { get; set; } = 1f;

    /// <summary>
    /// Width of a token's learned embedding (key columns only), at least 1. Default null: chosen from the task, usually 64.
    /// </summary>
    [AtLeast(1, Most = NetworkSize.Largest)]
    public int? EmbeddingSize { get; set; }

    /// <summary>
    /// Width of the learned embedding of a key column among <see cref="ChannelColumnNames"/> and <see cref="StaticColumnNames"/>, at least
    /// 1. Default null: half the number of its keys, at most 16.
    /// </summary>
    [AtLeast(1, Most = NetworkSize.Largest)]
    public int? CategoryEmbeddingSize { get; set; }

    /// <summary>
    /// Width of a character's learned vector, 1 to 1024. Needs <see cref="CharacterColumnName"/>. A character that occurs once in the
    /// training rows counts as unknown. Default null: 30.
    /// </summary>
    [AtLeast(1, Most = CharacterShape.Largest)]
    public int? CharacterEmbeddingSize { get; set; }

    /// <summary>
    /// Filters of the convolution over a word's characters, three at a time, and so the number of values that a step has beside the word's
    /// embedding, 1 to 1024. <see cref="InputDropout"/> applies to them too. Needs <see cref="CharacterColumnName"/>. Default null: 30.
    /// </summary>
    [AtLeast(1, Most = CharacterShape.Largest)]
    public int? CharacterFilters { get; set; }

    /// <summary>
    /// A file of word vectors (key columns of words only): the embedding of each word of the vocabulary that is in it, exactly or else in
    /// lower case, starts with its vector there; other words keep random initial values, of the vectors' own deviation.
    /// <see cref="EmbeddingSize"/> is then the number of values of a vector. GloVe's text format, fastText's .vec, word2vec's text and
    /// binary formats, each also compressed by gzip; only vectors of the vocabulary are kept in memory. How many words were found is
    /// logged; a file with none of them is an error. A Fit that continues from a previous model keeps that model's embeddings and does not
    /// read the file. Default null: all embeddings start with random values.
    /// </summary>
    public string? PretrainedEmbeddingsPath { get; set; }

    /// <summary>
    /// Whether all embeddings, those of words that are not in the file too, keep their initial values: the pretrained ones of
    /// <see cref="PretrainedEmbeddingsPath"/>, or those of a previous model. With few training rows this prevents that words of these rows
    /// move away from similar words that do not occur in them. Default false.
    /// </summary>
    public bool FreezeEmbeddings { get; set; }

    /// <summary>
    /// Minimum number of occurrences of a token in the training rows, at least 1: rarer tokens count as unknown and share one embedding,
    /// which a tagger also uses for unknown words. (Other trainers skip unknown words.) With 1 each token has its own embedding, as a word
    /// with a vector in <see cref="PretrainedEmbeddingsPath"/> always has. Default null: 2 for taggers and with
    /// <see cref="CharacterColumnName"/>, else 1.
    /// </summary>
    [AtLeast(1)]
    public int? MinTokenCount { get; set; }

    /// <summary>
    /// Dropout rate of the inputs of each layer after the first, in [0, 1); never after the last layer, as in PyTorch. Default null: chosen
    /// from the task, 0 for one layer.
    /// </summary>
    [Share]
    public float? Dropout { get; set; }

    /// <summary>
    /// Dropout rate of each layer's hidden state before the recurrent weights, in [0, 1): one mask for all steps of a sequence, different
    /// for each sequence, layer and direction (variational dropout: Gal and Ghahramani, "A Theoretically Grounded Application of Dropout in
    /// Recurrent Neural Networks", 2016; Keras' <c>recurrent_dropout</c>). Default 0. The values that an LSTM's c or a GRU's update gate
    /// carries over are not dropped. Not for MinGru, MinLstm and Lru, which have no recurrent weights. On torch the
    /// layers then run step by step, which is slower, because its fused layers do not support it. Not for a <see cref="CustomCell"/>.
    /// </summary>
    [Share]
    public float RecurrentDropout { get; set; }

    /// <summary>
    /// Dropout rate of the inputs (for tokens: of the embeddings), in [0, 1). Default null: chosen from the task, 0 for numbers and 0.5 for
    /// tokens.
    /// </summary>
    [Range(0f, 0.5f, 0f)]
    [Share]
    public float? InputDropout { get; set; }

    /// <summary>Dropout rate of the pooled vector and of the head's hidden layers, in [0, 1). Default null: chosen from the task.</summary>
    [Range(0f, 0.5f, 0f)]
    [Share]
    public float? HeadDropout { get; set; }

    /// <summary>
    /// Whether a classifier's logits are divided by a temperature, fitted on rows that were not trained on, so that its probabilities match
    /// observed frequencies (Guo et al., "On Calibration of Modern Neural Networks", 2017). The predicted classes do not change. Default
    /// null: if there are such rows. Training that continues from a model keeps the model's temperature unless a ValidationSet is given,
    /// because that model may have been trained on the held-out rows. True without held-out rows is an error.
    /// </summary>
    public bool? Calibrate { get; set; }

    // ---- validation and previous models ----

    /// <summary>
    /// Rows to validate on after each epoch, with the same columns as the training data. Default null:
    /// <see cref="RnnTrainingOptions.ValidationFraction"/> of the training rows is held out instead.
    /// </summary>
    public IDataView? ValidationSet { get; set; }

    /// <summary>
    /// Whether a Fit that continues from a previous model initialises a new, random head and keeps the layers before it: for other classes
    /// or targets, another pooling or other <see cref="HeadHiddenSizes"/>. The weights of <see cref="RnnMlNet.Pooling.Attention"/> belong
    /// to the head. Default false. A Fit without a previous model ignores it.
    /// </summary>
    public bool ReplaceHead { get; set; }

    // ---- where and how it runs ----

    /// <summary>
    /// Precision of the recurrent layers in training on torch. Default <see cref="TrainingPrecision.Full"/>.
    /// <see cref="TrainingPrecision.BFloat16"/> is for wide layers on a GPU that supports bfloat16 (it is slower on a CPU without such
    /// instructions); losses differ from those of 32 bits in the third digit or so. Built-in cells only. The C# engine trains with 32 bits
    /// only: BFloat16 is an error if <see cref="RnnTrainingOptions.Engine"/> is Simd, and a warning if Auto selects that engine.
    /// </summary>
    [Defined]
    public TrainingPrecision TrainingPrecision { get; set; }

    /// <summary>
    /// Device on which the trained model scores a Transform: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> or <c>mps</c>. Default <c>cpu</c>,
    /// wherever it was trained: small networks score fastest there. Sets the model's <c>ScoringDevice</c>, which is not saved with it.
    /// </summary>
    public string ScoringDevice { get; set; } = "cpu";

    /// <summary>
    /// Precision of the trained model's recurrent weights when it scores single rows, as in a PredictionEngine. Default
    /// <see cref="WeightPrecision.Full"/>; <see cref="WeightPrecision.BFloat16"/> takes about half the time from 128 units on, and changes
    /// scores in the third digit or so. Sets the model's <c>SingleRowPrecision</c>, which is not saved with it.
    /// </summary>
    [Defined]
    public WeightPrecision SingleRowPrecision { get; set; }

    /// <summary>
    /// Bytes of memory for a Fit's rows (training and validation together), at least 0. Further rows go to a temporary file in
    /// <see cref="StoreDirectory"/>, and the trained model is the same, byte for byte. Sixteen bytes per row (twenty with a
    /// <see cref="GroupColumnNames"/>) and a page of 1 MiB (or one row, if larger) are always in memory. Default null: half of the memory
    /// that the process may use, including a container's limit.
    /// </summary>
    public long? StoreMemoryLimit { get; set; }

    /// <summary>
    /// Folder of the temporary file for the rows beyond <see cref="StoreMemoryLimit"/>, which takes 4 bytes per number. It must exist;
    /// nothing is left in it when Fit ends, however it ends. Default null: <see cref="Path.GetTempPath"/>. If that folder is in memory, as
    /// <c>/tmp</c> is on some systems, set one on a disk. A folder that is full or not writable is an <see cref="IOException"/> in Fit.
    /// </summary>
    public string? StoreDirectory { get; set; }

    internal override RnnTrainingOptions Clone()
    {
        var copy = (RnnOptions)base.Clone();
        copy.HeadHiddenSizes = HeadHiddenSizes is null ? null : [.. HeadHiddenSizes];
        copy.ChannelColumnNames = ChannelColumnNames is null ? null : [.. ChannelColumnNames];
        copy.StaticColumnNames = StaticColumnNames is null ? null : [.. StaticColumnNames];
        copy.NormalizeBy = NormalizeBy is null ? null : [.. NormalizeBy];
        return copy;
    }

    /// <summary>Whether only the engine in C# can train the network, whatever the device.</summary>
    internal virtual bool NeedsCSharpEngine => false;
}
