using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The head over each step's states, followed by the row's static features: a tagger.</summary>
internal sealed unsafe class StepOutputs(EngineSettings settings, ParameterMap map, LayerStates states) : HeadedOutputs(settings, map)
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

    private void Read(MicroBatch microBatch, int t, int row, float* weights)
    {
        states.StatesAt(t, row, HeadInput[..Shape.StateWidth]);
        _statics?.Forward(microBatch, row, weights, HeadInput[Shape.StateWidth..]);
    }
}
