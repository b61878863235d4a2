using System.Numerics.Tensors;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The states of a decoder that reads no outputs, all steps of all rows at once through one linear map.</summary>
internal sealed unsafe class LinearlyDecodedOutputs : OutputPass
{
    private readonly LinearTraining _head;
    private readonly DecoderTraining _decoder;
    private readonly DecoderRows _rows;
    private readonly CyclePass? _cycle;
    private readonly long _place;
    private readonly int _steps,
        _stateStride,
        _outputStride,
        _backStride,
        _stateBackStride;

    // One row for each step of a row: states after dropout, dropout factors, outputs, and the gradients of states and outputs.
    private readonly AlignedBuffer _states = new(),
        _masks = new(),
        _outputs = new(),
        _back = new(),
        _stateBack = new();

    public LinearlyDecodedOutputs(EngineSettings settings, ParameterMap map, LinearTraining head, ITrainedDecoder decoder, DecoderRows rows)
        : base(settings)
    {
        _head = head;
        _place = map.Head[0];
        _cycle = CyclePass.Of(settings.Shape, map);
        _rows = rows;
        _decoder = decoder.NewTraining(rows);
        _steps = settings.Shape.Decoder!.Steps;
        _stateStride = Strides.Of(head.Inputs);
        _outputStride = Strides.Of(head.Width);
        _backStride = Strides.Of(head.Columns);
        _stateBackStride = Strides.Of(head.InputGradientWidth);
    }

    public override bool UsesSteps => false;

    public override void Score(MicroBatch microBatch, float* weights, Span<float> outputs)
    {
        Decode(microBatch, weights);
        Run(microBatch, weights);
        for (int row = 0; row < microBatch.Count; row++)
        for (int t = 0; t < _steps; t++)
            Outputs(row, t).CopyTo(outputs[(microBatch.Row(row) * Shape.Outputs + t * _head.Outputs)..]);
    }

    public override double Train(MicroBatch microBatch, long step, float* weights, double unit, float* gradient)
    {
        Decode(microBatch, weights);
        if (DropsHeadInputs)
            Drop(microBatch, step);
        Run(microBatch, weights);
        double loss = Compare(microBatch, unit, gradient);
        int places = microBatch.Count * _steps;
        _head.AddGradient(places, _states.Start, _stateStride, _back.Start, _backStride, gradient + _place);
        _head.InputGradient(places, _back.Start, _backStride, _stateBack.Reserve((long)places * _stateBackStride), _stateBackStride);
        PassStateGradients(microBatch);
        _decoder.Backward(weights, gradient);
        return loss;
    }

    private void Decode(MicroBatch microBatch, float* weights)
    {
        _rows.MicroBatch = microBatch;
        _decoder.Start(weights);
        for (int t = 0; t < _steps; t++)
            _decoder.Forward(t);
        _states.Reserve((long)microBatch.Count * _steps * _stateStride);
        for (int row = 0; row < microBatch.Count; row++)
        for (int t = 0; t < _steps; t++)
            _decoder.State(t, row).CopyTo(State(row, t));
    }

    private void Run(MicroBatch microBatch, float* weights)
    {
        int places = microBatch.Count * _steps;
        _head.Forward(places, _states.Start, _stateStride, _outputs.Reserve((long)places * _outputStride), _outputStride);
        for (int row = 0; _cycle is not null && row < microBatch.Count; row++)
        for (int t = 0; t < _steps; t++)
            _cycle.Add(microBatch, row, t * StepsOfOutput, Outputs(row, t), weights);
    }

    private void Drop(MicroBatch microBatch, long step)
    {
        _masks.Reserve((long)microBatch.Count * _steps * _stateStride);
        for (int row = 0; row < microBatch.Count; row++)
        for (int t = 0; t < _steps; t++)
        {
            Span<float> mask = Mask(row, t);
            mask.Fill(1);
            DropoutOfHead(step, t, microBatch.Row(row))?.Apply(mask, layer: 0);
            TensorPrimitives.Multiply(State(row, t), mask, State(row, t));
        }
    }

    // The losses of all rows, and their gradients with respect to the outputs; elements beyond the outputs stay 0.
    private double Compare(MicroBatch microBatch, double unit, float* gradient)
    {
        int labels = microBatch.Batch.LabelWidth / _steps;
        double loss = 0;
        _back.Reserve((long)microBatch.Count * _steps * _backStride);
        for (int row = 0; row < microBatch.Count; row++)
        {
            ReadOnlySpan<float> label = microBatch.Label(0, row);
            float share = (float)(microBatch.Weight(0, row) / unit / _steps);
            for (int t = 0; t < _steps; t++)
            {
                ReadOnlySpan<float> own = label.Slice(t * labels, labels);
                var back = new Span<float>(_back.Start + (long)Place(row, t) * _backStride, _head.Columns);
                Loss.Gradient(Outputs(row, t), own, Settings.LabelSmoothing, Settings.Quantiles, share, back[.._head.Outputs]);
                back[_head.Outputs..].Clear();
                _cycle?.AddBackward(microBatch, row, t * StepsOfOutput, back[.._head.Outputs], gradient);
                loss += Loss.Of(Outputs(row, t), own, Settings.LabelSmoothing, Settings.Quantiles) * share;
            }
        }
        return loss;
    }

    private void PassStateGradients(MicroBatch microBatch)
    {
        for (int row = 0; row < microBatch.Count; row++)
        for (int t = 0; t < _steps; t++)
        {
            var back = new ReadOnlySpan<float>(_stateBack.Start + (long)Place(row, t) * _stateBackStride, _head.Inputs);
            if (DropsHeadInputs)
                TensorPrimitives.Multiply(back, Mask(row, t), _decoder.StateGradient(t, row));
            else
                back.CopyTo(_decoder.StateGradient(t, row));
        }
    }

    // Steps of the series in an output step.
    private int StepsOfOutput => Shape.Cycle!.Segment;

    private int Place(int row, int t) => row * _steps + t;

    private Span<float> State(int row, int t) => new(_states.Start + (long)Place(row, t) * _stateStride, _head.Inputs);

    private Span<float> Mask(int row, int t) => new(_masks.Start + (long)Place(row, t) * _stateStride, _head.Inputs);

    private Span<float> Outputs(int row, int t) => new(_outputs.Start + (long)Place(row, t) * _outputStride, _head.Outputs);
}
