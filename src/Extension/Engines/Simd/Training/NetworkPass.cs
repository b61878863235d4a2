using System.Numerics.Tensors;
using RnnMlNet.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The whole network, there and back, for a shard of a batch: one thread's memory, reused.</summary>
internal sealed unsafe class NetworkPass
{
    // Places of dropout: the input, then each layer after the first, then the head, then the layers' states (RecurrentDropout.Place).
    private const int HeadPlace = 1 << 16;

    private readonly EngineSettings _settings;
    private readonly NetworkShape _shape;
    private readonly ParameterMap _map;
    private readonly EmbeddingTable? _embeddings;
    private readonly LayerPass[] _layers;
    private readonly PoolingPass _pooling;
    private readonly HeadPass _head;
    private readonly float[] _outputs;
    private readonly float[] _outputGradient;
    private float[] _scratch = [];
    private Shard _shard = new();
    private long? _step;

    /// <param name="settings">Sizes, loss, dropout.</param>
    /// <param name="map">Where the weights stand.</param>
    /// <param name="layers">The layers' directions, shared.</param>
    /// <param name="embeddings">Of a network over tokens, their table, shared.</param>
    public NetworkPass(EngineSettings settings, ParameterMap map, DirectionTraining[][] layers, EmbeddingTable? embeddings)
    {
        _settings = settings;
        _shape = settings.Shape;
        _map = map;
        _embeddings = embeddings;
        _layers = [.. layers.Select(directions => new LayerPass(directions))];
        _pooling = new PoolingPass(_shape, map);
        _head = new HeadPass(_shape, map);
        _outputs = new float[_shape.Outputs];
        _outputGradient = new float[_shape.Outputs];
    }

    private LayerPass LastLayer => _layers[^1];

    /// <summary>Raw outputs of a shard's rows, without dropout.</summary>
    /// <param name="shard">The rows.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="outputs">[B, Outputs], of a tagger [T, B, Outputs], of the whole batch; those of the shard's rows are written.</param>
    public void Score(Shard shard, float* weights, Span<float> outputs)
    {
        Forward(shard, step: null);
        for (int t = 0; t < HeadSteps; t++)
            for (int row = 0; row < HeadRows(t); row++)
            {
                ReadHead(weights, t, row);
                _head.Forward(weights, outputs.Slice(shard.Item(t, row) * _shape.Outputs, _shape.Outputs), null);
            }
    }

    /// <summary>A shard's part of a training step.</summary>
    /// <param name="shard">The rows.</param>
    /// <param name="step">Number of the training step.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="unit">What a row's weight is divided by.</param>
    /// <param name="gradient">The shard's gradients are added to it.</param>
    /// <returns>The sum of the rows' losses, each by its weight so divided.</returns>
    public double Train(Shard shard, long step, float* weights, double unit, ShardGradient gradient)
    {
        Forward(shard, step);
        LastLayer.ClearAbove(_pooling.PoolsSteps);
        double loss = 0;
        for (int t = 0; t < HeadSteps; t++)
            for (int row = 0; row < HeadRows(t); row++)
                if (!_shape.PerStep || shard.Weight(t, row) > 0)
                    loss += TrainHead(t, row, weights, (float)(shard.Weight(t, row) / unit), gradient.Values);
        Backward(gradient);
        return loss;
    }

    private void Forward(Shard shard, long? step)
    {
        _shard = shard;
        _step = step;
        foreach (LayerPass layer in _layers)
            layer.Start(shard);
        for (int l = 0; l < _layers.Length; l++)
        {
            if (l == 0 && _embeddings is null)
                ReadSteps();
            else
                ReadInputs(l);
            _layers[l].Forward(StateDropout(l));
        }
    }

    private void ReadSteps()
    {
        LayerPass layer = _layers[0];
        for (int row = 0; row < _shard.Count; row++)
        {
            _shard.CopySteps(row, layer.InputsOf(row), layer.InputStride * _shard.Count, ref _scratch);
            if (_settings.InputDropout > 0)
                for (int t = 0; t < _shard.Length(row); t++)
                    Drop(layer.InputOf(t, row), 0, row, t);
        }
    }

    private void ReadInputs(int l)
    {
        for (int t = 0; t < _shard.Steps; t++)
            for (int row = 0; row < _shard.Live[t]; row++)
            {
                Span<float> input = _layers[l].InputOf(t, row);
                if (l > 0)
                    _layers[l - 1].StatesAt(t, row, input);
                else
                    _embeddings![_shard.Token(t, row)].CopyTo(input);
                Drop(input, l, row, t);
            }
    }

    // The head runs once a row, or at every step that the row has.
    private int HeadSteps => _shape.PerStep ? _shard.Steps : 1;

    private int HeadRows(int t) => _shape.PerStep ? _shard.Live[t] : _shard.Count;

    private void ReadHead(float* weights, int t, int row)
    {
        if (_shape.PerStep)
            LastLayer.StatesAt(t, row, _head.Pooled);
        else
            _pooling.Forward(weights, LastLayer, _shard, row, _head.Pooled);
    }

    private double TrainHead(int t, int row, float* weights, float share, float* gradient)
    {
        RowDropout? dropout = _settings.HeadDropout > 0 ? new RowDropout(new DropoutMask(_settings.Seed, _step!.Value, HeadPlace + t), _settings.HeadDropout, _shard.Row(row)) : null;
        ReadHead(weights, t, row);
        _head.Forward(weights, _outputs, dropout);
        LossGradient.Of(_settings.Loss, _outputs, _shard.Label(t, row), _settings.LabelSmoothing, share, _outputGradient);
        _head.Backward(weights, _outputGradient, gradient, dropout);
        if (_shape.PerStep)
            LastLayer.AddAbove(t, row, _head.PooledGradient);
        else
            _pooling.Backward(weights, LastLayer, _shard, row, _head.PooledGradient, gradient);
        return Losses.Of(_settings.Loss, _outputs, _shard.Label(t, row), _settings.LabelSmoothing) * share;
    }

    private void Backward(ShardGradient gradient)
    {
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            int layer = l;
            _layers[l].Backward(steps: l < _layers.Length - 1 || _pooling.PoolsSteps, d => (nint)(gradient.Values + _map.Direction(layer, d)));
            if (l == 0 && _embeddings is null)
                return;
            _layers[l].MakeInputGradients();
            PassInputGradients(l, gradient);
        }
    }

    private void PassInputGradients(int l, ShardGradient gradient)
    {
        if (l > 0)
            _layers[l - 1].ClearAbove(steps: true);
        for (int t = 0; t < _shard.Steps; t++)
            for (int row = 0; row < _shard.Live[t]; row++)
            {
                Span<float> back = _layers[l].InputGradient(t, row);
                Drop(back, l, row, t);
                if (l > 0)
                    _layers[l - 1].AddAbove(t, row, back);
                else
                    gradient.Embeddings!.Add(_shard.Token(t, row), back);
            }
    }

    private void Drop(Span<float> values, int layer, int row, int t)
    {
        float share = layer == 0 ? _settings.InputDropout : _settings.Dropout;
        if (_step is long step && share > 0)
            new DropoutMask(_settings.Seed, step, layer).Apply(values, share, _shard.Row(row), t);
    }

    private RecurrentDropout? StateDropout(int layer) => _step is long step && _settings.RecurrentDropout > 0
        ? new RecurrentDropout(new DropoutMask(_settings.Seed, step, RecurrentDropout.Place(layer)), _settings.RecurrentDropout)
        : null;
}
