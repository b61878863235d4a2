using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Estimators;

/// <summary>The section that a transformer saves beside its model: the sequence columns, and the class names.</summary>
internal sealed record TransformerPart(SequenceColumns Columns, DataViewType FeatureColumnType, LabelKeyValues? Classes)
{
    private const int FormatVersion = 4;
    private const string What = "The model file's part 'columns'";

    /// <summary>For columns of keys with values: the fingerprint of the values. Else null.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>For a binary classifier: the score above which a row is of the positive class; for several labels that of each; else
    /// empty.</summary>
    public IReadOnlyList<float> Thresholds { get; init; } = [];

    public void Write(BinaryWriter writer) =>
        ChecksummedSection.Write(
            writer,
            FormatVersion,
            payload =>
            {
                // *** Binary format ***
                // int: number of columns; that many strings: their names
                // bool: one channel a column
                // int: features per step, 0 where the column types have it
                // byte: layout
                // string: the column of times, empty for none; bool: they are moments
                // int: number of columns of static values; that many strings: their names
                // string: the column of the words whose characters are read, empty for none
                // the feature column's type: bool token; int: key count; int: number of dimensions, that many ints (0: variable)
                // bool: class names follow; then byte: their type; int: their number; the names
                // string: fingerprint of the columns' key values, empty where there are none
                // int: number of thresholds, the thresholds
                WriteNames(payload, Columns.Names);
                payload.Write(Columns.AreChannels);
                payload.Write(Columns.FeaturesPerStep ?? 0);
                payload.Write((byte)Columns.Layout);
                payload.Write(Columns.TimeName ?? "");
                payload.Write(Columns.TimesAreMoments ?? false);
                WriteNames(payload, Columns.StaticNames);
                payload.Write(Columns.CharacterName ?? "");
                WriteType(payload, (VectorDataViewType)FeatureColumnType);
                payload.Write(Classes is not null);
                Classes?.Write(payload);
                payload.Write(Vocabulary ?? "");
                payload.Write(Thresholds.Count);
                foreach (float threshold in Thresholds)
                    payload.Write(threshold);
            }
        );

    /// <param name="reader">At the section.</param>
    /// <param name="shape">The network that reads the columns.</param>
    /// <exception cref="FormatException">The section is newer, truncated, altered, or does not fit such a network; the message states
    /// which.</exception>
    public static TransformerPart Read(BinaryReader reader, NetworkShape shape) =>
        ChecksummedSection.Read(
            reader,
            FormatVersion,
            What,
            (payload, _) =>
            {
                string[] names = ReadNames(payload);
                bool areChannels = payload.ReadBoolean();
                int featuresPerStep = payload.ReadInt32();
                var layout = (SequenceLayout)payload.ReadByte();
                if (names.Length == 0 || featuresPerStep < 0 || !Enum.IsDefined(layout))
                    throw Damaged($"{names.Length} columns, {featuresPerStep} features per step, layout {layout}");
                int? features = featuresPerStep == 0 ? null : featuresPerStep;
                string time = payload.ReadString();
                bool areMoments = payload.ReadBoolean();
                var columns = new SequenceColumns(names, areChannels, features, layout)
                {
                    KeepsMissing = shape.KeepsMissing,
                    TimeName = time.Length == 0 ? null : time,
                    TimesAreMoments = time.Length == 0 ? null : areMoments,
                    StaticNames = ReadNames(payload),
                    CharacterName = payload.ReadString() is { Length: > 0 } characters ? characters : null,
                    MissingValues = shape.StepColumns.MissingValues,
                };
                VectorDataViewType type = ReadType(payload);
                Check(columns, type, shape);
                LabelKeyValues? classes = payload.ReadBoolean() ? LabelKeyValues.Read(payload, shape.Outputs) : null;
                string vocabulary = payload.ReadString();
                float[] thresholds = payload.ReadSingles(payload.ReadCount(sizeof(float), "thresholds"), "thresholds");
                if (!Finite.All(thresholds) || (thresholds.Length > 0 && thresholds.Length != shape.Outputs))
                    throw Contracts.ExceptDecode(
                        $"The model's thresholds are damaged: [{string.Join(", ", thresholds)}] of {shape.Outputs} outputs."
                    );
                return new TransformerPart(columns, type, classes)
                {
                    Vocabulary = vocabulary.Length == 0 ? null : vocabulary,
                    Thresholds = thresholds,
                };
            },
            isUnpacked: true
        );

    private static void Check(SequenceColumns columns, VectorDataViewType type, NetworkShape shape)
    {
        if (columns.Names.Distinct(StringComparer.Ordinal).Count() != columns.Names.Count)
            throw Damaged($"a column is named twice: {string.Join(", ", columns.Names)}");
        if (columns.AreChannels ? columns.Names.Count > shape.TimeStepValues : columns.Names.Count != 1)
            throw Damaged($"{columns.Names.Count} columns for a network that reads {Steps(shape)}");
        if (
            columns.TimeName is not null != shape.StepColumns.HasTime
            || columns.StaticNames.Count > shape.StaticFeatures
            || columns.StaticNames.Count > 0 != shape.StaticFeatures > 0
        )
            throw Damaged(
                $"a column of times '{columns.TimeName}' and {columns.StaticNames.Count} columns of static values for a network that reads "
                    + SequenceBinding.Describe(shape)
            );
        if (columns.CharacterName is not null != shape.Characters is not null)
            throw Damaged(
                $"a column of characters '{columns.CharacterName}' for a network of {shape.Characters?.ToString() ?? "no characters"}"
            );
        // Their columns are checked when they are bound.
        if (columns.AreChannels || columns.TimeName is not null)
            return;
        if (type.ItemType is KeyDataViewType key)
        {
            ulong tokens = key.Count + (columns.KeepsMissing ? 1UL : 0);
            if (
                !shape.UsesTokens
                || tokens != (ulong)shape.Vocabulary
                || type.Dimensions.Length != 1
                || columns.FeaturesPerStep is not null
            )
                throw Damaged($"a column of type {type} for a network that reads {Steps(shape)}");
            return;
        }
        if (
            shape.UsesTokens
            || columns.FeaturesPerStep is int features && features != shape.TimeStepValues
            || columns.FeaturesPerStep is null
        )
            throw Damaged(
                $"a column of type {type}, {columns.FeaturesPerStep ?? 0} features per step, for a network that reads " + $"{Steps(shape)}"
            );
        int width = shape.TimeStepValues;
        bool isMatrix = type.Dimensions.Length == 2;
        if (
            type.Dimensions.Length > 2
            || isMatrix && type.Dimensions[1] != 0 && type.Dimensions[1] != width
            || type.IsKnownSize && type.Size % width != 0
        )
            throw Damaged($"a column of type {type} for a network that reads {Steps(shape)}");
    }

    private static string Steps(NetworkShape shape) =>
        shape.UsesTokens ? $"tokens of a vocabulary of {shape.Vocabulary}" : $"steps of {shape.TimeStepValues} numbers";

    private static void WriteNames(BinaryWriter payload, IReadOnlyList<string> names)
    {
        payload.Write(names.Count);
        foreach (string name in names)
            payload.Write(name);
    }

    private static string[] ReadNames(PayloadReader payload)
    {
        var names = new string[payload.ReadCount(elementBytes: 1, "column names")];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = payload.ReadString();
            if (string.IsNullOrWhiteSpace(names[i]))
                throw Damaged("a column has no name");
        }
        return names;
    }

    private static Exception Damaged(string how) => Contracts.ExceptDecode($"The model's columns are damaged: {how}.");

    private static void WriteType(BinaryWriter payload, VectorDataViewType type)
    {
        var key = type.ItemType as KeyDataViewType;
        payload.Write(key is not null);
        payload.Write((int)(key?.Count ?? 0));
        payload.Write(type.Dimensions.Length);
        foreach (int side in type.Dimensions)
            payload.Write(side);
    }

    private static VectorDataViewType ReadType(PayloadReader payload)
    {
        bool isKey = payload.ReadBoolean();
        int keyCount = payload.ReadInt32();
        var dimensions = new int[payload.ReadCount(elementBytes: sizeof(int), "dimensions")];
        for (int i = 0; i < dimensions.Length; i++)
            dimensions[i] = payload.ReadInt32();
        if (
            dimensions.Length == 0
            || dimensions.Any(side => side < 0)
            || dimensions.Aggregate(1L, (product, side) => Math.Min(product * Math.Max(side, 1), int.MaxValue + 1L)) > int.MaxValue
            || (isKey && keyCount <= 0)
        )
            throw Contracts.ExceptDecode(
                $"The model's feature column type is damaged: [{string.Join(", ", dimensions)}], key count {keyCount}."
            );
        PrimitiveDataViewType item = isKey ? new KeyDataViewType(typeof(uint), keyCount) : NumberDataViewType.Single;
        return new VectorDataViewType(item, dimensions);
    }
}
