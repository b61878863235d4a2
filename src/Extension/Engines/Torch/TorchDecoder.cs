using RnnMlNet.Engines.Torch.Cells;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>What a decoder computes with.</summary>
/// <param name="Shape">The network's sizes.</param>
/// <param name="Cell">The decoder's own cell, or else the first layer's.</param>
/// <param name="Weights">The network's weights beside those of its cells.</param>
/// <param name="Random">Draws in training.</param>
/// <param name="TeacherForcing"><see cref="EngineSettings.TeacherForcing"/>.</param>
internal sealed record TorchDecoderContext(
    NetworkShape Shape,
    FusedDirection Cell,
    IReadOnlyDictionary<string, Parameter> Weights,
    SeededDropout Random,
    float TeacherForcing
);

/// <summary>The registry of torch's parts of the decoders: the only place that lists them.</summary>
internal static class TorchDecoders
{
    /// <summary>All parts.</summary>
    public static DecoderParts<Func<TorchDecoderContext, TorchDecoder>> All { get; } =
        new DecoderParts<Func<TorchDecoderContext, TorchDecoder>>()
            .Add<ParallelDecoder>(context => new TorchParallelDecoder(context))
            .Add<RecurrentDecoder>(context => new TorchRecurrentDecoder(context));
}

/// <summary>Several outputs in a row from the state after the last step, as <see cref="DecoderShape"/> says.</summary>
internal abstract class TorchDecoder
{
    /// <summary>The states of all output steps, and what the head makes of them.</summary>
    /// <param name="state">[B, H] h after the last step, and of an LSTM c.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="head">From [rows, H] to [rows, HeadOutputs].</param>
    /// <returns>[B, Outputs].</returns>
    public abstract Tensor Run(Tensor[] state, TorchBatch batch, Func<Tensor, Tensor> head);
}

/// <summary>All output steps at once: one step of the encoder's own cell, with an input that says which step it is.</summary>
internal sealed class TorchParallelDecoder(TorchDecoderContext context) : TorchDecoder
{
    private readonly DecoderShape _decoder = context.Shape.Decoder!;

    public override Tensor Run(Tensor[] state, TorchBatch batch, Func<Tensor, Tensor> head)
    {
        long rows = state[0].shape[0];
        Tensor[] repeated =
        [
            .. state.Select(part => part.unsqueeze(1).expand(rows, _decoder.Steps, -1).reshape(rows * _decoder.Steps, -1)),
        ];
        Tensor h = context.Cell.Step(Input(batch, rows).reshape(rows * _decoder.Steps, -1), repeated)[0];
        return head(h).reshape(rows, -1);
    }

    private Tensor Input(TorchBatch batch, long rows)
    {
        Tensor input = context.Weights[ParallelDecoderModule.Position].unsqueeze(0).expand(rows, -1, -1);
        if (context.Weights.TryGetValue(ParallelDecoderModule.Channel, out Parameter? channels))
            input = cat([input, channels.index_select(0, batch.Channels).unsqueeze(1).expand(-1, _decoder.Steps, -1)], 2);
        return context.Weights.TryGetValue(ParallelDecoderModule.Known, out Parameter? known)
            ? input.Plus(batch.StaticInputs(_decoder.StaticSize).reshape(rows, _decoder.Steps, _decoder.KnownSize).matmul(known.t()))
            : input;
    }
}

/// <summary>
/// One output step after the other by a cell of its own, which reads what came out before, or in training what should have.
/// </summary>
internal sealed class TorchRecurrentDecoder(TorchDecoderContext context) : TorchDecoder
{
    private readonly DecoderShape _decoder = context.Shape.Decoder!;

    public override Tensor Run(Tensor[] state, TorchBatch batch, Func<Tensor, Tensor> head)
    {
        Tensor extras = batch.StaticInputs(_decoder.StaticSize),
            previous = extras.narrow(1, 0, 1);
        var outputs = new Tensor[_decoder.Steps];
        for (int step = 0; step < _decoder.Steps; step++)
        {
            Tensor known = extras.narrow(1, 1 + step * _decoder.KnownSize, _decoder.KnownSize);
            state = context.Cell.Step(cat([previous, known], 1), state);
            outputs[step] = head(state[0]);
            previous = Next(outputs[step], batch.Teacher, step);
        }
        return cat(outputs, 1);
    }

    private Tensor Next(Tensor output, Tensor? teacher, int step)
    {
        Tensor own = output.narrow(1, output.shape[1] / 2, 1).detach();
        if (teacher is null || context.TeacherForcing == 0)
            return own;
        Tensor label = teacher.narrow(1, step * (teacher.shape[1] / _decoder.Steps), 1);
        Tensor kept = context.Random.Apply(ones_like(label), 1 - context.TeacherForcing);
        Tensor isTaught = kept.gt(Scalars.Zero).logical_and(label.isnan().logical_not());
        return where(isTaught, label, own);
    }
}
