namespace RnnMlNet.Exchange;

/// <summary>A recurrent layer's state as values of a graph, [directions, rows, H].</summary>
/// <param name="Hidden">The hidden state.</param>
/// <param name="Others">The other states, as the cell state; empty for a cell without them.</param>
internal sealed record StateNodes(string Hidden, params IReadOnlyList<string> Others)
{
    /// <summary>All states.</summary>
    public IReadOnlyList<string> All => [Hidden, .. Others];
}

/// <summary>A recurrent layer as nodes of an ONNX graph. Its weights are constants that all its runs share.</summary>
internal abstract class CellNodes
{
    /// <summary>Runs it over some steps.</summary>
    /// <param name="input">Single [time, rows, input].</param>
    /// <param name="lengths">Int32 [rows] number of each row's steps; null for all.</param>
    /// <param name="start">The initial state; null for zeros.</param>
    /// <returns>The states of all steps, [time, directions, rows, H], and the state after the last.</returns>
    public abstract (string States, StateNodes Final) Run(string input, string? lengths = null, StateNodes? start = null);
}
