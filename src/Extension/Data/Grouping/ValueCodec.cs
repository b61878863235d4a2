using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace RnnMlNet.Data.Grouping;

/// <summary>The bytes of a value of one of ML.NET's primitive types: equal for equal values.</summary>
internal abstract class ValueCodec<T>
{
    public abstract void Write(T value, IBufferWriter<byte> bytes);

    /// <summary>Reads a value, and returns the number of its bytes.</summary>
    public abstract int Read(ReadOnlySpan<byte> bytes, out T value);

    public virtual string Text(T value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}

/// <summary>Finds the codec of a type.</summary>
internal static class ValueCodec
{
    /// <summary>The codec of a primitive type, a <see cref="ValueCodec{T}"/> of its raw type.</summary>
    public static object Of(DataViewType type) =>
        type switch
        {
            TextDataViewType => new TextCodec(),
            DateTimeOffsetDataViewType => new OffsetCodec(),
            DateTimeDataViewType => new MomentCodec(),
            _ => Activator.CreateInstance(typeof(NumberCodec<>).MakeGenericType(type.RawType))!,
        };
}

/// <summary>Numbers, Booleans, keys, and other types of a fixed size.</summary>
internal sealed class NumberCodec<T> : ValueCodec<T>
    where T : unmanaged
{
    public override void Write(T value, IBufferWriter<byte> bytes)
    {
        Span<byte> span = bytes.GetSpan(Unsafe.SizeOf<T>());
        MemoryMarshal.Write(span, in value);
        bytes.Advance(Unsafe.SizeOf<T>());
    }

    public override int Read(ReadOnlySpan<byte> bytes, out T value)
    {
        value = MemoryMarshal.Read<T>(bytes);
        return Unsafe.SizeOf<T>();
    }
}

/// <summary>Text: its length, and its characters.</summary>
internal sealed class TextCodec : ValueCodec<ReadOnlyMemory<char>>
{
    public override void Write(ReadOnlyMemory<char> value, IBufferWriter<byte> bytes)
    {
        int length = value.Length;
        bytes.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
        bytes.Write(MemoryMarshal.AsBytes(value.Span));
    }

    public override int Read(ReadOnlySpan<byte> bytes, out ReadOnlyMemory<char> value)
    {
        int length = MemoryMarshal.Read<int>(bytes);
        value = new string(MemoryMarshal.Cast<byte, char>(bytes.Slice(sizeof(int), sizeof(char) * length))).AsMemory();
        return sizeof(int) + sizeof(char) * length;
    }

    public override string Text(ReadOnlyMemory<char> value) => value.ToString();
}

/// <summary>A DateTime with its kind.</summary>
internal sealed class MomentCodec : ValueCodec<DateTime>
{
    private static readonly NumberCodec<long> _number = new();

    public override void Write(DateTime value, IBufferWriter<byte> bytes)
    {
        _number.Write(value.Ticks, bytes);
        _number.Write((long)value.Kind, bytes);
    }

    public override int Read(ReadOnlySpan<byte> bytes, out DateTime value)
    {
        int count = _number.Read(bytes, out long ticks);
        count += _number.Read(bytes[count..], out long kind);
        value = new DateTime(ticks, (DateTimeKind)kind);
        return count;
    }

    public override string Text(DateTime value) => value.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
}

/// <summary>A moment with its clock's offset.</summary>
internal sealed class OffsetCodec : ValueCodec<DateTimeOffset>
{
    private static readonly NumberCodec<long> _number = new();

    public override void Write(DateTimeOffset value, IBufferWriter<byte> bytes)
    {
        _number.Write(value.Ticks, bytes);
        _number.Write(value.Offset.Ticks, bytes);
    }

    public override int Read(ReadOnlySpan<byte> bytes, out DateTimeOffset value)
    {
        int count = _number.Read(bytes, out long ticks);
        count += _number.Read(bytes[count..], out long offset);
        value = new DateTimeOffset(ticks, new TimeSpan(offset));
        return count;
    }

    public override string Text(DateTimeOffset value) => value.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF zzz", CultureInfo.InvariantCulture);
}
