using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>
/// A column of keys: token ids 0..V-1, with missing keys (padding, words unknown in training) left out, or kept as the last id, V-1. A key
/// beyond the count is a missing one, as everywhere in ML.NET.
/// </summary>
internal abstract class TokenReader : SequenceReader
{
    private int[] _ids = [];
    private int _count;

    public override SequenceView Current => SequenceView.OfTokens(_ids.AsSpan(0, _count));

    public override bool IsFinite => true;

    /// <summary>A reader for the raw type of the column's keys.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="row">The row.</param>
    /// <param name="column">The column.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="keepsMissing">Whether missing keys are kept as the last id.</param>
    public static TokenReader Open(
        IExceptionContext ectx,
        DataViewRow row,
        DataViewSchema.Column column,
        int vocabulary,
        bool keepsMissing = false
    )
    {
        Type raw = column.Type.GetItemType().RawType;
        if (raw == typeof(byte))
            return new Of<byte>(ectx, row, column, vocabulary, keepsMissing);
        if (raw == typeof(ushort))
            return new Of<ushort>(ectx, row, column, vocabulary, keepsMissing);
        if (raw == typeof(ulong))
            return new Of<ulong>(ectx, row, column, vocabulary, keepsMissing);
        return new Of<uint>(ectx, row, column, vocabulary, keepsMissing);
    }

    private sealed class Of<TKey>(IExceptionContext ectx, DataViewRow row, DataViewSchema.Column column, int vocabulary, bool keepsMissing)
        : TokenReader
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        private readonly ValueGetter<VBuffer<TKey>> _getter = row.GetGetter<VBuffer<TKey>>(column);
        private VBuffer<TKey> _value;

        public override void Read()
        {
            _getter(ref _value);
            FixedLength.Check(ectx, row, column, _value.Length);
            if (keepsMissing)
            {
                ReadAll();
                return;
            }
            // Absent entries of a sparse buffer are missing keys, which are left out anyway.
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

        private void ReadAll()
        {
            int missing = vocabulary - 1;
            _count = _value.Length;
            Grow(ref _ids, _count);
            _ids.AsSpan(0, _count).Fill(missing);
            ReadOnlySpan<TKey> keys = _value.GetValues();
            ReadOnlySpan<int> places = _value.GetIndices();
            for (int i = 0; i < keys.Length; i++)
            {
                ulong raw = ulong.CreateTruncating(keys[i]);
                if (raw >= 1 && raw <= (ulong)missing)
                    _ids[_value.IsDense ? i : places[i]] = (int)raw - 1;
            }
        }
    }
}
