using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Models;

/// <summary>The only reader and writer of a trained network's part of a model file.</summary>
/// <remarks>
/// *** Binary format ***, in a <see cref="ChecksummedSection"/>; strings are UTF-8 with a length prefix
/// int: further members of the ensemble, each of which follows in a section of its own, with 0 here
/// byte: cell; string: custom cell's registered name, empty for a built-in one
/// int: features; int: time steps of a step; int: vocabulary; int: embedding size; int: hidden size; int: layers; bool: bidirectional
/// byte: pooling, 0 where the head runs at every step; int: number of hidden head layers, that many ints: their widths; int: outputs;
/// bool: conditional random field; bool: residual connections; byte: normalisation of layers
/// int: projection size; int: static features; byte: their use; bool: there is a decoder, and of it byte: kind; 3 ints: steps, channels,
/// known future values; bool: there is a learned cycle, and of it 6 ints: steps, channels, window, segment, season, outputs of a step
/// the input's columns and convolutions (<see cref="InputFormat"/>)
/// the weights (<see cref="WeightsFormat"/>)
/// bool: the label was a vector
/// feature scaling, label scaling (<see cref="ScalingFormat"/>), scaling of static values, scaling by category
/// the training history, which scoring does not need: to the end of the section
/// </remarks>
internal static class NetworkFormat
{
    /// <summary>The only version: no earlier one was released.</summary>
    public const int Version = 9;

    private const string What = "The model file's part 'network'";

    /// <summary>Writes the members of an ensemble, or one network.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="networks">One or more, of the same sizes.</param>
    /// <param name="rest">Writes a network's training history.</param>
    public static void Write<T>(BinaryWriter writer, IReadOnlyList<T> networks, Action<BinaryWriter, T> rest)
        where T : NetworkParameters
    {
        for (int i = 0; i < networks.Count; i++)
        {
            T one = networks[i];
            int further = i == 0 ? networks.Count - 1 : 0;
            ChecksummedSection.Write(
                writer,
                Version,
                payload =>
                {
                    payload.Write(further);
                    WriteNetwork(payload, one);
                    rest(payload, one);
                }
            );
        }
    }

    /// <summary>Reads the members of an ensemble, or one network.</summary>
    /// <param name="reader">At the first section.</param>
    /// <param name="checkShape">Checks a network's sizes before anything of these sizes is read.</param>
    /// <param name="rest">Reads a network's training history, to the end of its section.</param>
    /// <exception cref="FormatException">The file is newer, truncated, altered, or its sizes do not fit; the message states
    /// which.</exception>
    public static IReadOnlyList<T> Read<T>(
        BinaryReader reader,
        Action<NetworkShape> checkShape,
        Func<NetworkParameters, PayloadReader, T> rest
    )
        where T : NetworkParameters
    {
        var (first, further) = ReadBlock(reader, checkShape, rest);
        // One by one: a count that is too large ends where the file does.
        var networks = new List<T> { first };
        while (networks.Count <= further)
        {
            var (next, others) = ReadBlock(reader, checkShape, rest);
            if (others != 0 || !next.Shape.Equals(first.Shape))
                throw ModelErrors.Format($"{What} is damaged: its networks are not of the same sizes.");
            networks.Add(next);
        }
        return networks;
    }

    private static (T Network, int Further) ReadBlock<T>(
        BinaryReader reader,
        Action<NetworkShape> checkShape,
        Func<NetworkParameters, PayloadReader, T> rest
    ) =>
        ChecksummedSection.Read(
            reader,
            Version,
            What,
            (payload, version) =>
            {
                if (version < Version)
                    throw ModelErrors.Format(
                        $"{What} has format version {version}, which this RnnMlNet does not read any more: train the " + "model again."
                    );
                int further = payload.ReadInt32();
                if (further < 0)
                    throw ModelErrors.Format($"{What} is damaged: it states {further} further networks.");
                return (rest(ReadNetwork(payload, checkShape), payload), further);
            },
            isUnpacked: true
        );

    private static void WriteNetwork(BinaryWriter payload, NetworkParameters network)
    {
        WriteShape(payload, network.Shape);
        WriteDecoder(payload, network.Shape);
        WriteCycle(payload, network.Shape.Cycle);
        InputFormat.Write(payload, network.Shape);
        WeightsFormat.Write(payload, network.Weights);
        payload.Write(network.HasVectorLabel);
        ScalingFormat.Write(payload, network.FeatureScaling);
        ScalingFormat.Write(payload, network.LabelScaling);
        ScalingFormat.Write(payload, network.StaticScaling);
        ScalingFormat.Write(payload, network.CategoryScaling);
    }

    private static NetworkParameters ReadNetwork(PayloadReader payload, Action<NetworkShape> checkShape)
    {
        NetworkShape shape = InputFormat.Read(payload, ReadCycle(payload, ReadDecoder(payload, ReadShape(payload))));
        ShapeCheck.Check(shape);
        checkShape(shape);
        NetworkWeights weights = ReadWeights(payload, shape);
        bool hasVectorLabel = payload.ReadBoolean();
        FeatureScaling? features = ScalingFormat.Read(payload, shape.EncodedFeatures, "feature scaling");
        FeatureScaling? labels = ScalingFormat.Read(payload, shape.Outputs, "label scaling"),
            statics = ScalingFormat.Read(payload, shape.StaticFeatures, "scaling of static values");
        CategoryScaling? byCategory = ScalingFormat.ReadByCategory(payload, shape);
        if (byCategory is not null && features is null)
            throw ModelErrors.Format("The model's network standardises within categories, but not the steps of others.");
        return new NetworkParameters(shape, weights, features, labels)
        {
            HasVectorLabel = hasVectorLabel,
            StaticScaling = statics,
            CategoryScaling = byCategory,
        };
    }

    private static void WriteShape(BinaryWriter w, NetworkShape shape)
    {
        w.Write((byte)shape.Cell);
        w.Write(shape.CustomCell ?? "");
        w.Write(shape.Features);
        w.Write(shape.PatchLength);
        w.Write(shape.Vocabulary);
        w.Write(shape.EmbeddingSize);
        w.Write(shape.HiddenSize);
        w.Write(shape.Layers);
        w.Write(shape.Bidirectional);
        w.Write((byte)shape.Pooling);
        w.Write(shape.HeadHiddenSizes.Count);
        foreach (int width in shape.HeadHiddenSizes)
            w.Write(width);
        w.Write(shape.Outputs);
        w.Write(shape.IsChained);
        w.Write(shape.ResidualConnections);
        w.Write((byte)shape.LayerNormalization);
    }

    private static NetworkShape ReadShape(PayloadReader r)
    {
        var cell = (CellKind)r.ReadByte();
        string custom = r.ReadString();
        int features = r.ReadInt32(),
            patch = r.ReadInt32();
        int vocabulary = r.ReadInt32(),
            embedding = r.ReadInt32();
        int hidden = r.ReadInt32(),
            layers = r.ReadInt32();
        bool bidirectional = r.ReadBoolean();
        var pooling = (Pooling)r.ReadByte();
        var head = new int[r.ReadCount(sizeof(int), "hidden head layers")];
        for (int i = 0; i < head.Length; i++)
            head[i] = r.ReadInt32();
        var shape = new NetworkShape
        {
            Cell = cell,
            CustomCell = custom.Length == 0 ? null : custom,
            Features = features,
            PatchLength = patch,
            Vocabulary = vocabulary,
            EmbeddingSize = embedding,
            HiddenSize = hidden,
            Layers = layers,
            Bidirectional = bidirectional,
            Pooling = pooling,
            HeadHiddenSizes = head,
            Outputs = r.ReadInt32(),
            IsChained = r.ReadBoolean(),
            ResidualConnections = r.ReadBoolean(),
            LayerNormalization = (LayerNormalization)r.ReadByte(),
        };
        return shape;
    }

    private static void WriteDecoder(BinaryWriter w, NetworkShape shape)
    {
        w.Write(shape.ProjectionSize);
        w.Write(shape.StaticFeatures);
        w.Write((byte)shape.StaticUse);
        w.Write(shape.Decoder is not null);
        if (shape.Decoder is not DecoderShape decoder)
            return;
        w.Write((byte)ForecastModels.Of(decoder.Kind));
        w.Write(decoder.Steps);
        w.Write(decoder.Channels);
        w.Write(decoder.KnownSize);
    }

    private static NetworkShape ReadDecoder(PayloadReader r, NetworkShape shape)
    {
        int projection = r.ReadInt32(),
            rowFeatures = r.ReadInt32();
        var use = (StaticUse)r.ReadByte();
        return shape with
        {
            ProjectionSize = projection,
            StaticFeatures = rowFeatures,
            StaticUse = use,
            Decoder = r.ReadBoolean() ? new DecoderShape(DecoderOf(r.ReadByte()), r.ReadInt32(), r.ReadInt32(), r.ReadInt32()) : null,
        };
    }

    private static void WriteCycle(BinaryWriter w, CycleShape? cycle)
    {
        w.Write(cycle is not null);
        if (cycle is null)
            return;
        int[] sizes = [cycle.Length, cycle.Channels, cycle.Window, cycle.Segment, cycle.Season, cycle.OutputsPerStep];
        foreach (int size in sizes)
            w.Write(size);
    }

    private static NetworkShape ReadCycle(PayloadReader r, NetworkShape shape) =>
        r.ReadBoolean()
            ? shape with
            {
                Cycle = new CycleShape(r.ReadInt32(), r.ReadInt32(), r.ReadInt32(), r.ReadInt32(), r.ReadInt32(), r.ReadInt32()),
            }
            : shape;

    private static Decoder DecoderOf(byte model) =>
        ForecastModels.Exists((ForecastModel)model) && ForecastModels.DecoderOf((ForecastModel)model) is Decoder decoder
            ? decoder
            : throw ModelErrors.Format($"The model's network is impossible: there is no decoder of the model {model}.");

    private static NetworkWeights ReadWeights(PayloadReader r, NetworkShape shape)
    {
        NetworkWeights weights = WeightsFormat.Read(r);
        ShapeCheck.Check(shape, weights);
        return weights;
    }
}
