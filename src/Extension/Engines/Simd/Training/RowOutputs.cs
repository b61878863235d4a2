using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The head over each row's pooled states, followed by the row's static features.</summary>
/// <param name="settings">Sizes, loss, dropout.</param>
/// <param name="map">Where the weights stand.</param>
/// <param name="pooling">Pools the states.</param>
internal sealed unsafe class RowOutputs(EngineSettings settings, ParameterMap map, RowPooling pooling) : HeadedOutputs(settings, map)
{
    private readonly StaticPass? _statics = StaticPass.OfHead(settings.Shape, map);
    private readonly CyclePass? _cycle = CyclePass.Of(settings.Shape, map);

    public override bool UsesSteps => pooling.PoolsSteps;

    public override void Score(MicroBatch microBatch, float* weights, Span<float> outputs)
    {
        for (int row = 0; row < microBatch.Count; row++)
        {
            Read(microBatch, row, weights);
            Span<float> own = outputs.Slice(microBatch.Row(row) * Shape.Outputs, Shape.Outputs);
            RunHead(weights, own);
            _cycle?.Add(microBatch, row, 0, own, weights);
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
                gradient,
                new CycleOfRow(_cycle, microBatch, row)
            );
            pooling.Backward(weights, HeadInputGradient[..Shape.PooledSize], gradient);
            _statics?.Backward(HeadInputGradient[Shape.PooledSize..], gradient);
        }
        return loss;
    }

    private void Read(MicroBatch microBatch, int row, float* weights)
    {
        pooling.Forward(weights, microBatch, row, HeadInput[..Shape.PooledSize]);
        _statics?.Forward(microBatch, row, weights, HeadInput[Shape.PooledSize..]);
    }
}
