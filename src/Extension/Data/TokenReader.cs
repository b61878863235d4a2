using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Data;

/// <summary>
/// A column of keys: token ids 0..V-1, with missing keys (padding, words unknown in training) left out. A key beyond the count is a missing one,
/// as everywhere in ML.NET.
/// </summary>
internal abstract class TokenReader : SequenceReader
{
    private int[] _ids = [];
    private int _count;

    public override SequenceView Current => SequenceView.OfTokens(_ids.AsSpan(0, _count));

    public override bool IsFinite => true;

    /// <summary>A reader for the raw type that the column's keys have.</summary>
    public static TokenReader Open(DataViewRow row, DataViewSchema.Column column, int vocabulary)
    {
        Type raw = column.Type.GetItemType().RawType;
        if (raw == typeof(byte))
            return new Of<byte>(row, column, vocabulary);
        if (raw == typeof(ushort))
            return new Of<ushort>(row, column, vocabulary);
        if (raw == typeof(ulong))
            return new Of<ulong>(row, column, vocabulary);
        return new Of<uint>(row, column, vocabulary);
    }

    private sealed class Of<TKey>(DataViewRow row, DataViewSchema.Column column, int vocabulary) : TokenReader
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        private readonly ValueGetter<VBuffer<TKey>> _getter = row.GetGetter<VBuffer<TKey>>(column);
        private VBuffer<TKey> _value;

        public override void Read()
        {
            _getter(ref _value);
            // A sparse buffer's absent slots are missing keys, which are left out anyway.
            ReadOnlySpan<TKey> keys = _value.GetValues();
            Grow(ref _ids, keys.Length);
            _count = 0;
            foreach (TKey key in keys)
            {
                ulong raw = ulong.CreateTruncating(key);
                if (raw >= 1 && raw <= (ulong)vocabulary)
                    _ids[_count++] = (int)raw - 1;
            }
        }
    }
}
