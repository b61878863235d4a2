using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Models;

/// <summary>The format of single values of ML.NET's primitive types in a model file.</summary>
/// <remarks>ML.NET's own binary codecs are not used: they allocate the stated size before checking that the data exists.</remarks>
internal abstract class PrimitiveFormat(PrimitiveDataViewType type)
{
    // A type's code in a file is its index here: add new ones at the end.
    private static readonly PrimitiveFormat[] _all =
    [
        new PrimitiveFormat<ReadOnlyMemory<char>>(
            TextDataViewType.Instance,
            (writer, value) => writer.Write(value.ToString()),
            reader => reader.ReadString().AsMemory()
        ),
        new PrimitiveFormat<bool>(BooleanDataViewType.Instance, (writer, value) => writer.Write(value), reader => reader.ReadBoolean()),
        new PrimitiveFormat<sbyte>(NumberDataViewType.SByte, (writer, value) => writer.Write(value), reader => reader.ReadSByte()),
        new PrimitiveFormat<byte>(NumberDataViewType.Byte, (writer, value) => writer.Write(value), reader => reader.ReadByte()),
        new PrimitiveFormat<short>(NumberDataViewType.Int16, (writer, value) => writer.Write(value), reader => reader.ReadInt16()),
        new PrimitiveFormat<ushort>(NumberDataViewType.UInt16, (writer, value) => writer.Write(value), reader => reader.ReadUInt16()),
        new PrimitiveFormat<int>(NumberDataViewType.Int32, (writer, value) => writer.Write(value), reader => reader.ReadInt32()),
        new PrimitiveFormat<uint>(NumberDataViewType.UInt32, (writer, value) => writer.Write(value), reader => reader.ReadUInt32()),
        new PrimitiveFormat<long>(NumberDataViewType.Int64, (writer, value) => writer.Write(value), reader => reader.ReadInt64()),
        new PrimitiveFormat<ulong>(NumberDataViewType.UInt64, (writer, value) => writer.Write(value), reader => reader.ReadUInt64()),
        new PrimitiveFormat<float>(NumberDataViewType.Single, (writer, value) => writer.Write(value), reader => reader.ReadSingle()),
        new PrimitiveFormat<double>(NumberDataViewType.Double, (writer, value) => writer.Write(value), reader => reader.ReadDouble()),
        new PrimitiveFormat<TimeSpan>(
            TimeSpanDataViewType.Instance,
            (writer, value) => writer.Write(value.Ticks),
            reader => new TimeSpan(reader.ReadInt64())
        ),
        new PrimitiveFormat<DateTime>(
            DateTimeDataViewType.Instance,
            (writer, value) => writer.Write(value.ToBinary()),
            reader => DateTime.FromBinary(reader.ReadInt64())
        ),
        new PrimitiveFormat<DateTimeOffset>(DateTimeOffsetDataViewType.Instance, WriteMoment, ReadMoment),
        new PrimitiveFormat<DataViewRowId>(
            RowIdDataViewType.Instance,
            WriteRowId,
            reader => new DataViewRowId(reader.ReadUInt64(), reader.ReadUInt64())
        ),
    ];

    /// <summary>The type of the values.</summary>
    public PrimitiveDataViewType Type => type;

    /// <summary>The format of a type's values, or null where there is none (keys).</summary>
    public static PrimitiveFormat? Of(DataViewType type) => Array.Find(_all, format => format.Type.Equals(type));

    /// <summary>Writes the code that <see cref="ReadCode"/> reads.</summary>
    public void WriteCode(BinaryWriter writer) => writer.Write((byte)Array.IndexOf(_all, this));

    public static PrimitiveFormat ReadCode(BinaryReader reader, string what)
    {
        byte code = reader.ReadByte();
        return code < _all.Length ? _all[code] : throw Contracts.ExceptDecode($"The model's {what} are of an unknown type, {code}.");
    }

    private static void WriteMoment(BinaryWriter writer, DateTimeOffset value)
    {
        writer.Write(value.Ticks);
        writer.Write(value.Offset.Ticks);
    }

    private static DateTimeOffset ReadMoment(BinaryReader reader) => new(reader.ReadInt64(), new TimeSpan(reader.ReadInt64()));

    private static void WriteRowId(BinaryWriter writer, DataViewRowId value)
    {
        writer.Write(value.Low);
        writer.Write(value.High);
    }
}

/// <inheritdoc/>
internal sealed class PrimitiveFormat<T>(PrimitiveDataViewType type, Action<BinaryWriter, T> write, Func<BinaryReader, T> read)
    : PrimitiveFormat(type)
{
    public void Write(BinaryWriter writer, T value) => write(writer, value);

    public T Read(BinaryReader reader) => read(reader);
}
