using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The forward and backward pass of the whole network over a micro-batch: one thread's memory, reused.</summary>
/// <remarks>Dropout places: the input is 0, then each layer after the first, then the head, then the layers' states.</remarks>
internal sealed unsafe class NetworkPass
{
    private readonly EngineSettings _settings;
    private readonly NetworkShape _shape;
    private readonly ParameterMap _map;
    private readonly EmbeddingTable? _embeddings;
    private readonly LayerPass[] _layers;
    private readonly ProjectionPass? _projection;
    private readonly CategoryPass _categories;
    private readonly InitialStatePass? _initial;
    private readonly OutputPass _outputs;
    private float[] _scratch = [];
    private int[] _ids = [];
    private float* _weights;
    private MicroBatch _microBatch = new();
    private long? _step;

    /// <param name="settings">Sizes, loss, dropout.</param>
    /// <param name="map">Layout of the weights.</param>
    /// <param name="parts">The modules, shared.</param>
    /// <param name="embeddings">For a network over tokens, their table, shared.</param>
    public NetworkPass(EngineSettings settings, ParameterMap map, NetworkParts parts, EmbeddingTable? embeddings)
    {
        _settings = settings;
        _shape = settings.Shape;
        _map = map;
        _embeddings = embeddings;
        _layers =
        [
            .. parts.Layers.Select(
                (directions, layer) => new LayerPass(directions, layer == 0 && parts.Projection is not null ? parts.Projection.Width : 0)
            ),
        ];
        _projection = parts.Projection is null ? null : new ProjectionPass(parts.Projection, _layers[0]);
        _categories = new CategoryPass(
            _shape.StepColumns.Categories,
            map.Categories,
            _shape.PatchLength,
            _shape.StepColumns.EncodedNumbers(_shape.TimeStepValues)
        );
        _initial = InitialStatePass.Of(_shape, map);
        _outputs = OutputPasses.Create(settings, map, parts, _layers[^1]);
    }

    /// <summary>Raw outputs of a micro-batch's rows, without dropout.</summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="outputs">[B, Outputs], for a tagger [T, B, Outputs], of the whole batch; the micro-batch's rows are written.</param>
    public void Score(MicroBatch microBatch, float* weights, Span<float> outputs)
    {
        Forward(microBatch, step: null, weights);
        _outputs.Score(microBatch, weights, outputs);
    }

    /// <summary>A micro-batch's part of a training step.</summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="step">Number of the training step.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="unit">Divisor of a row's weight.</param>
    /// <param name="gradient">The micro-batch's gradients are added to it.</param>
    /// <returns>The sum of the rows' losses, each times its weight divided by the unit.</returns>
    public double Train(MicroBatch microBatch, long step, float* weights, double unit, MicroBatchGradient gradient)
    {
        Forward(microBatch, step, weights);
        _layers[^1].ClearOutputGradients(_outputs.UsesSteps);
        double loss = _outputs.Train(microBatch, step, weights, unit, gradient.Values);
        Backward(gradient);
        return loss;
    }

    private void Forward(MicroBatch microBatch, long? step, float* weights)
    {
        _microBatch = microBatch;
        _weights = weights;
        _step = step;
        foreach (LayerPass layer in _layers)
            layer.Start(microBatch);
        _initial?.Start(microBatch, weights);
        for (int l = 0; l < _layers.Length; l++)
        {
            if (l == 0 && _embeddings is null)
                ReadSteps();
            else
                ReadInputs(l);
            _layers[l].Forward(StateDropout(l), l == 0 ? _initial : null);
        }
    }

    private void ReadSteps()
    {
        _projection?.Start(_microBatch);
        if (!_categories.IsEmpty && _ids.Length < _microBatch.Steps * _microBatch.Count * _categories.Ids)
            _ids = new int[_microBatch.Steps * _microBatch.Count * _categories.Ids];
        for (int row = 0; row < _microBatch.Count; row++)
        {
            int stride = _projection?.StepStride ?? _layers[0].InputStride;
            Span<float> steps = _projection is null ? _layers[0].InputsOf(row) : _projection.StepsOf(row);
            _microBatch.CopySteps(row, steps, stride * _microBatch.Count, ref _scratch);
            if (!_categories.IsEmpty)
                for (int t = 0; t < _microBatch.Length(row); t++)
                    _categories.Forward(steps.Slice(t * stride * _microBatch.Count, _categories.Width), _weights, IdsAt(t, row));
            if (_settings.DropoutRates.InputDropout > 0)
                for (int t = 0; t < _microBatch.Length(row); t++)
                    Drop(steps.Slice(t * stride * _microBatch.Count, _shape.StepInputSize), 0, row, t);
        }
        _projection?.Forward(_microBatch);
    }

    private void ReadInputs(int l)
    {
        for (int t = 0; t < _microBatch.Steps; t++)
        for (int row = 0; row < _microBatch.ActiveRows[t]; row++)
        {
            Span<float> input = _layers[l].InputOf(t, row);
            if (l > 0)
                _layers[l - 1].StatesAt(t, row, input);
            else
                _embeddings![_microBatch.Token(t, row)].CopyTo(input);
            Drop(input, l, row, t);
        }
    }

    private void Backward(MicroBatchGradient gradient)
    {
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            int layer = l;
            _layers[l]
                .Backward(steps: l < _layers.Length - 1 || _outputs.UsesSteps, d => (nint)(gradient.Values + _map.Direction(layer, d)));
            if (l == 0 && _initial is not null)
                _layers[0].BackwardInitial(_initial, gradient.Values);
            if (l == 0 && _projection is not null)
                _projection.Backward(_microBatch, gradient.Values + _map.Projection, CategoryGradients(gradient));
            if (l == 0 && (_embeddings is null || _settings.FreezesEmbeddings) && (_categories.IsEmpty || _projection is not null))
                return;
            _layers[l].MakeInputGradients();
            PassInputGradients(l, gradient);
        }
    }

    private void PassInputGradients(int l, MicroBatchGradient gradient)
    {
        if (l > 0)
            _layers[l - 1].ClearOutputGradients(steps: true);
        for (int t = 0; t < _microBatch.Steps; t++)
        for (int row = 0; row < _microBatch.ActiveRows[t]; row++)
        {
            Span<float> back = _layers[l].InputGradient(t, row);
            Drop(back, l, row, t);
            if (l > 0)
                _layers[l - 1].AddOutputGradient(t, row, back);
            else if (_categories.IsEmpty)
                gradient.Embeddings!.Add(_microBatch.Token(t, row), back);
            else
                _categories.Backward(back, IdsAt(t, row), gradient.Values);
        }
    }

    // What becomes of the gradient of a projection's input; null where it is not needed.
    private ProjectionPass.InputGradient? CategoryGradients(MicroBatchGradient gradient) =>
        _categories.IsEmpty
            ? null
            : (t, row, back) =>
            {
                Drop(back, 0, row, t);
                _categories.Backward(back, IdsAt(t, row), gradient.Values);
            };

    private Span<int> IdsAt(int t, int row) => _ids.AsSpan((t * _microBatch.Count + row) * _categories.Ids, _categories.Ids);

    private void Drop(Span<float> values, int layer, int row, int t)
    {
        float share = layer == 0 ? _settings.DropoutRates.InputDropout : _settings.DropoutRates.Dropout;
        if (_step is long step && share > 0)
            new DropoutMask(_settings.Seed, step, layer).Apply(values, share, _microBatch.Row(row), t);
    }

    private RecurrentDropout? StateDropout(int layer) =>
        _step is long step && _settings.DropoutRates.RecurrentDropout is var share and > 0
            ? new RecurrentDropout(new DropoutMask(_settings.Seed, step, RecurrentDropout.Place(layer)), share)
            : null;
}
