using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The values that a cell computes with beside its gates' weights, from its units' parameters, and back.</summary>
/// <param name="sizes">The direction's sizes.</param>
internal sealed unsafe class UnitValues<TCell>(DirectionSizes sizes)
    where TCell : unmanaged, ICellTraining
{
    private readonly AlignedBuffer _parameters = new((long)sizes.UnitParameters * sizes.Width),
        _values = new((long)sizes.UnitParameters * sizes.Width);

    /// <summary>[P, W] the values, 0 beyond the units.</summary>
    public float* Values => _values.Start;

    /// <summary>Computes them.</summary>
    /// <param name="parameters">[P, W] the parameters.</param>
    public void Read(float* parameters)
    {
        int size = sizes.UnitParameters * sizes.Width;
        new ReadOnlySpan<float>(parameters, size).CopyTo(new Span<float>(_parameters.Start, size));
        TCell.ToUnitValues(_parameters.Start, _values.Start, sizes.Width, sizes.Units);
    }

    /// <summary>Adds to the gradients of the parameters.</summary>
    /// <param name="values">[P, W] the gradients of the values.</param>
    /// <param name="gradient">[P, W] the gradients of the parameters.</param>
    public void AddGradient(float* values, float* gradient) =>
        TCell.AddUnitGradient(_parameters.Start, values, gradient, sizes.Width, sizes.Units);
}
