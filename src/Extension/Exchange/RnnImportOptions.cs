using Microsoft.ML.Data;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Options for importing a network from a safetensors file as a transformer: the columns of the sequence, and properties of the network
/// that the file lacks. All have working defaults; an option that contradicts the file is an error that names both.
/// </summary>
public sealed class RnnImportOptions
{
    // ---- columns ----

    /// <summary>
    /// Name of the sequence column, as in training: a vector of Single [T, F], or [T * F] or of variable size with
    /// <see cref="FeaturesPerStep"/>, or a vector of keys (tokens). Default <c>Features</c>.
    /// </summary>
    public string FeatureColumnName { get; set; } = DefaultColumnNames.Features;

    /// <summary>Names of several columns that make up the steps, in place of <see cref="FeatureColumnName"/>. Default null.</summary>
    public string[]? ChannelColumnNames { get; set; }

    /// <summary>Names of the columns of static values, as in training. Default null: none.</summary>
    public string[]? StaticColumnNames { get; set; }

    /// <summary>Name of the column of the steps' times, as in training. Default null: none.</summary>
    public string? TimeColumnName { get; set; }

    /// <summary>Name of the column of the words whose characters are read, as in training. Default null: none.</summary>
    public string? CharacterColumnName { get; set; }

    /// <summary>F, the values per step of a flat feature vector. Default null: taken from a [T, F] column.</summary>
    [AtLeast(1)]
    public int? FeaturesPerStep { get; set; }

    /// <summary>Order of the values in a flat feature vector. Default <see cref="SequenceLayout.StepMajor"/>.</summary>
    [Defined]
    public SequenceLayout Layout { get; set; } = SequenceLayout.StepMajor;

    // ---- absent from the file ----

    /// <summary>
    /// The recurrent cell. Default null: inferred from the weights, whose rows are 4 (LSTM) or 3 (GRU) times the hidden size. Required for
    /// a network of one gate, which may be <see cref="CellKind.Elman"/> (PyTorch's <c>nn.RNN</c> with tanh) or
    /// <see cref="CellKind.ElmanRelu"/>. A file of this library states the cell.
    /// </summary>
    public CellKind? Cell { get; set; }

    /// <summary>
    /// Pooling of the steps before the head. Default null: the one that a file of this library states, else <see cref="Pooling.Last"/>,
    /// PyTorch's <c>h_n</c> of the last layer, with two directions both of them.
    /// </summary>
    public Pooling? Pooling { get; set; }

    /// <summary>
    /// Whether each recurrent layer after the first adds its input to its states, as in training. Default null: what a file of this
    /// library states, else false.
    /// </summary>
    public bool? ResidualConnections { get; set; }

    /// <summary>
    /// Normalisation of what is read of each recurrent layer, as in training: of <c>norm.0.weight</c> [H x directions] for the first
    /// layer, <c>norm.1.weight</c> and so on, with <see cref="LayerNormalization.LayerNorm"/> <c>norm.0.bias</c> too. Default null: what a
    /// file of this library states, else <see cref="LayerNormalization.None"/>.
    /// </summary>
    [Defined]
    public LayerNormalization? LayerNormalization { get; set; }

    /// <summary>
    /// What reads the static values. Default null: what a file of this library states, else <see cref="StaticUse.Head"/>. Requires
    /// <see cref="StaticColumnNames"/>.
    /// </summary>
    [Defined]
    public StaticUse? StaticUse { get; set; }

    /// <summary>
    /// [F] means that were subtracted from the features in training. Default null: those in the file (<c>feature_mean</c>), else features
    /// are not standardised.
    /// </summary>
    public float[]? FeatureMeans { get; set; }

    /// <summary>
    /// [F] deviations that the features were divided by after subtracting the mean, above 0. Default null: those in the file
    /// (<c>feature_deviation</c>). Requires <see cref="FeatureMeans"/>.
    /// </summary>
    public float[]? FeatureDeviations { get; set; }

    /// <summary>
    /// [k] means of the targets, where training standardised them: scores are then in the label's own units. Regression only. Default null:
    /// those in the file (<c>label_mean</c>), else none.
    /// </summary>
    public float[]? LabelMeans { get; set; }

    /// <summary>
    /// [k] deviations of the targets, above 0. Regression only. Default null: those in the file (<c>label_deviation</c>). Requires
    /// <see cref="LabelMeans"/>.
    /// </summary>
    public float[]? LabelDeviations { get; set; }

    /// <summary>
    /// Names of the classes, in the order of the network's outputs: the key values of <c>PredictedLabel</c>. Multiclass only. Default null:
    /// keys without values.
    /// </summary>
    public string[]? ClassNames { get; set; }

    // ---- the network's size, for a check ----

    /// <summary>H, units per layer and direction. Default null: inferred from the weights.</summary>
    [AtLeast(1)]
    public int? HiddenSize { get; set; }

    /// <summary>Stacked recurrent layers. Default null: inferred from the weights.</summary>
    [AtLeast(1)]
    public int? Layers { get; set; }

    /// <summary>Whether sequences are read backwards as well. Default null: inferred from the weights.</summary>
    public bool? Bidirectional { get; set; }

    // ---- names in the file ----

    /// <summary>
    /// Name of the recurrent module, as in <c>rnn_cell</c> of <c>rnn_cell.weight_ih_l0</c>; empty where the names have no prefix. Default
    /// null: found by the tensors' names.
    /// </summary>
    public string? RecurrentName { get; set; }

    /// <summary>
    /// Names of the head's linear layers in their order, as in <c>fc</c> of <c>fc.weight</c>, with a rectifier between each two. Default
    /// null: all linear layers of the file, in the order in which their sizes form a chain.
    /// </summary>
    public string[]? HeadNames { get; set; }

    /// <summary>
    /// Name of the embedding, as in <c>embedding</c> of <c>embedding.weight</c>. Key columns only. Default null: the matrix without a bias
    /// whose width is that of a step's input.
    /// </summary>
    public string? EmbeddingName { get; set; }

    /// <summary>
    /// Name of the linear layer of <see cref="Pooling.Attention"/>, as in <c>attention</c> of <c>attention.weight</c> [1, H x directions].
    /// With that pooling only. Default null: <c>attention</c>, else the matrix of that shape without a bias.
    /// </summary>
    public string? AttentionName { get; set; }

    /// <summary>
    /// Names of tensors, or of modules with all their tensors, that are not part of the network and are skipped. Default none: any tensor
    /// without a place in the network is an error.
    /// </summary>
    public string[] IgnoredNames { get; set; } = [];
}
