using System.Numerics;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Tests.Support;

/// <summary>
/// The whole network by PyTorch's equations in double precision, written for nothing but to be read; it shares no code with the product.
/// </summary>
internal sealed class NaiveNetwork(NetworkShape shape, NetworkWeights initialWeights)
{
    private readonly Dictionary<string, double[]> weights = initialWeights.Tensors.ToDictionary(
        tensor => tensor.Name,
        tensor => tensor.Values.Select(value => (double)value).ToArray()
    );

    /// <summary>Its weights by name, which may be changed.</summary>
    public IReadOnlyDictionary<string, double[]> Weights => weights;

    /// <summary>
    /// What h is multiplied by where it meets the recurrent weights of a layer and direction (by their suffix, as in <c>l0_reverse</c>);
    /// null for nothing.
    /// </summary>
    public Func<string, double[]>? StateMask { get; set; }

    /// <summary>The static numbers of the sequences, as the network reads them.</summary>
    public double[] Statics { get; set; } = [];

    /// <summary>Raw outputs of a sequence of steps.</summary>
    public double[] Score(float[] steps)
    {
        int F = shape.Features;
        return Score([.. steps.Chunk(F).Select(step => step.Select(x => (double)x).ToArray())]);
    }

    /// <summary>Raw outputs of a sequence of tokens.</summary>
    public double[] Score(int[] tokens)
    {
        int E = shape.EmbeddingSize;
        return Score([
            .. tokens
                .Chunk(shape.TokenWidth)
                .Select(step => (double[])[.. weights["embedding.weight"].Skip(step[0] * E).Take(E), .. Word(step[1..])]),
        ]);
    }

    // A convolution over the word's characters, with zeros outside of it, and the maximum of each filter.
    private double[] Word(int[] codes)
    {
        if (shape.Characters is not CharacterShape characters)
            return [];
        int E = characters.Size;
        double[][] x =
        [
            .. codes
                .TakeWhile(code => code != 0)
                .Select(code =>
                    code < 4 ? code
                    : characters.Alphabet.IndexOf((char)code) is var at and >= 0 ? 4 + at
                    : 1
                )
                .Select(id => weights["characters.embedding.weight"].Skip(id * E).Take(E).ToArray()),
        ];
        double At(int position, int e) => position < 0 || position >= x.Length ? 0 : x[position][e];
        double[] w = weights["characters.convolution.weight"];
        return
        [
            .. weights["characters.convolution.bias"]
                .Select(
                    (bias, f) =>
                        Enumerable
                            .Range(0, x.Length)
                            .Max(p => bias + Enumerable.Range(0, E * 3).Sum(i => w[f * E * 3 + i] * At(p + i % 3 - 1, i / 3)))
                ),
        ];
    }

    private double[] Score(double[][] x)
    {
        double[] last = [];
        double[][]? stream = null;
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            (x, last) = Layer(x, layer);
            if (shape.ResidualConnections && stream is not null)
                x = [.. x.Zip(stream, (h, below) => h.Zip(below, (a, b) => a + b).ToArray())];
            stream = x;
            if (shape.LayerNormalization != LayerNormalization.None)
                x = [.. x.Select(y => Normalize(y, layer))];
        }
        if ((shape.ResidualConnections || shape.LayerNormalization != LayerNormalization.None) && x.Length > 0)
            last = [.. x[^1].Take(shape.HiddenSize), .. x[0].Skip(shape.HiddenSize)];

        var pooled = new List<double>();
        if ((shape.Pooling & Pooling.Last) != 0)
            pooled.AddRange(last);
        if ((shape.Pooling & Pooling.Mean) != 0)
            pooled.AddRange(last.Select((_, j) => x.Length == 0 ? 0 : x.Average(h => h[j])));
        if ((shape.Pooling & Pooling.Max) != 0)
            pooled.AddRange(last.Select((_, j) => x.Length == 0 ? 0 : x.Max(h => h[j])));
        if ((shape.Pooling & Pooling.Attention) != 0)
        {
            double[] powers = [.. x.Select(h => Math.Exp(h.Select((value, j) => weights["attention.weight"][j] * Math.Tanh(value)).Sum()))];
            double total = powers.Sum();
            pooled.AddRange(last.Select((_, j) => x.Select((h, t) => powers[t] / total * h[j]).Sum()));
        }

        double[] y = [.. pooled, .. shape.StaticUse == StaticUse.InitialState ? [] : Statics];
        for (int j = 0; j <= shape.HeadHiddenSizes.Count; j++)
        {
            if (j > 0)
                y = [.. y.Select(v => Math.Max(0, v))];
            y = Affine(weights[$"head.{j}.weight"], weights[$"head.{j}.bias"], y);
        }
        return y;
    }

    private (double[][] States, double[] Final) Layer(double[][] x, int layer)
    {
        var forward = Run(x, $"l{layer}");
        if (!shape.Bidirectional)
            return forward;
        var backward = Run([.. x.Reverse()], $"l{layer}_reverse");
        return (
            [.. forward.States.Zip(backward.States.Reverse(), (a, b) => (double[])[.. a, .. b])],
            [.. forward.Final, .. backward.Final]
        );
    }

    private double[] Normalize(double[] y, int layer)
    {
        double[] gain = weights[$"norm.{layer}.weight"];
        if (shape.LayerNormalization == LayerNormalization.RmsNorm)
        {
            double root = Math.Sqrt(y.Average(v => v * v) + 1.1920929e-7);
            return [.. y.Select((v, j) => v / root * gain[j])];
        }
        double mean = y.Average(),
            deviation = Math.Sqrt(y.Average(v => (v - mean) * (v - mean)) + 1e-5);
        return [.. y.Select((v, j) => (v - mean) / deviation * gain[j] + weights[$"norm.{layer}.bias"][j])];
    }

    private (double[][] States, double[] Final) Run(double[][] x, string suffix)
    {
        int H = shape.HiddenSize;
        double[] h = new double[H],
            c = new double[H],
            total = new double[H];
        var s = new Complex[H];
        if (shape.StaticUse != StaticUse.Head && suffix.StartsWith("l0", StringComparison.Ordinal))
        {
            double[] first = Affine(weights[$"initial_state.{suffix}.weight"], weights[$"initial_state.{suffix}.bias"], Statics);
            h = [.. first.Take(H).Select(Math.Tanh)];
            c = [.. first.TakeLast(H).Select(Math.Tanh)];
            total = [.. first.Take(H).Select(_ => 1)];
            s = [.. h.Zip(c, (re, im) => new Complex(re, im))];
        }
        double[]? mask = StateMask?.Invoke(suffix);
        var states = new List<double[]>();
        foreach (double[] step in x)
        {
            double[] a = Affine(weights[$"rnn.weight_ih_{suffix}"], weights[$"rnn.bias_ih_{suffix}"], step);
            double[] b = shape.Cell is CellKind.MinGru or CellKind.MinLstm or CellKind.Lru
                ? []
                : Affine(
                    weights[$"rnn.weight_hh_{suffix}"],
                    weights[$"rnn.bias_hh_{suffix}"],
                    mask is null ? h : [.. h.Zip(mask, (value, m) => value * m)]
                );
            double[] next = new double[H];
            for (int u = 0; u < H; u++)
                switch (shape.Cell)
                {
                    case CellKind.Elman:
                        next[u] = Math.Tanh(a[u] + b[u]);
                        break;
                    case CellKind.ElmanRelu:
                        next[u] = Math.Max(0, a[u] + b[u]);
                        break;
                    case CellKind.Gru:
                        double r = Sigmoid(a[u] + b[u]),
                            z = Sigmoid(a[H + u] + b[H + u]),
                            n = Math.Tanh(a[2 * H + u] + r * b[2 * H + u]);
                        next[u] = (1 - z) * n + z * h[u];
                        break;
                    case CellKind.MinGru:
                        double update = Sigmoid(a[u]);
                        next[u] = (1 - update) * h[u] + update * a[H + u];
                        break;
                    case CellKind.MinLstm:
                        double forget = Sigmoid(a[u]),
                            input = Sigmoid(a[H + u]);
                        next[u] = forget / (forget + input) * h[u] + input / (forget + input) * a[2 * H + u];
                        break;
                    case CellKind.SLstm:
                        double weight = Math.Exp(a[u] + b[u]),
                            kept = Sigmoid(a[H + u] + b[H + u]);
                        c[u] = kept * c[u] + weight * Math.Tanh(a[2 * H + u] + b[2 * H + u]);
                        total[u] = kept * total[u] + weight;
                        next[u] = Sigmoid(a[3 * H + u] + b[3 * H + u]) * c[u] / total[u];
                        break;
                    case CellKind.Lru:
                        double[] unit = [.. weights[$"rnn.unit_{suffix}"].Where((_, k) => k % H == u).Select(Math.Exp)];
                        s[u] = Complex.Exp(new Complex(-unit[0], unit[1])) * s[u] + unit[2] * new Complex(a[u], a[H + u]);
                        next[u] = Sigmoid(a[3 * H + u]) * (s[u].Real + a[2 * H + u]);
                        break;
                    default:
                        double i = Sigmoid(a[u] + b[u]),
                            f = Sigmoid(a[H + u] + b[H + u]),
                            g = Math.Tanh(a[2 * H + u] + b[2 * H + u]),
                            o = Sigmoid(a[3 * H + u] + b[3 * H + u]);
                        c[u] = f * c[u] + i * g;
                        next[u] = o * Math.Tanh(c[u]);
                        break;
                }
            h = next;
            states.Add(h);
        }
        return ([.. states], x.Length == 0 ? new double[H] : h);
    }

    private static double[] Affine(double[] weight, double[] bias, double[] x) =>
        [.. bias.Select((b, row) => b + x.Select((value, column) => weight[row * x.Length + column] * value).Sum())];

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
