using Microsoft.ML.Data;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// How a network from a safetensors file becomes a transformer: where the sequence stands in a row, and what the file does not say of the
/// network. All have working defaults; what is given and differs from the file is an error that names both.
/// </summary>
public sealed class RnnImportOptions
{
    // ---- columns ----

    /// <summary>
    /// Name of the sequence column, as in training: a vector of Single [T, F], or [T * F] or of variable size with
    /// <see cref="FeaturesPerStep"/>, or a vector of keys (tokens). Default <c>Features</c>.
    /// </summary>
    public string FeatureColumnName { get; set; } = DefaultColumnNames.Features;

    /// <summary>Names of several columns, one channel each, in place of <see cref="FeatureColumnName"/>. Default null.</summary>
    public string[]? ChannelColumnNames { get; set; }

    /// <summary>F, the values per step of a flat feature vector. Default null: read off a [T, F] column.</summary>
    [AtLeast(1)]
    public int? FeaturesPerStep { get; set; }

    /// <summary>Order of the values in a flat feature vector. Default <see cref="SequenceLayout.StepMajor"/>.</summary>
    [Defined]
    public SequenceLayout Layout { get; set; } = SequenceLayout.StepMajor;

    // ---- what the file does not say ----

    /// <summary>
    /// The recurrent cell. Default null: told from the weights, whose rows are 4 (LSTM) or 3 (GRU) times the hidden size. Needed for a
    /// network of one gate, which may be <see cref="CellKind.Elman"/> (PyTorch's <c>nn.RNN</c> with tanh) or
    /// <see cref="CellKind.ElmanRelu"/>. A file of ours says it.
    /// </summary>
    public CellKind? Cell { get; set; }

    /// <summary>
    /// What the head sees of the steps. Default null: what a file of ours says, else <see cref="Pooling.Last"/>, PyTorch's <c>h_n</c> of
    /// the last layer, with two directions both of them.
    /// </summary>
    public Pooling? Pooling { get; set; }

    /// <summary>
    /// [F] means that each feature was standardised by in training. Default null: those in the file (<c>feature_mean</c>), else features
    /// are taken as they are.
    /// </summary>
    public float[]? FeatureMeans { get; set; }

    /// <summary>
    /// [F] deviations that each feature was divided by after its mean was subtracted, above 0. Default null, as <see cref="FeatureMeans"/>,
    /// with which it goes.
    /// </summary>
    public float[]? FeatureDeviations { get; set; }

    /// <summary>
    /// [k] means of the targets, where training saw them standardised: scores are then in the label's own units. Regression only. Default
    /// null: those in the file (<c>label_mean</c>), else none.
    /// </summary>
    public float[]? LabelMeans { get; set; }

    /// <summary>
    /// [k] deviations of the targets, above 0. Regression only. Default null, as <see cref="LabelMeans"/>, with which it goes.
    /// </summary>
    public float[]? LabelDeviations { get; set; }

    /// <summary>
    /// Names of the classes, in the order of the network's outputs: <c>PredictedLabel</c> gets them as key values. Multiclass only. Default
    /// null: keys without values.
    /// </summary>
    public string[]? ClassNames { get; set; }

    // ---- the network's size, for a check ----

    /// <summary>H, units per layer and direction. Default null: told from the weights.</summary>
    [AtLeast(1)]
    public int? HiddenSize { get; set; }

    /// <summary>Stacked recurrent layers. Default null: told from the weights.</summary>
    [AtLeast(1)]
    public int? Layers { get; set; }

    /// <summary>Whether sequences are read backwards as well. Default null: told from the weights.</summary>
    public bool? Bidirectional { get; set; }

    // ---- names in the file ----

    /// <summary>
    /// Name of the recurrent module, as in <c>rnn_cell</c> of <c>rnn_cell.weight_ih_l0</c>; empty where the names have no prefix. Default
    /// null: found by the tensors' names.
    /// </summary>
    public string? RecurrentName { get; set; }

    /// <summary>
    /// Names of the head's linear layers in their order, as in <c>fc</c> of <c>fc.weight</c>; between two of them stands a rectifier.
    /// Default null: all linear layers of the file, in the order in which their sizes form a chain.
    /// </summary>
    public string[]? HeadNames { get; set; }

    /// <summary>
    /// Name of the embedding, as in <c>embedding</c> of <c>embedding.weight</c>. Key columns only. Default null: the matrix without a bias
    /// that has the width of a recurrent step.
    /// </summary>
    public string? EmbeddingName { get; set; }

    /// <summary>
    /// Name of the linear layer of <see cref="Pooling.Attention"/>, as in <c>attention</c> of <c>attention.weight</c> [1, H x directions].
    /// With that pooling only. Default null: <c>attention</c>, else the matrix of that shape that has no bias.
    /// </summary>
    public string? AttentionName { get; set; }

    /// <summary>
    /// Names of tensors, or of modules with all their tensors, that are no part of the network and are passed over. Default none: what has
    /// no place in the network is an error.
    /// </summary>
    public string[] IgnoredNames { get; set; } = [];
}
