using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The head over each row's pooled states, followed by the row's static features.</summary>
internal sealed unsafe class RowOutputs(EngineSettings settings, ParameterMap map, LayerPass layer) : HeadedOutputs(settings, map, layer)
{
    private readonly PoolingPass _pooling = new(settings.Shape, map, layer);
    private readonly StaticPass? _statics = StaticPass.OfHead(settings.Shape, map);

    public override bool UsesSteps => _pooling.PoolsSteps;

    public override void Score(MicroBatch microBatch, float* weights, Span<float> outputs)
    {
        for (int row = 0; row < microBatch.Count; row++)
        {
            Read(microBatch, row, weights);
            RunHead(weights, outputs.Slice(microBatch.Row(row) * Shape.Outputs, Shape.Outputs));
        }
    }

    public override double Train(MicroBatch microBatch, long step, float* weights, double unit, float* gradient)
    {
        double loss = 0;
        for (int row = 0; row < microBatch.Count; row++)
        {
            Read(microBatch, row, weights);
            loss += TrainHead(
                0,
                microBatch.Row(row),
                step,
                weights,
                microBatch.Label(0, row),
                (float)(microBatch.Weight(0, row) / unit),
                gradient
            );
            _pooling.Backward(weights, HeadInputGradient[..Shape.PooledSize], gradient);
            _statics?.Backward(HeadInputGradient[Shape.PooledSize..], gradient);
        }
        return loss;
    }

    private void Read(MicroBatch microBatch, int row, float* weights)
    {
        _pooling.Forward(weights, microBatch, row, HeadInput[..Shape.PooledSize]);
        _statics?.Forward(microBatch, row, weights, HeadInput[Shape.PooledSize..]);
    }
}
