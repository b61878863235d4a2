using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>Reads a row's series key as text. One per row or cursor.</summary>
internal abstract class SeriesKeyReader
{
    // A key's text is cached for the rows of its series; the cache is limited to this many characters, because series come and go.
    private const int MostCharacters = 1 << 16;

    /// <summary>The types of a series key column, for an error message.</summary>
    public const string Expected = "Text, a key or an integer, which is the same in all rows of a series";

    /// <summary>The series' key: a text as it is, an integer's digits, or the digits of an ML.NET key's number.</summary>
    /// <exception cref="InvalidOperationException">The row's key is missing.</exception>
    public abstract string Read();

    public static bool CanRead(DataViewType type) =>
        type is TextDataViewType or KeyDataViewType
        || (type is NumberDataViewType && type.RawType != typeof(float) && type.RawType != typeof(double));

    public static SeriesKeyReader Open(IExceptionContext ectx, DataViewRow row, DataViewSchema.Column column) =>
        Type.GetTypeCode(column.Type.RawType) switch
        {
            TypeCode.Byte => new Numbers<byte>(ectx, row, column),
            TypeCode.UInt16 => new Numbers<ushort>(ectx, row, column),
            TypeCode.UInt32 => new Numbers<uint>(ectx, row, column),
            TypeCode.UInt64 => new Numbers<ulong>(ectx, row, column),
            TypeCode.SByte => new Numbers<sbyte>(ectx, row, column),
            TypeCode.Int16 => new Numbers<short>(ectx, row, column),
            TypeCode.Int32 => new Numbers<int>(ectx, row, column),
            TypeCode.Int64 => new Numbers<long>(ectx, row, column),
            _ => new Texts(row, column),
        };

    private sealed class Numbers<T>(IExceptionContext ectx, DataViewRow row, DataViewSchema.Column column) : SeriesKeyReader
        where T : unmanaged, IEquatable<T>, IFormattable
    {
        private readonly ValueGetter<T> _getter = row.GetGetter<T>(column);
        private readonly Dictionary<T, string> _texts = [];
        private int _characters;
        private T _value;

        public override string Read()
        {
            _getter(ref _value);
            if (column.Type is KeyDataViewType && _value.Equals(default))
                throw ectx.Except(
                    $"Row {row.Position} has a missing key in the series key column '{column.Name}', so it is of no series: leave such "
                        + $"rows out, or map the keys of all series."
                );
            if (_texts.TryGetValue(_value, out string? text))
                return text;
            text = _value.ToString(null, CultureInfo.InvariantCulture);
            if ((_characters += text.Length) > MostCharacters)
            {
                _texts.Clear();
                _characters = text.Length;
            }
            _texts.Add(_value, text);
            return text;
        }
    }

    private sealed class Texts : SeriesKeyReader
    {
        private readonly ValueGetter<ReadOnlyMemory<char>> _getter;
        private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _texts = new HashSet<string>(
            StringComparer.Ordinal
        ).GetAlternateLookup<ReadOnlySpan<char>>();
        private int _characters;
        private ReadOnlyMemory<char> _value;

        public Texts(DataViewRow row, DataViewSchema.Column column)
        {
            _getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        }

        public override string Read()
        {
            _getter(ref _value);
            if (_texts.TryGetValue(_value.Span, out string? text))
                return text;
            text = _value.ToString();
            if (text.Length > MostCharacters)
                return text;
            if ((_characters += text.Length) > MostCharacters)
            {
                _texts.Set.Clear();
                _characters = text.Length;
            }
            _texts.Set.Add(text);
            return text;
        }
    }
}
