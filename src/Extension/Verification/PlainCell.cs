using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Verification;

/// <summary>One direction of one recurrent layer by the equations of <see cref="CellKind"/>, number by number in double precision.</summary>
internal sealed class PlainCell
{
    private readonly CellKind _cell;
    private readonly int _hiddenSize;
    private readonly PlainLinear _fromInput;
    private readonly PlainLinear _fromHidden;

    public PlainCell(NetworkShape shape, NetworkWeights weights, string suffix)
    {
        _cell = shape.Cell;
        _hiddenSize = shape.HiddenSize;
        _fromInput = new PlainLinear(weights[$"rnn.weight_ih_{suffix}"], weights[$"rnn.bias_ih_{suffix}"]);
        _fromHidden = new PlainLinear(weights[$"rnn.weight_hh_{suffix}"], weights[$"rnn.bias_hh_{suffix}"]);
    }

    /// <summary>[T, H] the state after each step, in the order of time whichever way the steps are read.</summary>
    public double[][] Run(double[][] inputs, bool isReverse)
    {
        var states = new double[inputs.Length][];
        double[] h = new double[_hiddenSize], c = new double[_hiddenSize];
        for (int step = 0; step < inputs.Length; step++)
        {
            int t = isReverse ? inputs.Length - 1 - step : step;
            h = states[t] = Step(inputs[t], h, c);
        }
        return states;
    }

    private double[] Step(double[] input, double[] h, double[] c)
    {
        double[] x = _fromInput.Apply(input), y = _fromHidden.Apply(h), next = new double[_hiddenSize];
        for (int unit = 0; unit < next.Length; unit++)
            next[unit] = _cell switch
            {
                CellKind.Lstm => Lstm(unit, x, y, ref c[unit]),
                CellKind.Gru => Gru(unit, x, y, h[unit]),
                CellKind.ElmanRelu => Math.Max(0, x[unit] + y[unit]),
                _ => Math.Tanh(x[unit] + y[unit]),
            };
        return next;
    }

    private double Lstm(int unit, double[] x, double[] y, ref double c)
    {
        double i = Sigmoid(Gate(0)), f = Sigmoid(Gate(1)), g = Math.Tanh(Gate(2)), o = Sigmoid(Gate(3));
        c = f * c + i * g;
        return o * Math.Tanh(c);

        double Gate(int gate) => x[gate * _hiddenSize + unit] + y[gate * _hiddenSize + unit];
    }

    private double Gru(int unit, double[] x, double[] y, double h)
    {
        int inR = unit, inZ = _hiddenSize + unit, inN = 2 * _hiddenSize + unit;
        double r = Sigmoid(x[inR] + y[inR]), z = Sigmoid(x[inZ] + y[inZ]), n = Math.Tanh(x[inN] + r * y[inN]);
        return (1 - z) * n + z * h;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
