using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Experiments;

/// <summary>
/// The scores of held-out rows whose steps have tags: of each step its logits, or the logarithms of the tags' probabilities given the whole
/// row, and the predicted tag, which of a conditional random field is not always the one of the highest probability.
/// </summary>
/// <param name="values">[steps, K + 1].</param>
/// <param name="tags">K, number of tags.</param>
internal sealed class TagScores(float[] values, int tags)
{
    // As in the evaluation of scored data.
    private const double LeastProbability = 1e-15;

    private readonly float[] _probabilities = new float[tags];

    /// <summary>Values of a step.</summary>
    public static int Width(int tags) => tags + 1;

    /// <summary>The scores of outputs.</summary>
    /// <param name="outputs">[steps, K] logits, row after row.</param>
    /// <param name="tags">K.</param>
    /// <param name="lengths">[rows] their steps.</param>
    /// <param name="chain">The conditional random field over a row's tags; null where each tag is predicted by itself.</param>
    /// <returns>[steps, K + 1].</returns>
    public static float[] Of(ReadOnlySpan<float> outputs, int tags, IEnumerable<int> lengths, LinearChain? chain)
    {
        var scores = new float[checked(outputs.Length / tags * Width(tags))];
        int start = 0;
        foreach (int steps in lengths)
        {
            ReadOnlySpan<float> row = outputs.Slice(start * tags, steps * tags);
            int[] predicted = chain is null ? MostProbable(row, tags) : MostProbable(row, tags, chain);
            ReadOnlySpan<float> logits = chain is null ? row : LogMarginals(row, chain);
            for (int step = 0; step < steps; step++, start++)
            {
                Span<float> own = scores.AsSpan(start * Width(tags), Width(tags));
                logits.Slice(step * tags, tags).CopyTo(own);
                own[^1] = predicted[step];
            }
        }
        return scores;
    }

    /// <summary>The problem with a step's predicted tag; null for none.</summary>
    /// <param name="step">[K + 1] its scores, finite.</param>
    public static string? Problem(ReadOnlySpan<float> step)
    {
        float predicted = step[^1];
        return predicted >= 0 && predicted < step.Length - 1 && float.IsInteger(predicted)
            ? null
            : FormattableString.Invariant($"{predicted} is no index of one of {step.Length - 1} tags");
    }

    /// <summary>The logits of a step.</summary>
    public ReadOnlySpan<float> Logits(int step) => values.AsSpan(step * Width(tags), tags);

    /// <summary>[steps, K] the logits of all steps.</summary>
    public float[] Logits() => [.. values.Where((_, i) => i % Width(tags) < tags)];

    /// <summary>The predicted tag of a step.</summary>
    public int Predicted(int step) => (int)values[step * Width(tags) + tags];

    /// <summary>Minus the logarithm of a tag's probability at a step.</summary>
    public double LogLoss(int step, int tag)
    {
        OutputUnits.Softmax(Logits(step), _probabilities);
        return -Math.Log(Math.Max(_probabilities[tag], LeastProbability));
    }

    private static int[] MostProbable(ReadOnlySpan<float> row, int tags)
    {
        var best = new int[row.Length / tags];
        for (int step = 0; step < best.Length; step++)
            best[step] = OutputUnits.PredictedClass(row.Slice(step * tags, tags)) ?? -1;
        return best;
    }

    private static int[] MostProbable(ReadOnlySpan<float> row, int tags, LinearChain chain)
    {
        var best = new int[row.Length / tags];
        chain.MostProbable(row, best);
        return best;
    }

    private static float[] LogMarginals(ReadOnlySpan<float> row, LinearChain chain)
    {
        float[] probabilities = [.. row];
        chain.Marginals(probabilities, probabilities);
        foreach (ref float probability in probabilities.AsSpan())
            probability = (float)Math.Log(Math.Max(probability, LeastProbability));
        return probabilities;
    }
}
