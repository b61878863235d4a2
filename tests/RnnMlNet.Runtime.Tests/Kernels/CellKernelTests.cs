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
                    CellKind.Lstm => 4,
                    CellKind.Gru or CellKind.MinLstm => 3,
                    CellKind.MinGru => 2,
                    _ => 1,
                };
            int recurrentRows = cell is CellKind.MinGru or CellKind.MinLstm ? 0 : rows;
            var random = new Random(units);
            _weights = new KernelWeights(
                RandomNetwork.Uniform(random, rows * inputSize, 1),
                RandomNetwork.Uniform(random, recurrentRows * units, 0.3f),
                RandomNetwork.Uniform(random, rows, 1),
                RandomNetwork.Uniform(random, recurrentRows, 1),
                inputSize,
                units
            );
            // Of a hundred products, each off by up to 2^-8 of itself to either side.
            _tolerance = rowPrecision == WeightPrecision.Full ? 1e-5 : 1e-2;
            _kernel = CellKernels.Create<T>(CellRegistry.Of(cell), _weights, rowPrecision);
        }

        public void AssertRows(int rows)
        {
            Fill(rows);
            (double[] h, double[] c)[] expected = [.. Enumerable.Range(0, rows).Select(Expected)];
            _kernel.StepRows(rows, _x.Start, _inputSize, _h.Start, _cell == CellKind.Lstm ? _c.Start : _h.Start, _next.Start);
            for (int row = 0; row < rows; row++)
                AssertRow(row, expected[row], $"row {row} of {rows}");
        }

        public void AssertRow(bool backwards)
        {
            Fill(1);
            var expected = Expected(0);
            var projected = new AlignedBuffer(_kernel.ProjectedWidth);
            _kernel.Project(1, _x.Start, projected.Start);
            _kernel.StepRow(projected.Start, _h.Start, _cell == CellKind.Lstm ? _c.Start : _h.Start, _next.Start, backwards);
            AssertRow(0, expected, "alone");
        }

        private void AssertRow(int row, (double[] H, double[] C) expected, string what)
        {
            ReadOnlySpan<float> next = new(_next.Start + row * _kernel.Width, _kernel.Width),
                c = new(_c.Start + row * _kernel.Width, _kernel.Width);
            Assert.That(next[.._units].ToArray(), Is.EqualTo(expected.H).Within(_tolerance), what);
            Assert.That(next[_units..].ToArray(), Is.All.Zero, "Padding stays 0.");
            if (_cell != CellKind.Lstm)
                return;
            Assert.That(c[.._units].ToArray(), Is.EqualTo(expected.C).Within(_tolerance), what);
            Assert.That(c[_units..].ToArray(), Is.All.Zero, "Padding stays 0.");
        }

        private void Fill(int rows)
        {
            var random = new Random(rows);
            int width = _kernel.Width;
            _x.Reserve(rows * _inputSize);
            RandomNetwork.Uniform(random, rows * _inputSize, 1).CopyTo(new Span<float>(_x.Start, rows * _inputSize));
            foreach (AlignedBuffer buffer in new[] { _h, _c, _next })
            {
                buffer.Reserve(rows * width);
                buffer.Clear(rows * width);
            }
            for (int row = 0; row < rows; row++)
            {
                RandomNetwork.Uniform(random, _units, 1).CopyTo(new Span<float>(_h.Start + row * width, _units));
                RandomNetwork.Uniform(random, _units, 1).CopyTo(new Span<float>(_c.Start + row * width, _units));
            }
        }

        private (double[] H, double[] C) Expected(int row)
        {
            int H = _units;
            float* x = _x.Start + row * _inputSize,
                h = _h.Start + row * _kernel.Width,
                c = _c.Start + row * _kernel.Width;
            double[] a = Affine(_weights.Input, _weights.InputBias, x, _inputSize),
                b = Affine(_weights.Hidden, _weights.HiddenBias, h, H);
            double[] next = new double[H],
                cell = new double[H];
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
                    default:
                        next[u] = _cell == CellKind.Elman ? Math.Tanh(a[u] + b[u]) : Math.Max(0, a[u] + b[u]);
                        break;
                }
            AssertReference(a, b, h, c, next, cell);
            return (next, cell);
        }

        // The cell's own reference step, which other tests hold the product to, is these equations.
        private void AssertReference(double[] input, double[] recurrent, float* h, float* c, double[] expectedH, double[] expectedC)
        {
            double[] newH = [.. Enumerable.Range(0, _units).Select(unit => (double)h[unit])];
            double[] newC = [.. Enumerable.Range(0, _units).Select(unit => (double)c[unit])];
            CellRegistry.Of(_cell).Step(input, recurrent, newH, newC);
            Assert.That(newH, Is.EqualTo(expectedH).Within(1e-12));
            if (_cell == CellKind.Lstm)
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
