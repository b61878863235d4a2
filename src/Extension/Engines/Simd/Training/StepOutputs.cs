using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The head over each step's states: a tagger.</summary>
internal sealed unsafe class StepOutputs(EngineSettings settings, ParameterMap map, LayerPass layer) : HeadedOutputs(settings, map, layer)
{
    public override bool UsesSteps => true;

    public override void Score(MicroBatch microBatch, float* weights, Span<float> outputs)
    {
        for (int t = 0; t < microBatch.Steps; t++)
        for (int row = 0; row < microBatch.ActiveRows[t]; row++)
        {
            Layer.StatesAt(t, row, HeadInput);
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
            Layer.StatesAt(t, row, HeadInput);
            loss += TrainHead(
                t,
                microBatch.Row(row),
                step,
                weights,
                microBatch.Label(t, row),
                (float)(microBatch.Weight(t, row) / unit),
                gradient
            );
            Layer.AddOutputGradient(t, row, HeadInputGradient);
        }
        return loss;
    }
}
