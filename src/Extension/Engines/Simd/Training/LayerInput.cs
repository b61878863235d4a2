namespace RnnMlNet.Engines.Simd.Training;

/// <summary>What a layer reads.</summary>
internal abstract class LayerInput
{
    /// <summary>Whether something is learned from the gradient of the input.</summary>
    public abstract bool NeedsGradient { get; }

    /// <summary>Fills a layer's input, dropout applied.</summary>
    /// <param name="microBatch">The rows, with which the layer has started.</param>
    /// <param name="layer">The layer.</param>
    public abstract void Read(MicroBatch microBatch, LayerPass layer);

    /// <summary>After the layer's backward pass and <see cref="Read"/> of the same micro-batch: passes the input's gradient on.</summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="gradient">The gradients of the weights, added to.</param>
    public abstract void Backward(MicroBatch microBatch, LayerPass layer, MicroBatchGradient gradient);
}

/// <summary>The states of the layer below.</summary>
/// <param name="below">Its states; their gradients are added to.</param>
/// <param name="layer">Index of the layer that reads them.</param>
/// <param name="dropout">Drops some of them.</param>
internal sealed class StatesInput(LayerStates below, int layer, LayerDropout dropout) : LayerInput
{
    public override bool NeedsGradient => true;

    public override void Read(MicroBatch microBatch, LayerPass pass)
    {
        int first = microBatch.First - below.FirstStep;
        for (int t = 0; t < microBatch.Steps; t++)
        for (int row = 0; row < microBatch.ActiveRows[t]; row++)
        {
            Span<float> input = pass.InputOf(t, row);
            below.StatesAt(first + t, row, input);
            dropout.Apply(input, layer, microBatch, row, t);
        }
    }

    public override void Backward(MicroBatch microBatch, LayerPass pass, MicroBatchGradient gradient)
    {
        int first = microBatch.First - below.FirstStep;
        pass.MakeInputGradients();
        for (int t = 0; t < microBatch.Steps; t++)
        for (int row = 0; row < microBatch.ActiveRows[t]; row++)
        {
            Span<float> back = pass.InputGradient(t, row);
            dropout.Apply(back, layer, microBatch, row, t);
            below.AddOutputGradient(first + t, row, back);
        }
    }
}
