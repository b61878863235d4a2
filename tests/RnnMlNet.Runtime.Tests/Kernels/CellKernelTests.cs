using System.Numerics;
using NUnit.Framework;
using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Tests.Support;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Kernels;

/// <summary>
/// One step of a cell beside plain loops in double precision, for every width of vectors, whatever this processor is quick with.
/// </summary>
[TestFixture(typeof(ScalarLanes))]
[TestFixture(typeof(Lanes128))]
[TestFixture(typeof(Lanes256), Category = Categories.Wide)]
[TestFixture(typeof(Lanes512), Category = Categories.Wide)]
internal sealed unsafe class CellKernelTests<T>
    where T : unmanaged, ILanes<T>
{
    private const int MostRows = 13;

    private static readonly int[] ManyUnits = [64, 100];
    private static readonly int[] Widths = [.. RandomNetwork.OddLengths, .. ManyUnits];

    [Test]
    public void A_step_of_rows([Values] CellKind cell, [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.OddLengths))] int units) =>
        AssertRows(cell, units);

    [Test]
    [Category(Categories.Slow)]
    public void A_step_of_rows_of_many_units([Values] CellKind cell, [ValueSource(nameof(ManyUnits))] int units) => AssertRows(cell, units);

    private static void AssertRows(CellKind cell, int units)
    {
        for (int inputSize = 1; inputSize <= 9; inputSize += 4)
        {
            var step = new Step(cell, inputSize, units);
            for (int rows = 1; rows <= MostRows; rows++)
                step.AssertRows(rows);
        }
    }

    [Test, Pairwise]
    public void A_step_of_one_row([Values] CellKind cell, [ValueSource(nameof(Widths))] int units, [Values] bool backwards) =>
        new Step(cell, 5, units).AssertRow(backwards);

    [Test, Pairwise]
    public void A_step_of_one_row_with_rounded_weights(
        [Values] CellKind cell,
        [ValueSource(nameof(Widths))] int units,
        [Values] bool backwards
    ) => new Step(cell, 5, units, WeightPrecision.BFloat16).AssertRow(backwards);

    [Test]
    public void A_linear_layer([Values] bool isRectified, [ValueSource(nameof(Widths))] int units)
    {
        var random = new Random(units);
        var weights = new KernelWeights(
            RandomNetwork.Uniform(random, units * 6, 1),
            [],
            RandomNetwork.Uniform(random, units, 1),
            [],
            6,
            units
        );
        CellKernel kernel = LinearKernels.Create<T>(isRectified, weights);
        var x = new AlignedBuffer(7 * 6);
        var y = new AlignedBuffer(7 * kernel.Width);
        RandomNetwork.Uniform(random, 7 * 6, 1).CopyTo(new Span<float>(x.Start, 42));

        kernel.StepRows(7, x.Start, 6, null, null, y.Start);

        for (int row = 0; row < 7; row++)
        for (int unit = 0; unit < units; unit++)
        {
            double sum = weights.InputBias[unit];
            for (int k = 0; k < 6; k++)
                sum += (double)weights.Input[unit * 6 + k] * x.Start[row * 6 + k];
            Assert.That(
                y.Start[row * kernel.Width + unit],
                Is.EqualTo(isRectified ? Math.Max(0, sum) : sum).Within(1e-5),
                $"row {row}, unit {unit}"
            );
        }
    }

    private sealed class Step
    {
        private readonly CellKind _cell;
        private readonly int _inputSize;
        private readonly int _units;
        private readonly double _tolerance;
        private readonly KernelWeights _weights;
        private readonly CellKernel _kernel;
        private readonly AlignedBuffer _x = new(),
            _h = new(),
            _c = new(),
            _next = new();

        public Step(CellKind cell, int inputSize, int units, WeightPrecision rowPrecision = WeightPrecision.Full)
        {
            _cell = cell;
            _inputSize = inputSize;
            _units = units;
            int rows =
                units
                * cell switch
                {
                    CellKind.Lstm or CellKind.SLstm or CellKind.Lru => 4,
                    CellKind.Gru or CellKind.MinLstm => 3,
                    CellKind.MinGru => 2,
                    _ => 1,
                };
            int recurrentRows = cell is CellKind.MinGru or CellKind.MinLstm or CellKind.Lru ? 0 : rows;
            var random = new Random(units);
            _weights = new KernelWeights(
                RandomNetwork.Uniform(random, rows * inputSize, 1),
                RandomNetwork.Uniform(random, recurrentRows * units, 0.3f),
                RandomNetwork.Uniform(random, rows, 1),
                RandomNetwork.Uniform(random, recurrentRows, 1),
                inputSize,
                units
            )
            {
                UnitParameters = cell == CellKind.Lru ? RandomNetwork.Uniform(random, 3 * units, 1) : [],
            };
            // Of a hundred products, each off by up to 2^-8 of itself to either side.
            _tolerance = rowPrecision == WeightPrecision.Full ? 1e-5 : 1e-2;
            _kernel = CellKernels.Create<T>(CellRegistry.Of(cell), _weights, rowPrecision);
        }

        private bool HasCellState => _cell is CellKind.Lstm or CellKind.SLstm or CellKind.Lru;

        public void AssertRows(int rows)
        {
            Fill(rows);
            (double[] h, double[] c)[] expected = [.. Enumerable.Range(0, rows).Select(Expected)];
            _kernel.StepRows(rows, _x.Start, _inputSize, _h.Start, HasCellState ? _c.Start : _h.Start, _next.Start);
            for (int row = 0; row < rows; row++)
                AssertRow(row, expected[row], $"row {row} of {rows}");
        }

        public void AssertRow(bool backwards)
        {
            Fill(1);
            var expected = Expected(0);
            var projected = new AlignedBuffer(_kernel.ProjectedWidth);
            _kernel.Project(1, _x.Start, projected.Start);
            _kernel.StepRow(projected.Start, _h.Start, HasCellState ? _c.Start : _h.Start, _next.Start, backwards);
            AssertRow(0, expected, "alone");
        }

        private void AssertRow(int row, (double[] H, double[] C) expected, string what)
        {
            ReadOnlySpan<float> next = new(_next.Start + row * _kernel.Width, _kernel.Width),
                c = new(_c.Start + row * _kernel.StateWidth, _kernel.StateWidth);
            Assert.That(next[.._units].ToArray(), Is.EqualTo(expected.H).Within(_tolerance), what);
            Assert.That(next[_units..].ToArray(), Is.All.Zero, "Padding stays 0.");
            if (!HasCellState)
                return;
            for (int state = 0; state < expected.C.Length / _units; state++)
                Assert.That(
                    c.Slice(state * _kernel.Width, _units).ToArray(),
                    Is.EqualTo(expected.C.AsSpan(state * _units, _units).ToArray()).Within(_tolerance),
                    what
                );
            Assert.That(c[_units.._kernel.Width].ToArray(), Is.All.Zero, "Padding stays 0.");
        }

        private void Fill(int rows)
        {
            var random = new Random(rows);
            int width = _kernel.Width;
            _x.Reserve(rows * _inputSize);
            RandomNetwork.Uniform(random, rows * _inputSize, 1).CopyTo(new Span<float>(_x.Start, rows * _inputSize));
            foreach (AlignedBuffer buffer in new[] { _h, _c, _next })
            {
                buffer.Reserve(rows * _kernel.StateWidth);
                buffer.Clear(rows * _kernel.StateWidth);
            }
            for (int row = 0; row < rows; row++)
            {
                RandomNetwork.Uniform(random, _units, 1).CopyTo(new Span<float>(_h.Start + row * width, _units));
                for (int state = 0; state < _kernel.StateWidth / width; state++)
                    RandomNetwork.Uniform(random, _units, 1).CopyTo(State(row, state));
                if (_cell == CellKind.SLstm)
                    foreach (ref float n in State(row, 1))
                        n = 1.5f + n;
            }
        }

        private Span<float> State(int row, int state) => new(_c.Start + row * _kernel.StateWidth + state * _kernel.Width, _units);

        private (double[] H, double[] C) Expected(int row)
        {
            int H = _units;
            float* x = _x.Start + row * _inputSize,
                h = _h.Start + row * _kernel.Width;
            double[] c = [.. Enumerable.Range(0, _kernel.StateWidth / _kernel.Width).SelectMany(state => State(row, state).ToArray())];
            // The kernel's m is in powers of two.
            for (int u = 2 * H; u < c.Length; u++)
                c[u] *= Math.Log(2);
            double[] a = Affine(_weights.Input, _weights.InputBias, x, _inputSize),
                b = Affine(_weights.Hidden, _weights.HiddenBias, h, H);
            double[] next = new double[H],
                cell = new double[c.Length];
            for (int u = 0; u < H; u++)
                switch (_cell)
                {
                    case CellKind.Lstm:
                        cell[u] = Sigmoid(a[H + u] + b[H + u]) * c[u] + Sigmoid(a[u] + b[u]) * Math.Tanh(a[2 * H + u] + b[2 * H + u]);
                        next[u] = Sigmoid(a[3 * H + u] + b[3 * H + u]) * Math.Tanh(cell[u]);
                        break;
                    case CellKind.Gru:
                        double r = Sigmoid(a[u] + b[u]),
                            z = Sigmoid(a[H + u] + b[H + u]);
                        next[u] = (1 - z) * Math.Tanh(a[2 * H + u] + r * b[2 * H + u]) + z * h[u];
                        break;
                    case CellKind.MinGru:
                        next[u] = h[u] + Sigmoid(a[u]) * (a[H + u] - h[u]);
                        break;
                    case CellKind.MinLstm:
                        double f = Sigmoid(a[u]),
                            i = Sigmoid(a[H + u]);
                        next[u] = (f * h[u] + i * a[2 * H + u]) / (f + i);
                        break;
                    case CellKind.SLstm:
                        double input = a[u] + b[u],
                            kept = Math.Log(Sigmoid(a[H + u] + b[H + u])) + c[2 * H + u],
                            m = cell[2 * H + u] = Math.Max(input, kept);
                        cell[u] = Math.Exp(kept - m) * c[u] + Math.Exp(input - m) * Math.Tanh(a[2 * H + u] + b[2 * H + u]);
                        cell[H + u] = Math.Exp(kept - m) * c[H + u] + Math.Exp(input - m);
                        next[u] = Sigmoid(a[3 * H + u] + b[3 * H + u]) * cell[u] / cell[H + u];
                        break;
                    case CellKind.Lru:
                        double[] unit = [.. Enumerable.Range(0, 3).Select(k => Math.Exp(_weights.UnitParameters[k * H + u]))];
                        Complex s =
                            Complex.Exp(new Complex(-unit[0], unit[1])) * new Complex(c[u], c[H + u])
                            + unit[2] * new Complex(a[u], a[H + u]);
                        (cell[u], cell[H + u]) = (s.Real, s.Imaginary);
                        next[u] = Sigmoid(a[3 * H + u]) * (s.Real + a[2 * H + u]);
                        break;
                    default:
                        next[u] = _cell == CellKind.Elman ? Math.Tanh(a[u] + b[u]) : Math.Max(0, a[u] + b[u]);
                        break;
                }
            AssertReference(a, b, h, c, next, cell);
            for (int u = 2 * H; u < c.Length; u++)
                cell[u] /= Math.Log(2);
            return (next, cell);
        }

        // The cell's own reference step, which other tests hold the product to, is these equations.
        private void AssertReference(double[] input, double[] recurrent, float* h, double[] c, double[] expectedH, double[] expectedC)
        {
            double[] newH = [.. Enumerable.Range(0, _units).Select(unit => (double)h[unit])];
            double[] newC = [.. c];
            CellRegistry.Of(_cell).Step(input, recurrent, [.. _weights.UnitParameters.Select(value => (double)value)], newH, newC);
            Assert.That(newH, Is.EqualTo(expectedH).Within(1e-12));
            if (HasCellState)
                Assert.That(newC, Is.EqualTo(expectedC).Within(1e-12));
        }

        private static double[] Affine(float[] weight, float[] bias, float* x, int size)
        {
            var y = new double[bias.Length];
            for (int row = 0; row < y.Length; row++)
            {
                y[row] = bias[row];
                for (int k = 0; k < size; k++)
                    y[row] += (double)weight[row * size + k] * x[k];
            }
            return y;
        }

        private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
    }
}
