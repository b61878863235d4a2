using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Verification;

/// <summary>
/// One direction of one recurrent layer by its cell's own equations (<see cref="Cell.Step"/>), in scalar double precision.
/// </summary>
internal sealed class ReferenceCell
{
    private readonly Cell _cell;
    private readonly int _hiddenSize;
    private readonly ReferenceLinear _fromInput;
    private readonly ReferenceLinear _fromHidden;

    public ReferenceCell(NetworkShape shape, NetworkWeights weights, string suffix)
    {
        _cell = shape.CellDefinition;
        _hiddenSize = shape.HiddenSize;
        _fromInput = new ReferenceLinear(weights[$"rnn.weight_ih_{suffix}"], weights[$"rnn.bias_ih_{suffix}"]);
        _fromHidden = new ReferenceLinear(weights[$"rnn.weight_hh_{suffix}"], weights[$"rnn.bias_hh_{suffix}"]);
    }

    /// <summary>[T, H] the state after each step, in the order of time for both directions.</summary>
    /// <param name="inputs">[T, inputs].</param>
    /// <param name="isReverse">Whether it runs from the last step to the first.</param>
    /// <param name="initial">[S, H] the states before the first step, h and then c; null for zeros.</param>
    public double[][] Run(double[][] inputs, bool isReverse, double[]? initial = null)
    {
        var states = new double[inputs.Length][];
        double[] h = new double[_hiddenSize],
            c = new double[_hiddenSize];
        initial?.AsSpan(0, _hiddenSize).CopyTo(h);
        initial?.AsSpan(_hiddenSize).CopyTo(c);
        for (int step = 0; step < inputs.Length; step++)
        {
            int t = isReverse ? inputs.Length - 1 - step : step;
            h = [.. h];
            _cell.Step(_fromInput.Apply(inputs[t]), _fromHidden.Apply(h), h, c);
            states[t] = h;
        }
        return states;
    }
}
