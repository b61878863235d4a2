using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data;

/// <summary>The values of a store's rows, standardised as they are read, by any number of threads at a time.</summary>
internal sealed class StoredSteps(SequenceStore store, FeatureScaling? scaling)
{
    private readonly Standardiser? _standardiser = scaling is null ? null : new Standardiser(scaling);

    /// <summary>A row's values, [T, F].</summary>
    /// <param name="row">The row of the store.</param>
    /// <param name="scratch">The reader's own memory, which may hold the result; enlarged where it is too small.</param>
    public ReadOnlySpan<float> Read(int row, ref float[] scratch)
    {
        ReadOnlySpan<float> steps = store.View(row).Steps;
        if (_standardiser is null)
            return steps;
        if (scratch.Length < steps.Length)
            scratch = new float[steps.Length];
        _standardiser.Apply(steps, scratch);
        return scratch.AsSpan(0, steps.Length);
    }
}
