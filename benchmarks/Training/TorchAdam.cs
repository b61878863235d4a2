using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Training;

/// <summary>
/// Adam (Kingma and Ba, 2015) as torch.optim.Adam computes it, in one pass over a parameter's memory instead of an operation each: m, v,
/// the step and the gradient's zero. Small networks spend a good part of torch's step in those operations.
/// </summary>
internal sealed class TorchAdam(IReadOnlyList<Parameter> parameters)
{
    private const float Beta1 = .9f,
        Beta2 = .999f,
        Epsilon = 1e-8f;

    private readonly float[][] _m = [.. parameters.Select(parameter => new float[parameter.numel()])];
    private readonly float[][] _v = [.. parameters.Select(parameter => new float[parameter.numel()])];
    private Tensor[] _gradients = [];
    private int _steps;

    /// <summary>Updates all parameters and sets their gradients to zero. These stay where they are after the first backward pass.</summary>
    public void Step(float learningRate)
    {
        if (_steps++ == 0)
            _gradients = [.. parameters.Select(parameter => parameter.grad!.DetachFromDisposeScope())];
        float rate = learningRate / (1 - MathF.Pow(Beta1, _steps)),
            correction = 1 / MathF.Sqrt(1 - MathF.Pow(Beta2, _steps));
        for (int i = 0; i < parameters.Count; i++)
            Update(Values(parameters[i]), Values(_gradients[i]), _m[i], _v[i], rate, correction);
    }

    private static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static void Update(Span<float> w, Span<float> g, Span<float> m, Span<float> v, float rate, float correction)
    {
        int whole = w.Length - w.Length % Vector<float>.Count;
        for (int i = 0; i < whole; i += Vector<float>.Count)
        {
            var gradient = new Vector<float>(g[i..]);
            Vector<float> first = Beta1 * new Vector<float>(m[i..]) + (1 - Beta1) * gradient;
            Vector<float> second = Beta2 * new Vector<float>(v[i..]) + (1 - Beta2) * gradient * gradient;
            Vector<float> weights =
                new Vector<float>(w[i..]) - rate * first / (correction * Vector.SquareRoot(second) + new Vector<float>(Epsilon));
            first.CopyTo(m[i..]);
            second.CopyTo(v[i..]);
            weights.CopyTo(w[i..]);
            Vector<float>.Zero.CopyTo(g[i..]);
        }
        for (int i = whole; i < w.Length; i++)
        {
            m[i] = Beta1 * m[i] + (1 - Beta1) * g[i];
            v[i] = Beta2 * v[i] + (1 - Beta2) * g[i] * g[i];
            w[i] -= rate * m[i] / (correction * MathF.Sqrt(v[i]) + Epsilon);
            g[i] = 0;
        }
    }
}
