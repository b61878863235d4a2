using Microsoft.ML.Runtime;
using RnnMlNet.Data.Grouping;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet.Estimators;

/// <summary>The only reader and writer of a definition of sequences in a model file.</summary>
/// <remarks>
/// *** Binary format ***, in a <see cref="ChecksummedSection"/>; strings are UTF-8 with a length prefix, names are an int, their number,
/// and as many strings; an optional string or int is preceded by a bool
/// int: columns of sequences; of each string: name, names: step columns
/// names: keys; optional string: order; names: static columns
/// int: labels; of each byte: rule, optional string: input, string: output, optional int: cap
/// of the windows byte: kind, optional int: length, ints: stride, minimum length, byte: alignment
/// bool: there are gaps, and of them byte: rule, string: time step, int: most filled steps
/// bool: rows are grouped; optional strings: columns of the first and the last time, and of the steps' times
/// ints: features of each column of sequences; names: columns of Text that are mapped to keys
/// </remarks>
internal static class SequenceGroupingFormat
{
    private const string What = "The model file's part 'sequence grouping'";
    private const int Version = 2;

    public static void Write(BinaryWriter writer, SequenceGroupingOptions o, IReadOnlyList<int> features, IReadOnlyList<string> textKeys) =>
        ChecksummedSection.Write(
            writer,
            Version,
            payload =>
            {
                payload.Write(o.Columns.Length);
                foreach (SequenceStepColumns columns in o.Columns)
                {
                    payload.Write(columns.OutputColumnName);
                    WriteNames(payload, columns.StepColumnNames);
                }
                WriteNames(payload, o.KeyColumnNames);
                WriteOptional(payload, o.OrderColumnName);
                WriteNames(payload, o.StaticColumnNames);
                WriteLabels(payload, o.Labels);
                WriteWindows(payload, o.Windows);
                WriteGaps(payload, o.Gaps);
                payload.Write(o.IsGrouped);
                WriteOptional(payload, o.FirstTimeColumnName);
                WriteOptional(payload, o.LastTimeColumnName);
                WriteOptional(payload, o.StepTimesColumnName);
                foreach (int count in features)
                    payload.Write(count);
                WriteNames(payload, textKeys);
            }
        );

    /// <exception cref="FormatException">The file is newer, truncated, altered, or its definition is not valid; the message states
    /// which.</exception>
    public static (SequenceGroupingOptions Options, IReadOnlyList<int> Features, IReadOnlyList<string> TextKeys) Read(
        IExceptionContext ectx,
        BinaryReader reader
    ) =>
        ChecksummedSection.Read(
            reader,
            Version,
            What,
            (payload, _) =>
            {
                var options = new SequenceGroupingOptions { Columns = ReadColumns(payload), KeyColumnNames = ReadNames(payload) };
                options.OrderColumnName = ReadOptional(payload);
                options.StaticColumnNames = ReadNames(payload);
                options.Labels = ReadLabels(payload);
                options.Windows = ReadWindows(payload);
                options.Gaps = ReadGaps(payload);
                options.IsGrouped = payload.ReadBoolean();
                options.FirstTimeColumnName = ReadOptional(payload);
                options.LastTimeColumnName = ReadOptional(payload);
                options.StepTimesColumnName = ReadOptional(payload);
                var features = new int[options.Columns.Length];
                for (int i = 0; i < features.Length; i++)
                    features[i] = payload.ReadInt32();
                Check(ectx, options);
                return (options, (IReadOnlyList<int>)features, (IReadOnlyList<string>)ReadNames(payload));
            },
            isUnpacked: true
        );

    private static void Check(IExceptionContext ectx, SequenceGroupingOptions options)
    {
        try
        {
            GroupingCheck.Check(ectx, options);
        }
        catch (ArgumentException e)
        {
            throw ectx.ExceptDecode(e, $"{What} is damaged: {e.Message}");
        }
    }

    private static SequenceStepColumns[] ReadColumns(PayloadReader reader)
    {
        var columns = new SequenceStepColumns[reader.ReadCount(1, "columns of sequences")];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = new SequenceStepColumns(reader.ReadString(), ReadNames(reader));
        return columns;
    }

    private static void WriteLabels(BinaryWriter writer, SequenceLabel[] labels)
    {
        writer.Write(labels.Length);
        foreach (SequenceLabel label in labels)
        {
            writer.Write((byte)label.Rule);
            WriteOptional(writer, label.InputColumnName);
            writer.Write(label.OutputColumnName);
            WriteOptional(writer, label.Cap);
        }
    }

    private static SequenceLabel[] ReadLabels(PayloadReader reader)
    {
        var labels = new SequenceLabel[reader.ReadCount(1, "labels")];
        for (int i = 0; i < labels.Length; i++)
        {
            var rule = (SequenceLabelRule)reader.ReadByte();
            string? input = ReadOptional(reader);
            labels[i] = SequenceLabel.Of(rule, input, reader.ReadString(), ReadOptionalInt(reader));
        }
        return labels;
    }

    private static void WriteWindows(BinaryWriter writer, SequenceWindows windows)
    {
        writer.Write((byte)windows.Kind);
        WriteOptional(writer, windows.Length);
        writer.Write(windows.Stride);
        writer.Write(windows.MinimumLength);
        writer.Write((byte)windows.Alignment);
    }

    private static SequenceWindows ReadWindows(PayloadReader reader)
    {
        var kind = (SequenceWindowKind)reader.ReadByte();
        int? length = ReadOptionalInt(reader);
        return SequenceWindows.Of(kind, length, reader.ReadInt32(), reader.ReadInt32(), (SequenceWindowAlignment)reader.ReadByte());
    }

    private static void WriteGaps(BinaryWriter writer, SequenceGaps? gaps)
    {
        writer.Write(gaps is not null);
        if (gaps is null)
            return;
        writer.Write((byte)gaps.Rule);
        writer.Write(gaps.TimeStep);
        writer.Write(gaps.MaxFilledSteps);
    }

    private static SequenceGaps? ReadGaps(PayloadReader reader) =>
        reader.ReadBoolean() ? SequenceGaps.Of((SequenceGapRule)reader.ReadByte(), reader.ReadString(), reader.ReadInt32()) : null;

    private static void WriteNames(BinaryWriter writer, IReadOnlyList<string> names)
    {
        writer.Write(names.Count);
        foreach (string name in names)
            writer.Write(name);
    }

    private static string[] ReadNames(PayloadReader reader)
    {
        var names = new string[reader.ReadCount(1, "names")];
        for (int i = 0; i < names.Length; i++)
            names[i] = reader.ReadString();
        return names;
    }

    private static void WriteOptional(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
            writer.Write(text);
    }

    private static string? ReadOptional(PayloadReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    private static void WriteOptional(BinaryWriter writer, int? number)
    {
        writer.Write(number is not null);
        if (number is int value)
            writer.Write(value);
    }

    private static int? ReadOptionalInt(PayloadReader reader) => reader.ReadBoolean() ? reader.ReadInt32() : null;
}
