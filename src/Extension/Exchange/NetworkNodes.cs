using RnnMlNet.Models;
using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Exchange;

/// <summary>
/// A trained network as nodes of a graph, step for step what <c>Scoring/RowScorer</c> computes: input, convolutions, recurrent layers,
/// pooling, head, label units. The operators and attributes used are the same in opsets 11 (without a mask: 9) to 17.
/// </summary>
/// <remarks>
/// What stands in the padding counts nowhere, be it NaN or no token at all: it is replaced before anything is computed from it. A row of
/// length 0 runs as if it had one step, since runtimes may refuse a length of 0, and its pooled state is then made zero.
/// </remarks>
internal sealed class NetworkNodes
{
    private readonly Graph _graph;
    private readonly TrainedNetwork _network;
    private readonly NetworkShape _shape;
    private readonly SequenceMask? _mask;
    private readonly string _prefix;

    private NetworkNodes(Graph graph, TrainedNetwork network, SequenceMask? mask, string prefix)
    {
        _prefix = prefix;
        _graph = graph;
        _network = network;
        _shape = network.Shape;
        _mask = mask;
    }

    /// <summary>The opset that a network needs at least.</summary>
    public static int OpSetOf(NetworkParameters network) =>
        network.Shape is var shape && shape.PatchLength > 1 ? PatchNodes.OpSet
        : network.CategoryScaling is not null
        || shape.HasBlocks
        || shape.UsesTokens
        || !shape.StepColumns.ArePlain
        || shape.StaticFeatures > 0
            ? 11
        : shape.CustomCell is null && shape.CellDefinition.Onnx is null ? 10
        : 9;

    /// <summary>
    /// Adds the network, or each of several and their mean, and returns the name of its outputs, [batch, Outputs], of a tagger [batch,
    /// time, Outputs], in the label's units.
    /// </summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="network">A network of built-in cells.</param>
    /// <param name="steps">The time steps, of which several may be one step of the network.</param>
    public static string Add(Graph graph, TrainedNetwork network, TimeSteps steps)
    {
        NetworkShape shape = network.Shape;
        var (sequence, lengths, mask, statics) = steps;
        string? characters = steps.Characters;
        if (shape.PatchLength > 1)
            (sequence, lengths) = PatchNodes.Add(graph, sequence, lengths, shape.Features / shape.PatchLength, shape.PatchLength);
        if (lengths is not null)
            mask = SequenceMask.Add(graph, lengths, SequenceMask.Positions(graph, sequence));
        string[] outputs =
        [
            .. network.Members.Select(
                (one, number) =>
                    Add(
                        graph,
                        one,
                        new TimeSteps(sequence, lengths, mask, statics) { Characters = characters },
                        number == 0 ? "" : $"network{number + 1}."
                    )
            ),
        ];
        return outputs.Length == 1 ? outputs[0] : graph.Add("Mean", outputs);
    }

    private static string Add(Graph graph, TrainedNetwork network, TimeSteps steps, string prefix)
    {
        var (sequence, _, mask, statics) = steps;
        var nodes = new NetworkNodes(graph, network, mask, prefix);
        var inputs = new InputNodes(graph, network, prefix);
        string input = network.Shape.UsesTokens ? nodes.Words(sequence, steps.Characters) : inputs.Steps(nodes.Valid(sequence), statics);
        string? read = statics is null ? null : inputs.Statics(statics),
            head = network.Shape.HeadReadsStatics ? read : null;
        StateNodes? start = network.Shape.BeginsWithStatics ? nodes.Initial(read!) : null;
        foreach (ConvolutionModule convolution in NetworkDefinition.Of(network.Shape).Convolutions)
            (input, mask) = ConvolutionNodes.Add(graph, network.Weights, convolution, input, mask, prefix);
        nodes = new NetworkNodes(graph, network, mask, prefix);
        string layerInput = graph.Transpose(input, 1, 0, 2);
        string final = "";
        string? sum = null;
        var blocks = new BlockNodes(graph, network, prefix);
        for (int layer = 0; layer < network.Shape.Layers; layer++)
        {
            (layerInput, final) = nodes.Layer(layer, layerInput, layer == 0 ? start : null);
            sum = blocks.Sum(layerInput, sum);
            layerInput = blocks.Normalized(layer, sum);
        }
        if (!blocks.IsEmpty && !network.Shape.PerStep)
            final = blocks.Final(layerInput, mask);
        if (network.Shape.PerStep)
            return new HeadNodes(graph, network, prefix).OfSteps(nodes.WithStatics(graph.Transpose(layerInput, 1, 0, 2), head));
        string pooled = PoolingNodes.Add(graph, network, prefix, mask, layerInput, final);
        if (head is not null)
            pooled = graph.Concat([pooled, head], 1);
        return nodes.ToLabelUnits(new HeadNodes(graph, network, prefix).OfRows(pooled));
    }

    private int StateWidth => _shape.StateWidth;

    /// <summary>[batch, time] ids to [batch, time, E].</summary>
    private string Embed(string tokens)
    {
        string table = Floats(WeightLayout.Embedding, _network.Weights[WeightLayout.Embedding], _shape.Vocabulary, _shape.EmbeddingSize);
        string valid = _mask is null ? tokens : _graph.Add("Where", [_mask.Valid, tokens, _graph.Scalar(0L)]);
        return _graph.Add("Gather", [table, valid]);
    }

    // [batch, time, E + C] the tokens' embeddings, followed by the vectors of their words' characters.
    private string Words(string tokens, string? characters) =>
        _shape.Characters is not CharacterShape shape
            ? Embed(tokens)
            : _graph.Concat([Embed(tokens), CharacterNodes.Add(_graph, _network, _prefix, shape, _mask, characters!)], 2);

    // The steps with 0 in the padding.
    private string Valid(string steps) => _mask is null ? steps : _graph.Add("Where", [_mask.ValidPerStep, steps, _graph.Scalar(0f)]);

    // [batch, time, D] states, followed by what the head reads of the rows' static values, [batch, S].
    private string WithStatics(string states, string? statics)
    {
        if (statics is null)
            return states;
        string steps = _graph.Concat([_graph.Slice(_graph.Add("Shape", [states]), 0, 0, 2), _graph.Integers(_shape.StaticInputSize)], 0);
        return _graph.Concat([states, _graph.Add("Expand", [_graph.Reshape(statics, 0, 1, -1), steps])], 2);
    }

    /// <summary>
    /// [time, batch, input] to the states of all steps, [time, batch, H x directions], and the final ones, [directions, batch, H].
    /// </summary>
    private (string States, string Final) Layer(int layer, string input, StateNodes? start)
    {
        var (states, final) = RecurrentNodes.Layer(_graph, _network, _prefix, layer).Run(input, _mask?.Lengths, start);
        return (_graph.Reshape(_graph.Transpose(states, 0, 2, 1, 3), 0, 0, StateWidth), final.Hidden);
    }

    /// <summary>[batch, S] what is read of the static values to the first layer's initial states, [directions, batch, H].</summary>
    private StateNodes Initial(string statics)
    {
        int units = _shape.HiddenSize;
        IReadOnlyList<FirstState> first = _shape.CellDefinition.FirstStates;
        int states = first.Count(state => state == FirstState.Learnt);
        string[] directions = [.. Enumerable.Range(0, _shape.Directions).Select(Of)];
        string[] learnt = [.. Enumerable.Range(0, states).Select(State)];
        int next = 0;
        string[] all = [.. first.Select(state => state == FirstState.Learnt ? learnt[next++] : Constant(state))];
        return new StateNodes(all[0], all[1..]);

        // [1, batch, states x H].
        string Of(int direction)
        {
            string weight = InitialState.WeightOf(direction),
                bias = InitialState.BiasOf(direction);
            string linear = _graph.Add(
                "Gemm",
                [
                    statics,
                    Floats(weight, _network.Weights[weight], states * units, _shape.StaticInputSize),
                    Floats(bias, _network.Weights[bias], states * units),
                ],
                new GraphAttribute.Number("transB", 1)
            );
            return _graph.Reshape(_graph.Add("Tanh", [linear]), 1, -1, states * units);
        }

        string State(int state) =>
            _graph.Concat([.. directions.Select(all => states == 1 ? all : _graph.Slice(all, 2, state * units, (state + 1) * units))], 0);

        // Of the shape of a learnt state.
        string Constant(FirstState state)
        {
            string zeros = _graph.Add("Mul", [learnt[0], _graph.Scalar(0f)]);
            return state == FirstState.Zero ? zeros : _graph.Add("Add", [zeros, _graph.Scalar(1f)]);
        }
    }

    private string Floats(string name, float[] values, params long[] shape) => _graph.Floats(_prefix + name, values, shape);

    private string ToLabelUnits(string outputs) =>
        _network.LabelScaling is not FeatureScaling scaling
            ? outputs
            : _graph.Add(
                "Add",
                [
                    _graph.Add("Mul", [outputs, Floats("label_deviation", scaling.Deviation, scaling.Width)]),
                    Floats("label_mean", scaling.Mean, scaling.Width),
                ]
            );
}

/// <summary>The time steps of some rows, as values of a graph.</summary>
/// <param name="Sequence">Name of the steps: Single [batch, time, F], or token ids Int64 [batch, time].</param>
/// <param name="Lengths">Name of the rows' numbers of steps, Int64 [batch]; null where the mask is given, or all rows are as long as the
/// longest, which then has at least one step.</param>
/// <param name="Mask">Which steps are valid, where that is there already.</param>
/// <param name="Statics">Name of the rows' static values, Single [batch, S]; null for none.</param>
internal sealed record TimeSteps(string Sequence, string? Lengths = null, SequenceMask? Mask = null, string? Statics = null)
{
    /// <summary>Name of the codes of the characters of the steps' words, Int64 [batch, time, W]; null for none.</summary>
    public string? Characters { get; init; }
}
