using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>Dropout of what enters the layers, and of their states. A mask is the same whenever it is applied in a training step.</summary>
/// <remarks>Dropout places: the input is 0, then each layer after the first, then the head, then the layers' states.</remarks>
internal sealed class LayerDropout(EngineSettings settings)
{
    /// <summary>Number of the training step; null where nothing is dropped.</summary>
    public long? Step { get; set; }

    /// <summary>Drops some values of a layer's input, or the same ones of its gradient.</summary>
    /// <param name="values">The values.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="microBatch">The rows.</param>
    /// <param name="row">One of them.</param>
    /// <param name="t">Its step.</param>
    public void Apply(Span<float> values, int layer, MicroBatch microBatch, int row, int t)
    {
        float share = layer == 0 ? settings.DropoutRates.InputDropout : settings.DropoutRates.Dropout;
        if (Step is long step && share > 0)
            new DropoutMask(settings.Seed, step, layer).Apply(values, share, microBatch.Row(row), microBatch.First + t);
    }

    /// <summary>Dropout of a layer's states; null for none.</summary>
    public RecurrentDropout? OfStates(int layer) =>
        Step is long step && settings.DropoutRates.RecurrentDropout is var share and > 0
            ? new RecurrentDropout(new DropoutMask(settings.Seed, step, RecurrentDropout.Place(layer)), share)
            : null;
}
