using System.Buffers;

namespace RnnMlNet.Runtime.Sequences;

/// <summary>
/// Sequences of several rows, one after the other without padding, to be scored together. Reused: it allocates only while it grows.
/// </summary>
/// <param name="features">F, features per step; 0 for tokens.</param>
/// <param name="staticFeatures">S, static values of a row.</param>
/// <param name="tokenWidth">Values of a step of tokens: 1, or 1 + W with the characters of words.</param>
internal sealed class SequenceRows(int features, int staticFeatures = 0, int tokenWidth = 1)
{
    private float[] _steps = [];
    private float[] _static = [];
    private int[] _tokens = [];
    private int[] _ends = [];

    /// <summary>F, features per step; 0 for tokens.</summary>
    public int Features => features;

    /// <summary>S, static values of a row.</summary>
    public int StaticFeatures => staticFeatures;

    /// <summary>Empty rows of the same form.</summary>
    public SequenceRows NewAlike() => new(features, staticFeatures, tokenWidth);

    /// <summary>Values of a step of tokens.</summary>
    public int TokenWidth => tokenWidth;

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Steps of all rows together.</summary>
    public int TotalLength => Count == 0 ? 0 : _ends[Count - 1];

    /// <summary>A row's sequence; valid until the next <see cref="Add"/> or <see cref="Clear"/>.</summary>
    public SequenceView this[int row]
    {
        get
        {
            int start = row == 0 ? 0 : _ends[row - 1],
                length = _ends[row] - start;
            SequenceView sequence =
                features == 0
                    ? SequenceView.OfTokens(_tokens.AsSpan(start * tokenWidth, length * tokenWidth), tokenWidth)
                    : SequenceView.OfSteps(_steps.AsSpan(start * features, length * features), features);
            return staticFeatures == 0 ? sequence : sequence.WithStatic(_static.AsSpan(row * staticFeatures, staticFeatures));
        }
    }

    /// <summary>Steps of the rows before it.</summary>
    public int StartOf(int row) => row == 0 ? 0 : _ends[row - 1];

    public int LengthOf(int row) => _ends[row] - (row == 0 ? 0 : _ends[row - 1]);

    /// <summary>Appends a copy of a sequence.</summary>
    public void Add(in SequenceView sequence)
    {
        int start = TotalLength,
            end = checked(start + sequence.Length);
        Grow(ref _ends, Count, Count + 1);
        if (features == 0)
        {
            Grow(ref _tokens, start * tokenWidth, checked(end * tokenWidth));
            sequence.Tokens.CopyTo(_tokens.AsSpan(start * tokenWidth));
        }
        else
        {
            Grow(ref _steps, start * features, checked(end * features));
            sequence.Steps.CopyTo(_steps.AsSpan(start * features));
        }
        if (staticFeatures > 0)
        {
            Grow(ref _static, Count * staticFeatures, checked((Count + 1) * staticFeatures));
            sequence.Static.CopyTo(_static.AsSpan(Count * staticFeatures));
        }
        _ends[Count++] = end;
    }

    public void Clear() => Count = 0;

    /// <summary>Releases its memory; it is then empty, and may be filled again.</summary>
    public void Release()
    {
        Clear();
        Return(ref _steps);
        Return(ref _static);
        Return(ref _tokens);
        Return(ref _ends);
    }

    private static void Grow<T>(ref T[] buffer, int used, int needed)
    {
        if (buffer.Length >= needed)
            return;
        T[] longer = ArrayPool<T>.Shared.Rent(Math.Max(needed, (int)Math.Min(2L * buffer.Length, Array.MaxLength)));
        buffer.AsSpan(0, used).CopyTo(longer);
        Return(ref buffer);
        buffer = longer;
    }

    private static void Return<T>(ref T[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<T>.Shared.Return(buffer);
        buffer = [];
    }
}
