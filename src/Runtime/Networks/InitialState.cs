namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// The first layer's states before the first step, from a row's static values s: <c>h = tanh(W s + b)</c>, and of an LSTM likewise c, by
/// rows of their own; of any cell those that are <see cref="Cells.FirstState.Learnt"/> (Xu et al., "Show, Attend and Tell", 2015). For each
/// direction <c>initial_state.{suffix}.weight [S*H, I]</c>, initially Glorot uniform state by state, and <c>initial_state.{suffix}.bias
/// [S*H]</c>.
/// </summary>
/// <param name="directions">Directions of the layer; 0 where it begins with zeros, without weights.</param>
/// <param name="states">S, learnt states of the cell: h, and c where there is one.</param>
/// <param name="units">H.</param>
/// <param name="inputs">I, static numbers and the vectors of static categories.</param>
internal sealed class InitialState(int directions, int states, int units, int inputs) : NetworkModule
{
    /// <summary>What its weights' names begin with.</summary>
    public const string Prefix = "initial_state.";

    public override string Name => "initial state";

    /// <summary>Directions of the layer; 0 where it begins with zeros.</summary>
    public int Directions => directions;

    /// <summary>Weight and bias of each direction.</summary>
    public override IEnumerable<TensorSpec> Tensors =>
        Enumerable
            .Range(0, directions)
            .SelectMany(direction =>
                (TensorSpec[])
                    [new TensorSpec(WeightOf(direction), [states * units, inputs]), new TensorSpec(BiasOf(direction), [states * units])]
            );

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random)
    {
        if (spec.Shape.Count != 2)
            return;
        int size = values.Length / states;
        for (int state = 0; state < states; state++)
            random.GlorotUniform(values.AsSpan(state * size, size), units, inputs);
    }

    /// <summary>Name of a direction's matrix.</summary>
    public static string WeightOf(int direction) => $"{Prefix}{WeightLayout.Suffix(0, direction)}.weight";

    /// <summary>Name of a direction's bias.</summary>
    public static string BiasOf(int direction) => $"{Prefix}{WeightLayout.Suffix(0, direction)}.bias";

    /// <summary>A direction's weights in the kernels' form.</summary>
    public Kernels.KernelWeights Of(NetworkWeights weights, int direction) =>
        new(weights[WeightOf(direction)], [], weights[BiasOf(direction)], [], inputs, states * units);
}
