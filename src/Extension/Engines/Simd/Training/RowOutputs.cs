namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The head over each row's pooled states, and over the row's own numbers behind them.</summary>
internal sealed unsafe class RowOutputs(EngineSettings settings, ParameterMap map, LayerPass layer) : HeadedOutputs(settings, map, layer)
{
    private readonly PoolingPass _pooling = new(settings.Shape, map);

    public override bool UsesSteps => _pooling.PoolsSteps;

    public override void Score(Shard shard, float* weights, Span<float> outputs)
    {
        for (int row = 0; row < shard.Count; row++)
        {
            Read(shard, row, weights);
            RunHead(weights, outputs.Slice(shard.Row(row) * Shape.Outputs, Shape.Outputs));
        }
    }

    public override double Train(Shard shard, long step, float* weights, double unit, float* gradient)
    {
        double loss = 0;
        for (int row = 0; row < shard.Count; row++)
        {
            Read(shard, row, weights);
            loss += TrainHead(0, shard.Row(row), step, weights, shard.Label(0, row), (float)(shard.Weight(0, row) / unit), gradient);
            _pooling.Backward(weights, Layer, shard, row, HeadInputGradient[..Shape.PooledSize], gradient);
        }
        return loss;
    }

    private void Read(Shard shard, int row, float* weights)
    {
        _pooling.Forward(weights, Layer, shard, row, HeadInput[..Shape.PooledSize]);
        shard.Extras(row, Shape.RowFeatures).CopyTo(HeadInput[Shape.PooledSize..]);
    }
}
