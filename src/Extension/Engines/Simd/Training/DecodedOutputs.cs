using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The head over each state of a decoder: a sequence of outputs from the state after the last step.</summary>
internal sealed unsafe class DecodedOutputs : HeadedOutputs
{
    // After the dropout places.
    private const int TeacherPlace = 1 << 18;

    private readonly DecoderTraining _decoder;
    private readonly DecoderRows _rows;
    private readonly int _steps;

    public DecodedOutputs(EngineSettings settings, ParameterMap map, ITrainedDecoder decoder, DecoderRows rows)
        : base(settings, map)
    {
        _steps = settings.Shape.Decoder!.Steps;
        _rows = rows;
        _decoder = decoder.NewTraining(rows);
    }

    public override bool UsesSteps => false;

    public override void Score(MicroBatch microBatch, float* weights, Span<float> outputs)
    {
        _rows.MicroBatch = microBatch;
        _decoder.Start(weights);
        int width = Shape.HeadOutputs;
        for (int step = 0; step < _steps; step++)
        {
            _decoder.Forward(step);
            for (int row = 0; row < microBatch.Count; row++)
            {
                _decoder.State(step, row).CopyTo(HeadInput);
                Span<float> own = outputs.Slice(microBatch.Row(row) * Shape.Outputs + step * width, width);
                RunHead(weights, own);
                _decoder.Feed(step + 1, row, own[width / 2]);
            }
        }
    }

    public override double Train(MicroBatch microBatch, long step, float* weights, double unit, float* gradient)
    {
        _rows.MicroBatch = microBatch;
        _decoder.Start(weights);
        int labels = microBatch.Batch.LabelWidth / _steps;
        double loss = 0;
        for (int t = 0; t < _steps; t++)
        {
            _decoder.Forward(t);
            for (int row = 0; row < microBatch.Count; row++)
            {
                ReadOnlySpan<float> label = microBatch.Label(0, row).Slice(t * labels, labels);
                _decoder.State(t, row).CopyTo(HeadInput);
                loss += TrainHead(
                    t,
                    microBatch.Row(row),
                    step,
                    weights,
                    label,
                    (float)(microBatch.Weight(0, row) / unit / _steps),
                    gradient
                );
                HeadInputGradient.CopyTo(_decoder.StateGradient(t, row));
                _decoder.Feed(t + 1, row, Teaches(microBatch, row, step, t, label[0]) ? label[0] : LastOutputs[LastOutputs.Length / 2]);
            }
        }
        _decoder.Backward(weights, gradient);
        return loss;
    }

    // Whether the next step reads the target (teacher forcing), which is not always known.
    private bool Teaches(MicroBatch microBatch, int row, long step, int t, float label)
    {
        if (float.IsNaN(label) || Settings.TeacherForcing == 0)
            return false;
        if (Settings.TeacherForcing == 1)
            return true;
        Span<float> one = [1];
        new DropoutMask(Settings.Seed, step, TeacherPlace).Apply(one, 1 - Settings.TeacherForcing, microBatch.Row(row), t);
        return one[0] > 0;
    }
}
