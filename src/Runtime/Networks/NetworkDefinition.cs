using RnnMlNet.Runtime.Cells;

namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// A network as the list of its modules, in the order of computation: input, convolutions, recurrent layers with their normalisation,
/// readout, head. Each backend (scoring, training, torch, ONNX, the reference) is one walk over it.
/// </summary>
/// <param name="Categories">The vectors of a step's categories.</param>
/// <param name="Characters">The vectors of words' characters.</param>
/// <param name="Input">The first layer's input.</param>
/// <param name="Convolutions">The convolutions over the input; empty for none.</param>
/// <param name="Layers">The recurrent layers; empty for a custom cell, which holds its weights itself.</param>
/// <param name="Norms">The normalisation of what is read of each layer; empty where there is none.</param>
/// <param name="Readout">From the last layer's states to the head's input.</param>
/// <param name="StaticCategories">The vectors of a row's static categories.</param>
/// <param name="InitialState">The first layer's states before the first step.</param>
/// <param name="Head">The dense layers.</param>
/// <param name="Cycle">The learned cycle of a forecasting network.</param>
internal sealed record NetworkDefinition(
    CategoryTables Categories,
    CharacterConvolution Characters,
    InputModule Input,
    IReadOnlyList<ConvolutionModule> Convolutions,
    IReadOnlyList<RecurrentLayer> Layers,
    IReadOnlyList<NormModule> Norms,
    ReadoutModule Readout,
    CategoryTables StaticCategories,
    InitialState InitialState,
    DenseHead Head,
    LearnedCycle Cycle
)
{
    /// <summary>All modules with weights, in the order of a file.</summary>
    public IEnumerable<NetworkModule> Modules =>
        [
            Categories,
            Characters,
            Input,
            .. Convolutions,
            .. Layers.SelectMany(layer => layer.Directions),
            .. Norms,
            Readout,
            StaticCategories,
            InitialState,
            Head,
            Cycle,
        ];

    /// <summary>Every weight, in the order of a file, except those of a custom cell.</summary>
    public IEnumerable<TensorSpec> Tensors => Modules.SelectMany(module => module.Tensors);

    /// <summary>The modules for a network's sizes.</summary>
    public static NetworkDefinition Of(NetworkShape shape) =>
        new(
            new CategoryTables(CategoryTables.Steps, shape.StepColumns.Categories),
            new CharacterConvolution(shape.Characters),
            InputOf(shape),
            [
                .. shape.Convolutions.Select(
                    (convolution, j) =>
                        new ConvolutionModule(j, j == 0 ? shape.StepInputSize : shape.Convolutions[j - 1].Filters, convolution)
                ),
            ],
            shape.CustomCell is not null
                ? []
                : [.. Enumerable.Range(0, shape.Layers).Select(layer => new RecurrentLayer(Cells(shape, layer)))],
            NormsOf(shape),
            ReadoutOf(shape),
            new CategoryTables(CategoryTables.Static, shape.StaticCategories),
            InitialStateOf(shape),
            new DenseHead([.. shape.HeadLayers()]),
            new LearnedCycle(shape.Cycle)
        );

    /// <summary>Every tensor of a network, in file order, except those of a custom cell.</summary>
    public static IEnumerable<TensorSpec> TensorsOf(NetworkShape shape) => Of(shape).Tensors;

    /// <summary>The recurrent layers' tensors.</summary>
    public static IEnumerable<TensorSpec> RecurrentTensorsOf(NetworkShape shape) =>
        Of(shape).Layers.SelectMany(layer => layer.Directions).SelectMany(cell => cell.Tensors);

    private static InputModule InputOf(NetworkShape shape) =>
        shape.UsesTokens ? new EmbeddedInput(shape.Vocabulary, shape.EmbeddingSize)
        : shape.ProjectionSize > 0 ? new ProjectedInput(shape.StepInputSize, shape.ProjectionSize)
        : new NumberInput(shape.StepInputSize);

    private static NormModule[] NormsOf(NetworkShape shape) =>
        shape.LayerNormalization == LayerNormalization.None
            ? []
            : [.. Enumerable.Range(0, shape.Layers).Select(layer => new NormModule(shape.LayerNormalization, layer, shape.StateWidth))];

    private static InitialState InitialStateOf(NetworkShape shape) =>
        shape.BeginsWithStatics
            ? new InitialState(shape.Directions, LearntStates(shape), shape.HiddenSize, shape.StaticInputSize)
            : new InitialState(directions: 0, states: 1, shape.HiddenSize, inputs: 0);

    private static int LearntStates(NetworkShape shape) => shape.CellDefinition.FirstStates.Count(state => state == FirstState.Learnt);

    private static CellModule[] Cells(NetworkShape shape, int layer) =>
        [
            .. Enumerable
                .Range(0, shape.Directions)
                .Select(direction => new CellModule(
                    shape.CellDefinition,
                    "rnn",
                    WeightLayout.Suffix(layer, direction),
                    shape.LayerInputSize(layer),
                    shape.HiddenSize
                )),
        ];

    private static ReadoutModule ReadoutOf(NetworkShape shape) =>
        shape.Decoder is DecoderShape decoder ? decoder.Kind.Module(decoder, shape.CellDefinition, shape.InputSize, shape.HiddenSize)
        : shape.IsChained ? new ChainedStates(shape.Outputs)
        : shape.PerStep ? new EveryState()
        : new PooledStates([.. shape.Poolings], shape.StateWidth);
}
