using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The head over each step's states, followed by the row's static features: a tagger.</summary>
internal unsafe class StepOutputs(EngineSettings settings, ParameterMap map, LayerStates states) : HeadedOutputs(settings, map)
{
    private readonly StaticPass? _statics = StaticPass.OfHead(settings.Shape, map);

    public override bool UsesSteps => true;

    public override void Score(MicroBatch microBatch, float* weights, Span<float> outputs)
    {
        for (int t = 0; t < microBatch.Steps; t++)
        for (int row = 0; row < microBatch.ActiveRows[t]; row++)
        {
            Read(microBatch, t, row, weights);
            RunHead(weights, outputs.Slice(microBatch.Item(t, row) * Shape.Outputs, Shape.Outputs));
        }
    }

    public override double Train(MicroBatch microBatch, long step, float* weights, double unit, float* gradient)
    {
        double loss = 0;
        for (int t = 0; t < microBatch.Steps; t++)
        for (int row = 0; row < microBatch.ActiveRows[t]; row++)
        {
            if (microBatch.Weight(t, row) == 0)
                continue;
            Read(microBatch, t, row, weights);
            loss += TrainHead(
                microBatch.First + t,
                microBatch.Row(row),
                step,
                weights,
                microBatch.Label(t, row),
                (float)(microBatch.Weight(t, row) / unit),
                gradient
            );
            states.AddOutputGradient(t, row, HeadInputGradient[..Shape.StateWidth]);
            _statics?.Backward(HeadInputGradient[Shape.StateWidth..], gradient);
        }
        return loss;
    }

    /// <summary>Runs the head at a step again, and its backward pass to the states.</summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="t">The step of the row.</param>
    /// <param name="row">The row.</param>
    /// <param name="step">Number of the training step.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="outputGradient">[Outputs].</param>
    /// <param name="gradient">The gradient of all weights, added to.</param>
    protected void Backward(
        MicroBatch microBatch,
        int t,
        int row,
        long step,
        float* weights,
        ReadOnlySpan<float> outputGradient,
        float* gradient
    )
    {
        Read(microBatch, t, row, weights);
        BackwardHead(DropoutOfHead(step, t, microBatch.Row(row)), weights, outputGradient, gradient);
        states.AddOutputGradient(t, row, HeadInputGradient[..Shape.StateWidth]);
        _statics?.Backward(HeadInputGradient[Shape.StateWidth..], gradient);
    }

    /// <summary>Reads the head's input at a step.</summary>
    protected void Read(MicroBatch microBatch, int t, int row, float* weights)
    {
        states.StatesAt(t, row, HeadInput[..Shape.StateWidth]);
        _statics?.Forward(microBatch, row, weights, HeadInput[Shape.StateWidth..]);
    }
}
