using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Data;

/// <summary>A column of keys: token ids, with missing keys (padding, words unknown in training) left out.</summary>
internal abstract class TokenReader : SequenceReader
{
    private protected int[] Ids = [];
    private protected int Count;

    public override SequenceView Current => SequenceView.OfTokens(Ids.AsSpan(0, Count));

    public override bool IsFinite => true;

    /// <summary>A reader for the raw type that the column's keys have.</summary>
    public static TokenReader Open(DataViewRow row, DataViewSchema.Column column)
    {
        Type raw = column.Type.GetItemType().RawType;
        if (raw == typeof(byte))
            return new Of<byte>(row, column, static key => key);
        if (raw == typeof(ushort))
            return new Of<ushort>(row, column, static key => key);
        if (raw == typeof(ulong))
            return new Of<ulong>(row, column, static key => (uint)key);
        return new Of<uint>(row, column, static key => key);
    }

    private sealed class Of<TKey>(DataViewRow row, DataViewSchema.Column column, Func<TKey, uint> toUInt32) : TokenReader
    {
        private readonly ValueGetter<VBuffer<TKey>> _getter = row.GetGetter<VBuffer<TKey>>(column);
        private VBuffer<TKey> _value;

        public override void Read()
        {
            _getter(ref _value);
            Grow(ref Ids, _value.Length);
            Count = 0;
            // A sparse buffer's absent slots are missing keys, which are left out anyway.
            foreach (TKey key in _value.GetValues())
                if (toUInt32(key) is var raw and not 0)
                    Ids[Count++] = (int)(raw - 1);
        }
    }
}
