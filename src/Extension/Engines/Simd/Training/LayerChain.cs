namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Layers that run one above the other, forward and backward pass over a micro-batch: whole rows, or a segment of their steps. The
/// activations stay in the layers until the next forward pass.
/// </summary>
internal sealed unsafe class LayerChain
{
    private readonly LayerPass[] _layers;
    private readonly List<LayerInput> _inputs;
    private readonly int _first;
    private readonly LayerDropout _dropout;
    private readonly ParameterMap _map;
    private readonly InitialStatePass? _initial;
    private readonly bool _isResidual;
    private readonly TopStates? _top;

    /// <param name="layers">The layers, from the lowest on.</param>
    /// <param name="first">Index of the lowest in the network.</param>
    /// <param name="input">What the lowest reads.</param>
    /// <param name="dropout">Drops some of what the layers read.</param>
    /// <param name="map">Layout of the weights.</param>
    /// <param name="initial">Makes the network's first layer's states before the first step; null for zeros.</param>
    /// <param name="blocks">What is read of all the network's layers, which these are; null where the layers are apart from the others,
    /// and their own states are read.</param>
    public LayerChain(
        LayerPass[] layers,
        int first,
        LayerInput input,
        LayerDropout dropout,
        ParameterMap map,
        InitialStatePass? initial,
        LayerBlockPass? blocks
    )
    {
        _layers = layers;
        _inputs = [input];
        IStepStates sum = layers[0];
        for (int l = 1; l < layers.Length; l++)
        {
            _inputs.Add(new StatesInput(sum, blocks?.NormOf(l - 1), first + l, dropout));
            sum = blocks?.SumOf(layers[l], sum) ?? layers[l];
        }
        _top = blocks?.TopOf(sum);
        _isResidual = blocks?.IsResidual ?? false;
        _first = first;
        _dropout = dropout;
        _map = map;
        _initial = first == 0 ? initial : null;
    }

    /// <summary>The layers, from the lowest on.</summary>
    public IReadOnlyList<LayerPass> Layers => _layers;

    /// <summary>The uppermost layer.</summary>
    public LayerPass Top => _layers[^1];

    /// <summary>What is read of the uppermost layer.</summary>
    public LayerStates Outputs => _top?.States ?? Top;

    public void Forward(MicroBatch microBatch)
    {
        for (int l = 0; l < _layers.Length; l++)
        {
            _layers[l].Start(microBatch);
            _inputs[l].Read(microBatch, _layers[l]);
            _layers[l].Forward(_dropout.OfStates(_first + l), l == 0 ? _initial : null);
        }
        _top?.Forward(microBatch);
    }

    /// <summary>Makes room for the gradients of <see cref="Outputs"/>, all 0.</summary>
    /// <param name="steps">Whether states before the last have gradients.</param>
    public void ClearOutputGradients(bool steps)
    {
        _top?.ClearGradients();
        foreach (LayerPass layer in _isResidual ? _layers : [Top])
            layer.ClearOutputGradients(steps || _top is not null);
    }

    /// <summary>Writes the lowest layer's states before the first segment.</summary>
    /// <param name="states">As in <see cref="LayerPass.WriteInitial"/>.</param>
    public void WriteInitial(float* states)
    {
        if (_initial is not null)
            _layers[0].WriteInitial(_initial, states);
    }

    /// <summary>After <see cref="Backward"/>, of segments that of the first one: from the states before the first step on.</summary>
    public void BackwardInitial(MicroBatchGradient gradient)
    {
        if (_initial is not null)
            _layers[0].BackwardInitial(_initial, gradient.Values);
    }

    /// <param name="microBatch">That of the last <see cref="Forward"/>.</param>
    /// <param name="steps">As in <see cref="ClearOutputGradients"/>.</param>
    /// <param name="gradient">The micro-batch's gradients, added to.</param>
    public void Backward(MicroBatch microBatch, bool steps, MicroBatchGradient gradient)
    {
        _top?.Backward(microBatch, gradient.Values);
        steps |= _top is not null;
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            int layer = _first + l;
            _layers[l].Backward(steps || l < _layers.Length - 1, d => (nint)(gradient.Values + _map.Direction(layer, d)));
            if (l > 0 && !_isResidual)
                _layers[l - 1].ClearOutputGradients(steps: true);
            if (_inputs[l].NeedsGradient)
                _inputs[l].Backward(microBatch, _layers[l], gradient);
        }
    }
}
