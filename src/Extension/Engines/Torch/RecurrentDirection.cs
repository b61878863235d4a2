using RnnMlNet.Engines.Torch.Cells;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using PackedSequence = TorchSharp.torch.nn.utils.rnn.PackedSequence;

namespace RnnMlNet.Engines.Torch;

/// <summary>One recurrent layer in one direction.</summary>
internal abstract class RecurrentDirection(bool reverse) : IDisposable
{
    /// <summary>Whether it runs from the last valid step to the first.</summary>
    protected bool IsReverse => reverse;

    /// <summary>Its parameters by their names within the cell.</summary>
    public abstract IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    /// <summary>The same parameters by memory block.</summary>
    public abstract IReadOnlyList<WeightBlock> Blocks { get; }

    /// <summary>Runs over a batch.</summary>
    /// <param name="input">[T, B, in].</param>
    /// <param name="valid">Which steps are valid; null where all are.</param>
    /// <param name="initial">The states before the first step, each [B, H], zeros for a row without steps; null for zeros.</param>
    /// <returns>States [T, B, H] (any finite values at padding) and the final state [B, H], zeros for a row without steps.</returns>
    public abstract (Tensor States, Tensor Final) Run(Tensor input, ValidSteps? valid, Tensor[]? initial = null);

    /// <summary>
    /// Switches between training and scoring, for dropout in a custom cell, and for layers that are rounded in training.
    /// </summary>
    /// <param name="on">Whether it is in training.</param>
    public abstract void Train(bool on);

    /// <summary>After the backward pass: adds the gradients of rounded copies to those of the parameters.</summary>
    public virtual void HandBackGradients()
    {
        // A layer that computes with its own parameters has their gradients already.
    }

    /// <summary>Detaches its tensors, except those of its blocks, from the current dispose scope.</summary>
    public virtual void Keep()
    {
        // Most layers have no others.
    }

    public abstract void Dispose();
}

/// <summary>A built-in cell on torch's fused layer: one layer, one direction, with our own reversal of ragged rows.</summary>
internal sealed class FusedDirection : RecurrentDirection
{
    private readonly FusedLayer _layer;
    private readonly BFloat16Layer? _rounded;
    private readonly bool _packs;
    private bool _isTraining;

    /// <param name="cell">The cell.</param>
    /// <param name="layer">Torch's layer of it.</param>
    /// <param name="newTwin">Creates another, with weights of bfloat16.</param>
    /// <param name="reverse">Whether it runs from the last valid step to the first.</param>
    /// <param name="precision">Precision of the products in training.</param>
    /// <param name="packs">Whether rows of different lengths are packed.</param>
    public FusedDirection(TorchCell cell, FusedLayer layer, Func<FusedLayer> newTwin, bool reverse, TrainingPrecision precision, bool packs)
        : base(reverse)
    {
        _packs = packs || cell.LeavesOutPadding;
        _layer = layer;
        // PyTorch's names end in the layer within the module, which is always the first here.
        Parameters = [.. _layer.Module.named_parameters().Select(p => (p.name[..^_layer.Suffix.Length], p.parameter))];
        Blocks = WeightBlock.Of([.. Parameters.Select(p => p.Parameter)]);
        if (precision == TrainingPrecision.BFloat16)
            _rounded = Rounded(newTwin());
    }

    public override IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    public override IReadOnlyList<WeightBlock> Blocks { get; }

    public override (Tensor States, Tensor Final) Run(Tensor input, ValidSteps? valid, Tensor[]? initial = null)
    {
        Tensor[]? first = initial is null ? null : [.. initial.Select(part => part.unsqueeze(0).contiguous())];
        Tensor steps = IsReverse ? Reverse(input, valid) : input;
        Tensor states = _isTraining && _rounded is not null ? _rounded.Run(steps, valid, first) : Run(_layer, steps, valid, first);
        Tensor final = valid is null ? states[-1] : valid.Last(states);
        return (IsReverse ? Reverse(states, valid) : states, final);
    }

    /// <summary>Runs the forward direction over a batch with its own, unrounded parameters.</summary>
    /// <param name="input">[T, B, in].</param>
    /// <param name="valid">Which steps are valid; null where all are.</param>
    /// <returns>[B, H] h after each row's last step, and for an LSTM c.</returns>
    public Tensor[] LastState(Tensor input, ValidSteps? valid)
    {
        if (valid is null)
            return [.. _layer.LastState(input, null).Select(part => part[0])];
        using var packed = nn.utils.rnn.pack_padded_sequence(input, valid.LengthsOnHost.clamp(Scalars.One), enforce_sorted: false);
        Tensor[] states = _layer.LastState(packed);
        // A packed row needs a step; the state of an empty row is zeros.
        Tensor hasSteps = valid.Lengths.gt(Scalars.Zero).to(ScalarType.Float32).unsqueeze(1);
        return [.. states.Select(part => part[0] * hasSteps)];
    }

    /// <summary>Runs one more step.</summary>
    /// <param name="input">[B, in].</param>
    /// <param name="state">[B, H] h, and for an LSTM c.</param>
    /// <returns>The same after the step.</returns>
    public Tensor[] Step(Tensor input, Tensor[] state) =>
        [.. _layer.LastState(input.unsqueeze(0), [.. state.Select(part => part.unsqueeze(0).contiguous())]).Select(part => part[0])];

    public override void Train(bool on) => _isTraining = on;

    public override void HandBackGradients() => _rounded?.HandBackGradients();

    public override void Keep() => _rounded?.Keep();

    public override void Dispose()
    {
        _layer.Dispose();
        _rounded?.Dispose();
    }

    private BFloat16Layer Rounded(FusedLayer twin) =>
        new(twin.Module, (steps, valid, first) => Run(twin, steps, valid, first), [.. Parameters.Select(p => p.Parameter)]);

    private static Tensor Reverse(Tensor values, ValidSteps? valid) => valid is null ? values.flip(0) : valid.Reverse(values);

    // Over all steps, with the padding's states unused; or, packed, over the valid ones alone, with zeros elsewhere.
    private Tensor Run(FusedLayer layer, Tensor input, ValidSteps? valid, Tensor[]? first) =>
        _packs && valid is not null ? Packed(rows => layer.Run(rows, first), input, valid) : layer.Run(input, first);

    private static Tensor Packed(Func<PackedSequence, PackedSequence> run, Tensor input, ValidSteps valid)
    {
        // A packed row needs a step; an empty row's state is unused.
        using var packed = nn.utils.rnn.pack_padded_sequence(input, valid.LengthsOnHost.clamp(Scalars.One), enforce_sorted: false);
        using var states = run(packed);
        return nn.utils.rnn.pad_packed_sequence(states, total_length: input.shape[0]).Item1;
    }
}

/// <summary>Any cell, step by step: a custom one; a built-in one with recurrent dropout, or in tests.</summary>
internal sealed class SteppedDirection : RecurrentDirection
{
    private readonly RecurrentCell _cell;

    /// <summary>Creates the dropout mask of a number of rows' states, [rows, H], for a built-in cell; null for none.</summary>
    public Func<long, Tensor?>? NewStateMask { get; init; }

    public SteppedDirection(RecurrentCell cell, bool reverse, Device device)
        : base(reverse)
    {
        _cell = cell;
        cell.to(device);
        Parameters = [.. cell.named_parameters()];
        // A custom cell may leave any of its weights unused.
        Blocks = [.. Parameters.Select(p => WeightBlock.Single(p.Parameter))];
    }

    public override IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    public override IReadOnlyList<WeightBlock> Blocks { get; }

    public override (Tensor States, Tensor Final) Run(Tensor input, ValidSteps? valid, Tensor[]? initial = null)
    {
        if (_cell is SteppedCell builtIn)
            builtIn.StateMask = NewStateMask?.Invoke(input.shape[1]);
        // A stepped cell's state is its states side by side.
        return RecurrentLoop.Run(_cell, input, valid?.Mask, IsReverse, initial is null ? null : cat(initial, 1));
    }

    public override void Train(bool on) => _cell.train(on);

    public override void Keep()
    {
        foreach (var (_, buffer) in _cell.named_buffers())
            buffer.DetachFromDisposeScope();
    }

    public override void Dispose() => _cell.Dispose();
}
