using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Poolings;

namespace RnnMlNet.Runtime.Networks;

/// <summary>A module of a network: its weights, by PyTorch's names and layout, and their initial values.</summary>
internal abstract class NetworkModule
{
    /// <summary>Its name in a message.</summary>
    public abstract string Name { get; }

    /// <summary>Its weights, in the order of a file.</summary>
    public virtual IEnumerable<TensorSpec> Tensors => [];

    /// <summary>Draws the initial values of one of its weights.</summary>
    /// <param name="spec">One of <see cref="Tensors"/>.</param>
    /// <param name="values">[spec.Size], zeros before.</param>
    /// <param name="random">The random values.</param>
    public virtual void Initialize(TensorSpec spec, float[] values, InitialValues random) =>
        throw new InvalidOperationException($"{Name} has no weights, but is asked for initial values of '{spec.Name}'.");
}

/// <summary>The first recurrent layer's input at a step.</summary>
internal abstract class InputModule : NetworkModule
{
    /// <summary>Width of the input at a step.</summary>
    public abstract int Width { get; }
}

/// <summary>From the states of the last recurrent layer to the head's input.</summary>
internal abstract class ReadoutModule : NetworkModule;

/// <summary>The numbers of a step, standardised, and the vectors of its categories.</summary>
/// <param name="features">F, width of both.</param>
internal sealed class NumberInput(int features) : InputModule
{
    public override string Name => "numbers";

    public override int Width => features;
}

/// <summary>
/// A learnt vector for each token: <c>embedding.weight [V, E]</c>, initially normal with variance 1/E, of about the length 1.
/// </summary>
/// <param name="vocabulary">V.</param>
/// <param name="size">E.</param>
internal sealed class EmbeddedInput(int vocabulary, int size) : InputModule
{
    public override string Name => "embedded tokens";

    public override int Width => size;

    public override IEnumerable<TensorSpec> Tensors => [new TensorSpec(WeightLayout.Embedding, [vocabulary, size])];

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random) => random.Normals(values, 1 / Math.Sqrt(size));
}

/// <summary>
/// A rectified linear map of a step's features: <c>projection.weight [P, F]</c>, initially Glorot uniform, and <c>projection.bias [P]</c>.
/// </summary>
/// <param name="features">F.</param>
/// <param name="size">P.</param>
internal sealed class ProjectedInput(int features, int size) : InputModule
{
    public override string Name => "projected numbers";

    public override int Width => size;

    public override IEnumerable<TensorSpec> Tensors =>
        [new TensorSpec(WeightLayout.Projection, [size, features]), new TensorSpec(WeightLayout.ProjectionBias, [size])];

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random)
    {
        if (spec.Name == WeightLayout.Projection)
            random.GlorotUniform(values, size, features);
    }
}

/// <summary>
/// A recurrent cell with its weights, <c>{prefix}.weight_ih_{suffix} [G*H, I]</c>, <c>weight_hh [G*H, H]</c>, <c>bias_ih [G*H]</c>,
/// <c>bias_hh [G*H]</c>: initially Glorot uniform and orthogonal gate by gate, and zeros except for the forget gate's bias. A cell without
/// recurrent weights has no weight_hh and bias_hh; one with parameters of units has <c>unit_{suffix} [P*H]</c>.
/// </summary>
/// <param name="cell">The cell.</param>
/// <param name="prefix">The module's name: rnn or decoder.</param>
/// <param name="suffix">The layer's name, <see cref="WeightLayout.Suffix"/>.</param>
/// <param name="inputs">I, width of its input at a step.</param>
/// <param name="units">H.</param>
internal sealed class CellModule(Cell cell, string prefix, string suffix, int inputs, int units) : NetworkModule
{
    private readonly string _inputWeights = $"{prefix}.weight_ih_{suffix}",
        _recurrentWeights = $"{prefix}.weight_hh_{suffix}",
        _inputBias = $"{prefix}.bias_ih_{suffix}",
        _recurrentBias = $"{prefix}.bias_hh_{suffix}",
        _unitParameters = $"{prefix}.unit_{suffix}";

    public override string Name => $"{prefix} {suffix}";

    /// <summary>I, values that it reads at a step.</summary>
    public int Inputs => inputs;

    /// <summary>weight_ih.</summary>
    public TensorSpec InputWeights => new(_inputWeights, [cell.Gates * units, inputs]);

    /// <summary>bias_ih.</summary>
    public TensorSpec InputBias => new(_inputBias, [cell.Gates * units]);

    /// <summary>weight_hh; null for a cell without recurrent weights.</summary>
    public TensorSpec? RecurrentWeights => cell.HasRecurrentWeights ? new(_recurrentWeights, [cell.Gates * units, units]) : null;

    /// <summary>bias_hh; likewise.</summary>
    public TensorSpec? RecurrentBias => cell.HasRecurrentWeights ? new(_recurrentBias, [cell.Gates * units]) : null;

    /// <summary>unit; null for a cell without parameters of units.</summary>
    public TensorSpec? UnitParameters => cell.UnitParameters > 0 ? new(_unitParameters, [cell.UnitParameters * units]) : null;

    public override IEnumerable<TensorSpec> Tensors =>
        ((TensorSpec?[])[InputWeights, RecurrentWeights, InputBias, RecurrentBias, UnitParameters]).OfType<TensorSpec>();

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random)
    {
        if (spec.Name == _unitParameters)
        {
            cell.InitializeUnits(values, random.Uniform);
            return;
        }
        int size = values.Length / cell.Gates;
        for (int gate = 0; gate < cell.Gates; gate++)
        {
            Span<float> part = values.AsSpan(gate * size, size);
            if (spec.Name == _inputWeights)
                random.GlorotUniform(part, units, inputs);
            else if (spec.Name == _recurrentWeights)
                random.Orthogonal(part);
            else if (spec.Name == _inputBias && gate == cell.ForgetGate)
                part.Fill(random.ForgetBias);
        }
    }

    /// <summary>The weights in the kernels' form.</summary>
    public Kernels.KernelWeights Of(NetworkWeights weights) =>
        new(
            weights[_inputWeights],
            cell.HasRecurrentWeights ? weights[_recurrentWeights] : [],
            weights[_inputBias],
            cell.HasRecurrentWeights ? weights[_recurrentBias] : [],
            inputs,
            units
        )
        {
            UnitParameters = cell.UnitParameters > 0 ? weights[_unitParameters] : [],
        };
}

/// <summary>A layer that runs over the sequence forwards and, where it is bidirectional, backwards too.</summary>
/// <param name="Directions">The cell of each direction.</param>
internal sealed record RecurrentLayer(IReadOnlyList<CellModule> Directions);

/// <summary>
/// The states of the steps pooled into one vector, one pooling after the other, followed by the row's static features. Its weights are
/// those of the poolings.
/// </summary>
/// <param name="poolings">The poolings, in the order of their vectors.</param>
/// <param name="width">D, width of a step's states, both directions.</param>
internal sealed class PooledStates(IReadOnlyList<StepPooling> poolings, int width) : ReadoutModule
{
    public override string Name => "pooled states";

    /// <summary>The poolings, in the order of their vectors.</summary>
    public IReadOnlyList<StepPooling> Poolings => poolings;

    public override IEnumerable<TensorSpec> Tensors => Weights.Select(weights => new TensorSpec(weights.Name, weights.Shape));

    private IEnumerable<PoolingWeights> Weights => poolings.Select(pooling => pooling.Weights(width)).OfType<PoolingWeights>();

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random) =>
        random.Uniforms(values, Weights.Single(weights => weights.Name == spec.Name).Limit);

    /// <summary>A pooling's weights; empty if it has none.</summary>
    public float[] Of(NetworkWeights weights, StepPooling pooling) => pooling.Weights(width) is PoolingWeights own ? weights[own.Name] : [];
}

/// <summary>The states of every step: a tagger.</summary>
internal class EveryState : ReadoutModule
{
    public override string Name => "the states of every step";
}

/// <summary>
/// The states of every step, whose outputs are scored together as a <see cref="LinearChain"/>: <c>crf.transitions [K, K]</c>, of a tag and
/// the one after it, <c>crf.start_transitions [K]</c> and <c>crf.end_transitions [K]</c>, initially uniform within ±0.1.
/// </summary>
/// <param name="tags">K.</param>
internal sealed class ChainedStates(int tags) : EveryState
{
    private const double Limit = 0.1;

    public const string Pairs = "crf.transitions",
        First = "crf.start_transitions",
        Last = "crf.end_transitions";

    public override string Name => "a conditional random field over every step";

    public override IEnumerable<TensorSpec> Tensors =>
        [new TensorSpec(Pairs, [tags, tags]), new TensorSpec(First, [tags]), new TensorSpec(Last, [tags])];

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random) => random.Uniforms(values, Limit);
}

/// <summary>
/// Linear layers, each but the last followed by a rectifier: <c>head.{j}.weight [out, in]</c>, initially Glorot uniform, and
/// <c>head.{j}.bias [out]</c>.
/// </summary>
/// <param name="layers">Input and output widths, in order.</param>
internal sealed class DenseHead(IReadOnlyList<(int Input, int Output)> layers) : NetworkModule
{
    public override string Name => "head";

    /// <summary>Input and output widths, in order.</summary>
    public IReadOnlyList<(int Input, int Output)> Layers => layers;

    public override IEnumerable<TensorSpec> Tensors =>
        layers.SelectMany(
            (sizes, j) =>
                (TensorSpec[])
                    [new TensorSpec($"head.{j}.weight", [sizes.Output, sizes.Input]), new TensorSpec($"head.{j}.bias", [sizes.Output])]
        );

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random)
    {
        if (spec.Shape.Count == 2)
            random.GlorotUniform(values, spec.Shape[0], spec.Shape[1]);
    }

    /// <summary>A layer's weights in the kernels' form.</summary>
    public Kernels.KernelWeights Of(NetworkWeights weights, int layer) =>
        new(weights[$"head.{layer}.weight"], [], weights[$"head.{layer}.bias"], [], layers[layer].Input, layers[layer].Output);
}
