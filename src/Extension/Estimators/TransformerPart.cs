using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Models;

namespace RnnMlNet.Estimators;

/// <summary>What a transformer saves beside its model: where the sequence stands in a row, and what the classes are called.</summary>
internal sealed record TransformerPart(SequenceColumns Columns, DataViewType FeatureColumnType, LabelKeyValues? Classes)
{
    private const int FormatVersion = 2;

    /// <summary>Of a column of keys with values: the fingerprint of the values. Else null.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>What the history's metric is a share of, or in which unit it is; null where that is not known.</summary>
    public string? MetricUnit { get; init; }

    /// <summary>Of a classifier of two classes: the score above which a row is of the positive class.</summary>
    public float Threshold { get; init; }

    public void Write(BinaryWriter writer) => SealedBlock.Write(writer, FormatVersion, payload =>
    {
        // *** Binary format ***
        // int: number of columns; that many strings: their names
        // bool: one channel a column
        // int: features per step, 0 where the columns say it
        // byte: layout
        // the feature column's type: bool token; int: key count; int: number of dimensions, that many ints (0: variable)
        // bool: class names follow; then byte: their type; int: their number; the names
        // string: fingerprint of the sequence column's key values, empty where there are none
        // float: threshold of a classifier of two classes, else 0
        // string: unit of the history's metric, empty where it is not known
        payload.Write(Columns.Names.Count);
        foreach (string name in Columns.Names)
            payload.Write(name);
        payload.Write(Columns.AreChannels);
        payload.Write(Columns.FeaturesPerStep ?? 0);
        payload.Write((byte)Columns.Layout);
        WriteType(payload, (VectorDataViewType)FeatureColumnType);
        payload.Write(Classes is not null);
        Classes?.Write(payload);
        payload.Write(Vocabulary ?? "");
        payload.Write(Threshold);
        payload.Write(MetricUnit ?? "");
    });

    public static TransformerPart Read(BinaryReader reader) => SealedBlock.Read(reader, FormatVersion, "The model file's part 'columns'", (payload, _) =>
    {
        var names = new string[payload.ReadCount(elementBytes: 1, "column names")];
        for (int i = 0; i < names.Length; i++)
            names[i] = payload.ReadString();
        bool areChannels = payload.ReadBoolean();
        int featuresPerStep = payload.ReadInt32();
        var layout = (SequenceLayout)payload.ReadByte();
        if (names.Length == 0 || featuresPerStep < 0 || !Enum.IsDefined(layout))
            throw Contracts.ExceptDecode($"The model's columns are damaged: {names.Length} columns, {featuresPerStep} features per step, layout {layout}.");
        DataViewType type = ReadType(payload);
        LabelKeyValues? classes = payload.ReadBoolean() ? LabelKeyValues.Read(payload) : null;
        string vocabulary = payload.ReadString();
        float threshold = payload.ReadSingle();
        string unit = payload.ReadString();
        if (!float.IsFinite(threshold))
            throw Contracts.ExceptDecode($"The model's threshold is damaged: {threshold}.");
        return new TransformerPart(new SequenceColumns(names, areChannels, featuresPerStep == 0 ? null : featuresPerStep, layout), type, classes)
        {
            Vocabulary = vocabulary.Length == 0 ? null : vocabulary,
            Threshold = threshold,
            MetricUnit = unit.Length == 0 ? null : unit,
        };
    });

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
        if (dimensions.Length == 0 || dimensions.Any(side => side < 0) || dimensions.Aggregate(1L, (product, side) => Math.Min(product * Math.Max(side, 1), int.MaxValue + 1L)) > int.MaxValue || (isKey && keyCount <= 0))
            throw Contracts.ExceptDecode($"The model's feature column type is damaged: [{string.Join(", ", dimensions)}], key count {keyCount}.");
        PrimitiveDataViewType item = isKey ? new KeyDataViewType(typeof(uint), keyCount) : NumberDataViewType.Single;
        return new VectorDataViewType(item, dimensions);
    }
}
