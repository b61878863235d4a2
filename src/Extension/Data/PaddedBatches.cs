using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>
/// Batches rows of different lengths with padding: sorts the rows by length, longest first, and cuts where a row is half as long as its
/// batch, so that most of a batch is values, or where the batch is large enough. Reused: it allocates only while it grows.
/// </summary>
/// <param name="features">F, values of an encoded step; 0 for tokens.</param>
/// <param name="encoder">Encodes rows; null for none.</param>
internal sealed class PaddedBatches(int features, InputEncoder? encoder)
{
    /// <summary>Most values of a batch, padding included: 64 MiB of floats.</summary>
    private const long MaxValues = 1 << 24;

    private SequenceRows _rows = new(features);
    private int[] _lengths = [];
    private int[] _order = [];
    private float[] _row = [];
    private int _start;
    private int _end;

    /// <summary>The current batch, without labels and weights.</summary>
    public MiniBatch Batch { get; } = new();

    /// <summary>[Batch.Count] indices, among the rows given, of the current batch's rows.</summary>
    public ReadOnlySpan<int> Rows => _order.AsSpan(_start, _end - _start);

    /// <summary>Starts over with other rows, before their first batch.</summary>
    public void Start(SequenceRows rows)
    {
        _rows = rows;
        _start = _end = 0;
        if (_order.Length < rows.Count)
            (_order, _lengths) = (new int[rows.Count], new int[rows.Count]);
        for (int row = 0; row < rows.Count; row++)
            (_order[row], _lengths[row]) = (row, -rows.LengthOf(row));
        _lengths.AsSpan(0, rows.Count).Sort(_order.AsSpan(0, rows.Count));
    }

    /// <summary>Makes the next batch the current one; false after the last.</summary>
    public bool Next()
    {
        if (_end == _rows.Count)
            return false;
        _start = _end;
        int longest = LengthAt(_start);
        long most = Math.Max(1, MaxValues / ((long)Math.Max(1, longest) * Math.Max(_rows.TokenWidth, features)));
        while (_end < _rows.Count && _end - _start < most && 2L * LengthAt(_end) >= longest)
            _end++;
        Fill(longest);
        return true;
    }

    private int LengthAt(int place) => -_lengths[place];

    private void Fill(int longest)
    {
        ReadOnlySpan<int> rows = Rows;
        Batch.Count = rows.Length;
        Batch.Features = features;
        Batch.MaxLength = Math.Max(1, longest);
        int cells = checked(rows.Length * Batch.MaxLength);
        Zeros(ref Batch.Lengths, rows.Length);
        Zeros(ref Batch.Steps, checked(cells * features));
        Zeros(ref Batch.Tokens, features == 0 ? cells : 0);
        Zeros(ref Batch.Characters, checked(cells * (_rows.TokenWidth - 1)));
        Zeros(ref Batch.StaticInputs, rows.Length * _rows.StaticFeatures);
        for (int b = 0; b < rows.Length; b++)
        {
            SequenceView sequence = _rows[rows[b]];
            Batch.Lengths[b] = sequence.Length;
            if (features == 0)
                Batch.PlaceTokens(b, sequence);
            else
                PlaceSteps(b, sequence);
            PlaceStatics(b, sequence.Static);
        }
    }

    private void PlaceSteps(int b, in SequenceView sequence)
    {
        ReadOnlySpan<float> steps = sequence.Steps;
        if (encoder is not null)
        {
            int length = sequence.Length * features;
            if (_row.Length < length)
                _row = new float[length];
            encoder.Encode(sequence, _row.AsSpan(0, length));
            steps = _row.AsSpan(0, length);
        }
        StepCopy.Run(steps, features, Batch.Steps.AsSpan(b * features), Batch.Count * features, features, sequence.Length);
    }

    private void PlaceStatics(int b, ReadOnlySpan<float> values)
    {
        Span<float> target = Batch.StaticInputs.AsSpan(b * values.Length, values.Length);
        if (encoder is null)
            values.CopyTo(target);
        else
            encoder.EncodeStatic(values, target);
    }

    private static void Zeros<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = new T[length];
        else
            Array.Clear(array, 0, length);
    }
}
