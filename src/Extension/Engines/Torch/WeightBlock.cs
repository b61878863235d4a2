using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// Weights that lie in one piece of memory, and their gradients in another, so that what is done to each of them is done to all at once: a
/// small network's step on a GPU is mostly the launching of operations. Or a single weight that lies by itself, whose gradient is torch's
/// own.
/// </summary>
internal sealed class WeightBlock : IDisposable
{
    // In numbers of 4 bytes: matrices begin where torch's own do, which kernels that read 16 bytes at a time ask for.
    private const long Alignment = 32;

    private readonly bool _isSingle;
    private Tensor? _gradient;

    private WeightBlock(Tensor weights, IReadOnlyList<(Parameter Parameter, long Offset)> parts, bool isSingle = false) =>
        (Weights, Parts, _isSingle) = (weights, parts, isSingle);

    /// <summary>The weights, [n]; a single one as it is.</summary>
    public Tensor Weights { get; }

    /// <summary>
    /// Their gradients, of the same shape; null before the first step, and where a single weight has none, for nothing used it.
    /// </summary>
    public Tensor? Gradient => _isSingle ? Parts[0].Parameter.grad : _gradient;

    /// <summary>Where each weight begins.</summary>
    public IReadOnlyList<(Parameter Parameter, long Offset)> Parts { get; }

    /// <summary>Zeros for weights that are made here.</summary>
    /// <param name="shapes">Their shapes.</param>
    /// <param name="device">Where they are.</param>
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
    /// The blocks of weights that torch has made: one where it has put them side by side, as for cuDNN, or else one each.
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

    /// <summary>A weight that lies by itself.</summary>
    public static WeightBlock Single(Parameter parameter) => new(parameter, [(parameter, 0)], isSingle: true);

    /// <summary>A weight's part of something that is as long as <see cref="Weights"/>.</summary>
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

    /// <summary>Takes its tensors out of the dispose scope that they were made in.</summary>
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

    // Where there is a gradient, torch adds to it in place.
    private Tensor NewGradient()
    {
        Tensor gradient = zeros_like(Weights).DetachFromDisposeScope();
        foreach (var (parameter, offset) in Parts)
            parameter.grad = Part(gradient, parameter, offset);
        return gradient;
    }

    // Tensors that begin elsewhere than at 0 share the memory of the one that does.
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
