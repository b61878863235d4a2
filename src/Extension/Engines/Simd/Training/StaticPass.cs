using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// What the head, or the initial state, reads of a row's static values: numbers and categories' vectors, in the forward and backward pass.
/// </summary>
internal sealed unsafe class StaticPass
{
    private readonly NetworkShape _shape;
    private readonly CategoryPass _categories;
    private readonly int[] _ids;

    public StaticPass(NetworkShape shape, ParameterMap map)
    {
        _shape = shape;
        _categories = new CategoryPass(
            shape.StaticCategories,
            map.StaticCategories,
            parts: 1,
            numbers: shape.StaticFeatures - shape.StaticCategories.Count
        );
        _ids = new int[_categories.Ids];
    }

    /// <summary>What the head reads; null where it reads no static values.</summary>
    public static StaticPass? OfHead(NetworkShape shape, ParameterMap map) => shape.HeadReadsStatics ? new StaticPass(shape, map) : null;

    /// <param name="microBatch">The rows.</param>
    /// <param name="row">One of them.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="input">[StaticInputSize], overwritten.</param>
    public void Forward(MicroBatch microBatch, int row, float* weights, Span<float> input)
    {
        microBatch.StaticInputs(row, _shape.StaticFeatures).CopyTo(input);
        if (!_categories.IsEmpty)
            _categories.Forward(input, weights, _ids);
    }

    /// <summary>After <see cref="Forward"/> of the same row: adds to the gradients of the categories' vectors.</summary>
    /// <param name="back">[StaticInputSize] the gradient of the input.</param>
    /// <param name="gradient">The gradient of all weights.</param>
    public void Backward(ReadOnlySpan<float> back, float* gradient)
    {
        if (!_categories.IsEmpty)
            _categories.Backward(back, _ids, gradient);
    }
}
