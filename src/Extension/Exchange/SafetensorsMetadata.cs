using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>
/// Properties of a network that are neither weights nor inferred from them: entries of a safetensors file's metadata, each null where the
/// file has none.
/// </summary>
internal sealed record SafetensorsMetadata(string? Task, CellKind? Cell, Pooling? Pooling, bool? HasVectorLabel)
{
    /// <summary>The treatment of missing numbers.</summary>
    public MissingValues? MissingValues { get; private init; }

    /// <summary>What reads the static values.</summary>
    public StaticUse? StaticUse { get; private init; }

    /// <summary>Whether the layers have residual connections.</summary>
    public bool? ResidualConnections { get; private init; }

    /// <summary>Normalisation of the layers.</summary>
    public LayerNormalization? LayerNormalization { get; private init; }

    /// <summary>Positions of the columns of <see cref="CategoryScaling"/>, and the decimals after them; empty where the file has
    /// none.</summary>
    public IReadOnlyList<int> NormalizeBy { get; private init; } = [];

    /// <summary>The characters with a vector of their own, in ascending order; null where the file has none.</summary>
    public string? Alphabet { get; private init; }

    /// <summary>The strides of the convolutions; empty where all are 1.</summary>
    public IReadOnlyList<int> ConvolutionStrides { get; private init; } = [];

    // The version changes when entries change their meaning.
    private const string Version = "1";
    private const string VersionKey = "rnnmlnet.version";
    private const string TaskKey = "rnnmlnet.task";
    public const string CellKey = "rnnmlnet.cell";
    private const string PoolingKey = "rnnmlnet.pooling";
    private const string VectorLabelKey = "rnnmlnet.vector_label";
    private const string MissingValuesKey = "rnnmlnet.missing_values";
    private const string StaticUseKey = "rnnmlnet.static_use";
    private const string ResidualConnectionsKey = "rnnmlnet.residual_connections";
    private const string LayerNormalizationKey = "rnnmlnet.layer_normalization";
    private const string NormalizeByKey = "rnnmlnet.normalize_by";
    private const string AlphabetKey = "rnnmlnet.characters";
    private const string ConvolutionStridesKey = "rnnmlnet.convolution_strides";

    /// <summary>The entries of a network's file.</summary>
    public static IEnumerable<(string Key, string Value)> Of(SequenceTask task, NetworkParameters network)
    {
        NetworkShape shape = network.Shape;
        foreach (var entry in OfAny(NameOf(task), shape.Cell))
            yield return entry;
        if (!shape.PerStep)
            yield return (PoolingKey, shape.Pooling.ToString());
        yield return (VectorLabelKey, network.HasVectorLabel ? "true" : "false");
        if (shape.StepColumns.MissingValues != default)
            yield return (MissingValuesKey, shape.StepColumns.MissingValues.ToString());
        if (shape.StaticUse != default)
            yield return (StaticUseKey, shape.StaticUse.ToString());
        if (shape.ResidualConnections)
            yield return (ResidualConnectionsKey, "true");
        if (shape.LayerNormalization != default)
            yield return (LayerNormalizationKey, shape.LayerNormalization.ToString());
        if (shape.StepStride > 1)
            yield return (ConvolutionStridesKey, string.Join(' ', shape.Convolutions.Select(convolution => convolution.Stride)));
        if (network.CategoryScaling is CategoryScaling scaling)
            yield return (NormalizeByKey, string.Join(' ', [.. scaling.Columns, scaling.Decimals]));
        // As numbers: an alphabet may have halves of surrogate pairs.
        if (shape.Characters is CharacterShape characters)
            yield return (AlphabetKey, string.Join(' ', characters.Alphabet.Select(character => (int)character)));
    }

    /// <summary>A task's name in a file: that of ML.NET, where it has one.</summary>
    public static string NameOf(SequenceTask task) =>
        task == SequenceTask.SequenceTagging ? nameof(PredictionKind.SequenceClassification) : task.ToString();

    /// <summary>The task of a model. Of several labels, ML.NET has no kind.</summary>
    public static SequenceTask TaskOf(PredictionKind kind, NetworkShape shape) =>
        kind switch
        {
            PredictionKind.BinaryClassification => SequenceTask.BinaryClassification,
            PredictionKind.MulticlassClassification => SequenceTask.MulticlassClassification,
            PredictionKind.Regression => SequenceTask.Regression,
            PredictionKind.SequenceClassification => SequenceTask.SequenceTagging,
            PredictionKind.Custom => shape.PerStep ? SequenceTask.MultiLabelTagging : SequenceTask.MultiLabelClassification,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, $"There is no model of the kind {kind}."),
        };

    /// <summary>Whether a task has outputs at every step.</summary>
    public static bool IsPerStep(SequenceTask task) => task is SequenceTask.SequenceTagging or SequenceTask.MultiLabelTagging;

    /// <summary>The entries of every file, whatever its network's task.</summary>
    public static IEnumerable<(string Key, string Value)> OfAny(string task, CellKind cell) =>
        [
            ("format", "pt"), // tells Python's readers that the tensors have PyTorch's layout
            (VersionKey, Version),
            (TaskKey, task),
            (CellKey, cell.ToString()),
        ];

    /// <exception cref="FormatException">An entry has an invalid value, or is of a newer version.</exception>
    public static SafetensorsMetadata Parse(IReadOnlyDictionary<string, string> entries)
    {
        if (entries.TryGetValue(VersionKey, out string? version) && version != Version)
            throw Contracts.ExceptDecode(
                $"The safetensors file's {VersionKey} is '{version}', but this RnnMlNet reads version {Version}: update RnnMlNet."
            );
        return new SafetensorsMetadata(
            entries.GetValueOrDefault(TaskKey),
            Named<CellKind>(entries, CellKey),
            Named<Pooling>(entries, PoolingKey),
            Flag(entries, VectorLabelKey)
        )
        {
            MissingValues = Named<MissingValues>(entries, MissingValuesKey),
            StaticUse = Named<StaticUse>(entries, StaticUseKey),
            ResidualConnections = Flag(entries, ResidualConnectionsKey),
            LayerNormalization = Named<LayerNormalization>(entries, LayerNormalizationKey),
            NormalizeBy = Integers(entries, NormalizeByKey),
            Alphabet = Characters(entries),
            ConvolutionStrides = Integers(entries, ConvolutionStridesKey),
        };
    }

    // TryParse accepts numbers as well, and any case; only the output of ToString is valid here.
    private static T? Named<T>(IReadOnlyDictionary<string, string> entries, string key)
        where T : struct, Enum
    {
        if (!entries.TryGetValue(key, out string? text))
            return null;
        if (!Enum.TryParse(text, out T value) || value.ToString() != text || char.IsAsciiDigit(text[0]) || text[0] == '-')
            throw Contracts.ExceptDecode(
                $"The safetensors file's {key} is '{text}'; it must be one of {string.Join(", ", Enum.GetNames<T>())}."
            );
        return value;
    }

    private static int[] Integers(IReadOnlyDictionary<string, string> entries, string key)
    {
        string[] texts = entries.GetValueOrDefault(key)?.Split(' ') ?? [];
        var values = new int[texts.Length];
        for (int i = 0; i < texts.Length; i++)
            if (!int.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out values[i]))
                throw Contracts.ExceptDecode($"The safetensors file's {key} is '{entries[key]}'; it must be integers.");
        return values;
    }

    private static string? Characters(IReadOnlyDictionary<string, string> entries)
    {
        if (!entries.TryGetValue(AlphabetKey, out string? text))
            return null;
        int[] codes = text.Length == 0 ? [] : Integers(entries, AlphabetKey);
        string alphabet = new([.. codes.Select(code => (char)Math.Min(code, char.MaxValue))]);
        return codes.All(code => code <= char.MaxValue) && new CharacterShape(1, 1, alphabet).IsPossible
            ? alphabet
            : throw Contracts.ExceptDecode(
                $"The safetensors file's {AlphabetKey} is '{text}'; it must be UTF-16 code units of 4 or more in ascending order."
            );
    }

    private static bool? Flag(IReadOnlyDictionary<string, string> entries, string key) =>
        entries.GetValueOrDefault(key) switch
        {
            null => null,
            "true" => true,
            "false" => false,
            string text => throw Contracts.ExceptDecode($"The safetensors file's {key} is '{text}'; it must be true or false."),
        };
}
