using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// Contiguous weights, with contiguous gradients, so that one operation updates all of them: a small network's step on a GPU is mostly the
/// launching of operations. Or a single separate weight, whose gradient is torch's own.
/// </summary>
internal sealed class WeightBlock : IDisposable
{
    // In elements of 4 bytes: matrices are aligned as torch's own, which kernels that read 16 bytes at a time require.
    private const long Alignment = 32;

    private readonly bool _isSingle;
    private Tensor? _gradient;

    private WeightBlock(Tensor weights, IReadOnlyList<(Parameter Parameter, long Offset)> parts, bool isSingle = false) =>
        (Weights, Parts, _isSingle) = (weights, parts, isSingle);

    /// <summary>The weights, [n]; a single one in its own shape.</summary>
    public Tensor Weights { get; }

    /// <summary>
    /// Their gradients, of the same shape; null before the first step, and for a single weight that is unused.
    /// </summary>
    public Tensor? Gradient => _isSingle ? Parts[0].Parameter.grad : _gradient;

    /// <summary>The offset of each weight.</summary>
    public IReadOnlyList<(Parameter Parameter, long Offset)> Parts { get; }

    /// <summary>A new block of zeros.</summary>
    /// <param name="shapes">The weights' shapes.</param>
    /// <param name="device">The device.</param>
    public static WeightBlock New(IEnumerable<long[]> shapes, Device device)
    {
        var places = new List<(long[] Shape, long Offset)>();
        long end = 0;
        foreach (long[] shape in shapes)
        {
            places.Add((shape, end));
            end += (Size(shape) + Alignment - 1) / Alignment * Alignment;
        }
        Tensor weights = zeros(end, device: device);
        return new WeightBlock(
            weights,
            [.. places.Select(place => (nn.Parameter(weights.narrow(0, place.Offset, Size(place.Shape)).view(place.Shape)), place.Offset))]
        );
    }

    /// <summary>
    /// The blocks of torch's own weights: one where torch stores them contiguously, as for cuDNN, or else one each.
    /// </summary>
    public static IReadOnlyList<WeightBlock> Of(IReadOnlyList<Parameter> parameters)
    {
        using var noGradient = no_grad();
        (Parameter Parameter, long Offset)[] parts =
        [
            .. parameters.Select(parameter => (parameter, parameter.storage_offset())).OrderBy(part => part.Item2),
        ];
        if (!LieSideBySide(parts))
            return [.. parameters.Select(Single)];
        Tensor weights = parts[0].Parameter.detach().as_strided([parts.Sum(part => part.Parameter.numel())], [1], 0);
        return [new WeightBlock(weights, parts)];
    }

    /// <summary>A single separate weight.</summary>
    public static WeightBlock Single(Parameter parameter) => new(parameter, [(parameter, 0)], isSingle: true);

    /// <summary>A weight that training leaves unchanged: it never has a gradient.</summary>
    public static WeightBlock Frozen(long[] shape, Device device) =>
        Single(nn.Parameter(zeros(shape, device: device), requires_grad: false));

    /// <summary>A weight's part of a tensor that is as long as <see cref="Weights"/>.</summary>
    public static Tensor Part(Tensor block, Parameter parameter, long offset) =>
        block.numel() == parameter.numel() ? block.view(parameter.shape) : block.narrow(0, offset, parameter.numel()).view(parameter.shape);

    /// <summary>Sets the gradients to zero.</summary>
    public void ZeroGradient()
    {
        if (_isSingle)
            using (Tensor? own = Parts[0].Parameter.grad)
                own?.zero_();
        else if (_gradient is not null)
            _gradient.zero_();
        else
            _gradient = NewGradient();
    }

    /// <summary>Detaches its tensors from the current dispose scope.</summary>
    public void Keep()
    {
        Weights.DetachFromDisposeScope();
        foreach (var (parameter, _) in Parts)
            parameter.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        Weights.Dispose();
        _gradient?.Dispose();
        foreach (var (parameter, _) in Parts)
            parameter.Dispose();
    }

    // Torch adds to an existing gradient in place.
    private Tensor NewGradient()
    {
        Tensor gradient = zeros_like(Weights).DetachFromDisposeScope();
        foreach (var (parameter, offset) in Parts)
            parameter.grad = Part(gradient, parameter, offset);
        return gradient;
    }

    // Tensors with an offset above 0 share the memory of the one at offset 0.
    private static bool LieSideBySide((Parameter Parameter, long Offset)[] parts)
    {
        long end = 0;
        foreach (var (parameter, offset) in parts)
        {
            if (offset != end || !parameter.is_contiguous())
                return false;
            end += parameter.numel();
        }
        return parts.Length > 1;
    }

    private static long Size(long[] shape) => shape.Aggregate(1L, (product, side) => product * side);
}
