using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Support;

/// <summary>Models that no training made, read from files as a program reads them.</summary>
internal static class RandomModels
{
    /// <summary>Values of a step.</summary>
    public const int Features = 3;

    /// <summary>The tokens of networks that read tokens.</summary>
    public const int Vocabulary = 7;

    /// <summary>The shape of a task's network of two layers: three outputs, of two classes one.</summary>
    public static NetworkShape Shape(SequenceTask task, CellKind cell = CellKind.Gru, bool tokens = false, bool bidirectional = false)
    {
        NetworkShape shape = RandomNetwork.Shape(
            cell,
            layers: 2,
            bidirectional,
            task is SequenceTask.SequenceTagging or SequenceTask.MultiLabelTagging ? 0 : RandomNetwork.AllPooling
        );
        shape = shape with { Outputs = task == SequenceTask.BinaryClassification ? 1 : 3 };
        return tokens ? shape with { Features = 0, Vocabulary = Vocabulary, EmbeddingSize = 5 } : shape;
    }

    /// <summary>Random networks of a shape.</summary>
    public static NetworkParameters[] Networks(SequenceTask task, NetworkShape shape, int count = 1, int seed = 1) =>
        [.. Enumerable.Range(0, count).Select(network => Network(task, shape, seed + 10 * network))];

    /// <summary>The bytes of a model's file.</summary>
    public static byte[] File(SequenceTask task, IReadOnlyList<NetworkParameters> networks, float threshold = 0)
    {
        bool hasNames = networks[0].Shape.Outputs == 3 && task != SequenceTask.Regression;
        bool hasThresholds =
            task is SequenceTask.BinaryClassification or SequenceTask.MultiLabelClassification or SequenceTask.MultiLabelTagging;
        float[] thresholds = hasThresholds ? [.. Enumerable.Repeat(threshold, networks[0].Shape.Outputs)] : [];
        var part = new ScorerPart(task, hasNames ? ["low", "middle", "high"] : [], thresholds, RowInput.None);
        return Blocks.Written(writer => new RuntimeModel(part, networks).Write(writer));
    }

    /// <summary>A model read from its file.</summary>
    public static SequenceModel Load(SequenceTask task, IReadOnlyList<NetworkParameters> networks, float threshold = 0) =>
        SequenceModel.Load(new MemoryStream(File(task, networks, threshold)));

    /// <summary>A model with random weights.</summary>
    public static SequenceModel Of(SequenceTask task, NetworkShape shape, int networks = 1, int seed = 1) =>
        Load(task, Networks(task, shape, networks, seed));

    // A classifier's outputs are logits: they have no scaling.
    private static NetworkParameters Network(SequenceTask task, NetworkShape shape, int seed)
    {
        NetworkParameters network = RandomParameters.Of(shape, seed);
        return task == SequenceTask.Regression ? network with { HasVectorLabel = true } : network with { LabelScaling = null };
    }
}
