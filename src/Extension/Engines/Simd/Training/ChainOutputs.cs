using System.Numerics.Tensors;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// The head over each step's states, and a conditional random field over the outputs of all steps of a row: the loss is minus the logarithm
/// of the probability of its labels.
/// </summary>
internal sealed unsafe class ChainOutputs(EngineSettings settings, ParameterMap map, LayerStates states)
    : StepOutputs(settings, map, states)
{
    private readonly ParameterMap _map = map;
    private readonly LinearChain _chain = new(settings.Shape.Outputs);
    private float[] _outputs = [],
        _gradients = [];
    private int[] _labels = [];

    public override double Train(MicroBatch microBatch, long step, float* weights, double unit, float* gradient)
    {
        _chain.Load(Pairs(weights), Ends(weights, 1), Ends(weights, 2));
        double loss = 0;
        for (int row = 0; row < microBatch.Count; row++)
        {
            float weight = ReadLabels(microBatch, row);
            if (weight > 0)
                loss += Train(microBatch, row, step, weights, (float)(weight / unit), gradient);
        }
        return loss;
    }

    private double Train(MicroBatch microBatch, int row, long step, float* weights, float share, float* gradient)
    {
        int width = Shape.Outputs,
            steps = microBatch.Length(row);
        if (_outputs.Length < steps * width)
            (_outputs, _gradients) = (new float[steps * width], new float[steps * width]);
        for (int t = 0; t < steps; t++)
        {
            Read(microBatch, t, row, weights);
            RunHead(weights, _outputs.AsSpan(t * width, width), DropoutOfHead(step, t, microBatch.Row(row)));
        }
        Span<float> outputs = _outputs.AsSpan(0, steps * width),
            gradients = _gradients.AsSpan(0, steps * width);
        // The caller refuses a loss that is not finite.
        if (!TensorPrimitives.IsFiniteAll<float>(outputs))
            return double.NaN;
        double loss = _chain.Loss(
            outputs,
            _labels.AsSpan(0, steps),
            gradients,
            share,
            new ChainGradient
            {
                Pairs = Pairs(gradient),
                First = Ends(gradient, 1),
                Last = Ends(gradient, 2),
            }
        );
        TensorPrimitives.Multiply(gradients, share, gradients);
        for (int t = 0; t < steps; t++)
            Backward(microBatch, t, row, step, weights, gradients.Slice(t * width, width), gradient);
        return loss * share;
    }

    // The row's weight; 0 where no step has a label.
    private float ReadLabels(MicroBatch microBatch, int row)
    {
        int steps = microBatch.Length(row);
        if (_labels.Length < steps)
            _labels = new int[steps];
        float weight = 0;
        for (int t = 0; t < steps; t++)
        {
            float own = microBatch.Weight(t, row);
            _labels[t] = own > 0 ? (int)microBatch.Label(t, row)[0] : -1;
            weight = Math.Max(weight, own);
        }
        return weight;
    }

    private Span<float> Pairs(float* values) => new(values + _map.Readout[0], Shape.Outputs * Shape.Outputs);

    private Span<float> Ends(float* values, int tensor) => new(values + _map.Readout[tensor], Shape.Outputs);
}
