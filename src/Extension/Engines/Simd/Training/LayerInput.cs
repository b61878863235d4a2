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

/// <summary>What is read of the layer below: its states, or a sum of layers, normalised where the network normalises.</summary>
/// <param name="below">Its states, before normalisation; their gradients are added to.</param>
/// <param name="norm">The normalisation; null for none.</param>
/// <param name="layer">Index of the layer that reads them.</param>
/// <param name="dropout">Drops some of them, after normalisation.</param>
internal sealed class StatesInput(IStepStates below, NormPass? norm, int layer, LayerDropout dropout) : LayerInput
{
    private float[] _states = [];

    public override bool NeedsGradient => true;

    public override void Read(MicroBatch microBatch, LayerPass pass)
    {
        int first = microBatch.First - below.FirstStep;
        for (int t = 0; t < microBatch.Steps; t++)
        for (int row = 0; row < microBatch.ActiveRows[t]; row++)
        {
            Span<float> input = pass.InputOf(t, row);
            below.StatesAt(first + t, row, input);
            norm?.Forward(input);
            dropout.Apply(input, layer, microBatch, row, t);
        }
    }

    public override unsafe void Backward(MicroBatch microBatch, LayerPass pass, MicroBatchGradient gradient)
    {
        int first = microBatch.First - below.FirstStep;
        pass.MakeInputGradients();
        for (int t = 0; t < microBatch.Steps; t++)
        for (int row = 0; row < microBatch.ActiveRows[t]; row++)
        {
            Span<float> back = pass.InputGradient(t, row);
            dropout.Apply(back, layer, microBatch, row, t);
            if (norm is not null)
            {
                if (_states.Length != back.Length)
                    _states = new float[back.Length];
                below.StatesAt(first + t, row, _states);
                norm.Backward(_states, back, gradient.Values);
            }
            below.AddOutputGradient(first + t, row, back);
        }
    }
}
