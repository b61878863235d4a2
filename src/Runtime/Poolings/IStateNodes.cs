namespace RnnMlNet.Runtime.Poolings;

/// <summary>
/// The states of the last recurrent layer as values of an ONNX graph, and the operations that a pooling is made of. Values are known by
/// their names.
/// </summary>
internal interface IStateNodes
{
    /// <summary>D.</summary>
    int Width { get; }

    /// <summary>Each direction's final state, Single [batch, D].</summary>
    string Final { get; }

    /// <summary>The states of all steps, Single [batch, time, D]; of steps behind a row's end, anything.</summary>
    string Steps { get; }

    /// <summary>Whether rows differ in length, so that there are steps behind a row's end.</summary>
    bool IsRagged { get; }

    /// <summary>Of ragged rows: 1 for a step of the row, 0 behind its end, Single [batch, time].</summary>
    string Valid { get; }

    /// <summary>Of ragged rows: the row's steps, but 1 for a row of none, Single [batch, 1].</summary>
    string Lengths { get; }

    /// <summary>The pooling's weights as a constant.</summary>
    string Weights(params long[] shape);

    /// <summary>Adds an operator with one output.</summary>
    string Add(string @operator, params string[] inputs);

    /// <summary><see cref="Steps"/> with a value behind a row's end.</summary>
    string PaddedSteps(float padding);

    /// <summary>An operator such as ReduceMax over the steps: [batch, time, D] to [batch, D].</summary>
    string Reduce(string @operator, string steps);

    /// <summary>Softmax over a row's steps: scores [batch, time, 1] to shares [batch, time].</summary>
    string Softmax(string scores);

    /// <summary>Σ share x state over the steps: shares [batch, time] to [batch, D].</summary>
    string WeightedSum(string shares);
}
