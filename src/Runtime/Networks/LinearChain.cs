using System.Numerics.Tensors;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// A linear-chain conditional random field over the tags of a row's steps (Lafferty, McCallum and Pereira, 2001): the score of a sequence
/// of tags is the sum of each step's output for its tag, of a weight for each pair of neighbouring tags, and of one for the first and for
/// the last tag. One thread's scratch memory; it grows to the longest row.
/// </summary>
/// <param name="tags">K, number of tags.</param>
internal sealed class LinearChain(int tags)
{
    // exp of the weights, of which the largest is subtracted first: the same for all sequences of a length.
    private readonly double[] _pairs = new double[tags * tags],
        _pairsTransposed = new double[tags * tags],
        _first = new double[tags],
        _last = new double[tags];
    private readonly double[] _next = new double[tags];
    private readonly float[] _pairWeights = new float[tags * tags],
        _firstWeights = new float[tags],
        _lastWeights = new float[tags];
    private double _subtracted;

    // [T, K] exp of the outputs, the sums over all beginnings and over all ends, each step scaled; [T, K] the best tag before each.
    private double[] _outputs = [],
        _forward = [],
        _backward = [];
    private int[] _before = [];

    /// <summary>The chain of several networks: the mean of their weights, as their outputs are averaged.</summary>
    public static LinearChain Of(IReadOnlyList<NetworkParameters> networks)
    {
        var chain = new LinearChain(networks[0].Shape.Outputs);
        chain.Load(ChainWeights.MeanOf([.. networks.Select(network => network.Weights)]));
        return chain;
    }

    /// <summary>Sets the weights, each multiplied by a factor.</summary>
    public void Load(ChainWeights weights, float factor = 1) =>
        Load(Times(weights.Pairs, factor), Times(weights.First, factor), Times(weights.Last, factor));

    /// <summary>Sets the weights to those of a network.</summary>
    public void Load(NetworkWeights weights) =>
        Load(weights[ChainedStates.Pairs], weights[ChainedStates.First], weights[ChainedStates.Last]);

    /// <summary>Sets the weights.</summary>
    /// <param name="pairs">[K, K] of a tag (row) and the one after it.</param>
    /// <param name="first">[K] of the first tag.</param>
    /// <param name="last">[K] of the last tag.</param>
    public void Load(ReadOnlySpan<float> pairs, ReadOnlySpan<float> first, ReadOnlySpan<float> last)
    {
        pairs.CopyTo(_pairWeights);
        first.CopyTo(_firstWeights);
        last.CopyTo(_lastWeights);
        float largest = TensorPrimitives.Max(pairs);
        _subtracted = largest;
        for (int from = 0; from < tags; from++)
        for (int to = 0; to < tags; to++)
            _pairs[from * tags + to] = _pairsTransposed[to * tags + from] = Math.Exp(pairs[from * tags + to] - largest);
        for (int tag = 0; tag < tags; tag++)
            (_first[tag], _last[tag]) = (Math.Exp(first[tag]), Math.Exp(last[tag]));
    }

    /// <summary>The tags' probabilities at each step, given all of the row's outputs; NaN if one of them is not finite.</summary>
    /// <param name="outputs">[T, K] the steps' outputs; may be the same memory as <paramref name="probabilities"/>.</param>
    /// <param name="probabilities">[T, K], overwritten.</param>
    public void Marginals(ReadOnlySpan<float> outputs, Span<float> probabilities)
    {
        if (!Finite.All(outputs))
        {
            probabilities[..outputs.Length].Fill(float.NaN);
            return;
        }
        Sum(outputs, []);
        for (int at = 0; at < outputs.Length; at += tags)
        {
            double total = TensorPrimitives.Dot<double>(_forward.AsSpan(at, tags), _backward.AsSpan(at, tags));
            for (int tag = at; tag < at + tags; tag++)
                probabilities[tag] = (float)(_forward[tag] * _backward[tag] / total);
        }
    }

    /// <summary>The most probable sequence of tags (Viterbi's algorithm); -1 at each step if an output is not finite.</summary>
    /// <param name="outputs">[T, K] the steps' outputs.</param>
    /// <param name="best">[T], overwritten.</param>
    public void MostProbable(ReadOnlySpan<float> outputs, Span<int> best)
    {
        int steps = outputs.Length / tags;
        if (!Finite.All(outputs))
            best[..steps].Fill(-1);
        else if (steps > 0)
            Search(outputs, best[..steps]);
    }

    /// <summary>
    /// Minus the logarithm of the probability of a row's labels, where steps without one may have any tag, and its derivatives.
    /// </summary>
    /// <param name="outputs">[T, K] the steps' outputs, finite.</param>
    /// <param name="labels">[T] tags, -1 for none.</param>
    /// <param name="gradient">[T, K] the derivatives by the outputs, overwritten; empty for none.</param>
    /// <param name="factor">What the derivatives by the weights are multiplied by.</param>
    /// <param name="weights">They are added to; not read without <paramref name="gradient"/>.</param>
    public double Loss(ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, Span<float> gradient, float factor, in ChainGradient weights)
    {
        double all = Sum(outputs, []);
        if (!gradient.IsEmpty)
        {
            gradient.Clear();
            AddExpected(1, gradient, factor, weights);
        }
        double labelled = Sum(outputs, labels);
        if (!gradient.IsEmpty)
            AddExpected(-1, gradient, -factor, weights);
        return all - labelled;
    }

    // The logarithm of the sum, over all sequences of tags that agree with the labels, of the exponential of their scores.
    private double Sum(ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels)
    {
        int steps = outputs.Length / tags;
        if (steps == 0)
            return 0;
        Reserve(outputs.Length);
        double log = (steps - 1) * _subtracted;
        for (int step = 0; step < steps; step++)
        {
            log += ReadOutputs(outputs.Slice(step * tags, tags), labels.IsEmpty ? -1 : labels[step], Step(_outputs, step));
            Span<double> sums = Step(_forward, step);
            if (step == 0)
                _first.CopyTo(sums);
            else
                Multiply(_pairsTransposed, Step(_forward, step - 1), sums);
            TensorPrimitives.Multiply<double>(sums, Step(_outputs, step), sums);
            log += Math.Log(Scale(sums));
        }
        log += Math.Log(TensorPrimitives.Dot<double>(Step(_forward, steps - 1), _last));

        _last.CopyTo(Step(_backward, steps - 1));
        Scale(Step(_backward, steps - 1));
        for (int step = steps - 2; step >= 0; step--)
        {
            TensorPrimitives.Multiply<double>(Step(_outputs, step + 1), Step(_backward, step + 1), _next);
            Multiply(_pairs, _next, Step(_backward, step));
            Scale(Step(_backward, step));
        }
        return log;
    }

    // Adds how often each tag and each pair of tags is expected, after Sum.
    private void AddExpected(float sign, Span<float> gradient, float factor, in ChainGradient weights)
    {
        int steps = gradient.Length / tags;
        for (int step = 0; step < steps; step++)
        {
            Span<double> ends = Step(_backward, step);
            double total = TensorPrimitives.Dot<double>(Step(_forward, step), ends);
            for (int tag = 0; tag < tags; tag++)
            {
                float expected = (float)(_forward[step * tags + tag] * ends[tag] / total);
                gradient[step * tags + tag] += sign * expected;
                if (step == 0)
                    weights.First[tag] += factor * expected;
                if (step == steps - 1)
                    weights.Last[tag] += factor * expected;
            }
            if (step > 0)
                AddPairs(step, factor, weights.Pairs);
        }
    }

    private void AddPairs(int step, float factor, Span<float> gradient)
    {
        Span<double> before = Step(_forward, step - 1);
        TensorPrimitives.Multiply<double>(Step(_outputs, step), Step(_backward, step), _next);
        double total = 0;
        for (int from = 0; from < tags; from++)
            total += before[from] * TensorPrimitives.Dot<double>(_pairs.AsSpan(from * tags, tags), _next);
        for (int from = 0; from < tags; from++)
        {
            double share = factor * before[from] / total;
            if (share != 0)
                for (int to = 0; to < tags; to++)
                    gradient[from * tags + to] += (float)(share * _pairs[from * tags + to] * _next[to]);
        }
    }

    private void Search(ReadOnlySpan<float> outputs, Span<int> best)
    {
        Reserve(outputs.Length);
        int steps = best.Length;
        for (int tag = 0; tag < tags; tag++)
            _forward[tag] = (double)_firstWeights[tag] + outputs[tag];
        for (int step = 1; step < steps; step++)
        {
            Span<double> before = Step(_forward, step - 1);
            for (int to = 0; to < tags; to++)
            {
                int from = 0;
                double highest = double.NegativeInfinity;
                for (int tag = 0; tag < tags; tag++)
                    if (before[tag] + _pairWeights[tag * tags + to] is var score && score > highest)
                        (from, highest) = (tag, score);
                _before[step * tags + to] = from;
                _forward[step * tags + to] = highest + outputs[step * tags + to];
            }
        }
        Span<double> ends = Step(_forward, steps - 1);
        for (int tag = 0; tag < tags; tag++)
            ends[tag] += _lastWeights[tag];
        best[^1] = TensorPrimitives.IndexOfMax<double>(ends);
        for (int step = steps - 1; step > 0; step--)
            best[step - 1] = _before[step * tags + best[step]];
    }

    // exp of a step's outputs, of which the largest is subtracted and returned; 0 for tags that are not the label's.
    private double ReadOutputs(ReadOnlySpan<float> outputs, int label, Span<double> powers)
    {
        float largest = label < 0 ? TensorPrimitives.Max(outputs) : outputs[label];
        for (int tag = 0; tag < tags; tag++)
            powers[tag] = label < 0 || tag == label ? Math.Exp(outputs[tag] - largest) : 0;
        return largest;
    }

    private void Multiply(double[] rows, ReadOnlySpan<double> vector, Span<double> products)
    {
        for (int row = 0; row < tags; row++)
            products[row] = TensorPrimitives.Dot(rows.AsSpan(row * tags, tags), vector);
    }

    private static float[] Times(float[] values, float factor) => factor == 1 ? values : [.. values.Select(value => factor * value)];

    private static double Scale(Span<double> values)
    {
        double sum = TensorPrimitives.Sum<double>(values);
        TensorPrimitives.Divide<double>(values, sum, values);
        return sum;
    }

    private Span<double> Step(double[] values, int step) => values.AsSpan(step * tags, tags);

    private void Reserve(int count)
    {
        if (_forward.Length < count)
            (_outputs, _forward, _backward, _before) = (new double[count], new double[count], new double[count], new int[count]);
    }
}

/// <summary>A chain's weights.</summary>
/// <param name="Pairs">[K, K] of a tag (row) and the one after it.</param>
/// <param name="First">[K] of the first tag.</param>
/// <param name="Last">[K] of the last tag.</param>
internal sealed record ChainWeights(float[] Pairs, float[] First, float[] Last)
{
    /// <summary>The mean of several networks.</summary>
    public static ChainWeights MeanOf(IReadOnlyList<NetworkWeights> networks) =>
        new(Mean(networks, ChainedStates.Pairs), Mean(networks, ChainedStates.First), Mean(networks, ChainedStates.Last));

    private static float[] Mean(IReadOnlyList<NetworkWeights> networks, string name) =>
        [.. networks[0][name].Select((_, i) => networks.Average(weights => weights[name][i]))];
}

/// <summary>The derivatives by a chain's weights, added to.</summary>
internal readonly ref struct ChainGradient
{
    /// <summary>[K, K] of a tag (row) and the one after it.</summary>
    public Span<float> Pairs { get; init; }

    /// <summary>[K] of the first tag.</summary>
    public Span<float> First { get; init; }

    /// <summary>[K] of the last tag.</summary>
    public Span<float> Last { get; init; }
}
