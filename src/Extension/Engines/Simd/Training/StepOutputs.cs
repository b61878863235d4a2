namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The head over each step's states: a tagger.</summary>
internal sealed unsafe class StepOutputs(EngineSettings settings, ParameterMap map, LayerPass layer) : HeadedOutputs(settings, map, layer)
{
    public override bool UsesSteps => true;

    public override void Score(Shard shard, float* weights, Span<float> outputs)
    {
        for (int t = 0; t < shard.Steps; t++)
            for (int row = 0; row < shard.Live[t]; row++)
            {
                Layer.StatesAt(t, row, HeadInput);
                RunHead(weights, outputs.Slice(shard.Item(t, row) * Shape.Outputs, Shape.Outputs));
            }
    }

    public override double Train(Shard shard, long step, float* weights, double unit, float* gradient)
    {
        double loss = 0;
        for (int t = 0; t < shard.Steps; t++)
            for (int row = 0; row < shard.Live[t]; row++)
            {
                if (shard.Weight(t, row) == 0)
                    continue;
                Layer.StatesAt(t, row, HeadInput);
                loss += TrainHead(t, shard.Row(row), step, weights, shard.Label(t, row), (float)(shard.Weight(t, row) / unit), gradient);
                Layer.AddAbove(t, row, HeadInputGradient);
            }
        return loss;
    }
}
