using System.Numerics;

namespace RnnMlNet.Runtime.Sequences;

/// <summary>
/// Copies the steps of a row between two strides. A library call to copy a step would take longer than most steps do.
/// </summary>
internal static class StepCopy
{
    /// <param name="source">Starts at the first step.</param>
    /// <param name="sourceStride">Elements from one step to the next.</param>
    /// <param name="target">Destination of the first step.</param>
    /// <param name="targetStride">Elements from one step to the next there.</param>
    /// <param name="width">F, features of a step.</param>
    /// <param name="steps">Number of steps.</param>
    public static void Run(ReadOnlySpan<float> source, int sourceStride, Span<float> target, int targetStride, int width, int steps)
    {
        int whole = width - width % Vector<float>.Count;
        for (int step = 0, from = 0, to = 0; step < steps; step++, from += sourceStride, to += targetStride)
        {
            ReadOnlySpan<float> piece = source.Slice(from, width);
            Span<float> place = target.Slice(to, width);
            for (int i = 0; i < whole; i += Vector<float>.Count)
                new Vector<float>(piece[i..]).CopyTo(place[i..]);
            for (int i = whole; i < width; i++)
                place[i] = piece[i];
        }
    }
}
