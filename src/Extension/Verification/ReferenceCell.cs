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
    private readonly ReferenceLinear? _fromHidden;
    private readonly double[] _parameters;

    public ReferenceCell(NetworkShape shape, NetworkWeights weights, string suffix)
    {
        _cell = shape.CellDefinition;
        _hiddenSize = shape.HiddenSize;
        _fromInput = new ReferenceLinear(weights[$"rnn.weight_ih_{suffix}"], weights[$"rnn.bias_ih_{suffix}"]);
        if (_cell.HasRecurrentWeights)
            _fromHidden = new ReferenceLinear(weights[$"rnn.weight_hh_{suffix}"], weights[$"rnn.bias_hh_{suffix}"]);
        _parameters = _cell.UnitParameters > 0 ? [.. weights[$"rnn.unit_{suffix}"].Select(value => (double)value)] : [];
    }

    /// <summary>[T, H] the state after each step, in the order of time for both directions.</summary>
    /// <param name="inputs">[T, inputs].</param>
    /// <param name="isReverse">Whether it runs from the last step to the first.</param>
    /// <param name="initial">[S, H] the learnt states before the first step, h and then c; null for zeros.</param>
    public double[][] Run(double[][] inputs, bool isReverse, double[]? initial = null)
    {
        var states = new double[inputs.Length][];
        double[] h = new double[_hiddenSize],
            c = new double[(_cell.States - 1) * _hiddenSize];
        if (initial is not null)
            Begin(initial, h, c);
        for (int step = 0; step < inputs.Length; step++)
        {
            int t = isReverse ? inputs.Length - 1 - step : step;
            h = [.. h];
            _cell.Step(_fromInput.Apply(inputs[t]), _fromHidden is null ? [] : _fromHidden.Apply(h), _parameters, h, c);
            states[t] = h;
        }
        return states;
    }

    private void Begin(ReadOnlySpan<double> learnt, double[] h, double[] c)
    {
        for (int state = 0; state < _cell.States; state++)
        {
            Span<double> values = state == 0 ? h : c.AsSpan((state - 1) * _hiddenSize, _hiddenSize);
            FirstState first = _cell.FirstStates[state];
            if (first == FirstState.Learnt)
            {
                learnt[.._hiddenSize].CopyTo(values);
                learnt = learnt[_hiddenSize..];
            }
            else
                values.Fill(first == FirstState.One ? 1 : 0);
        }
    }
}
