using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// The convolutions before the first layer in the forward and backward pass: one thread's memory. Each row's steps stand one behind the
/// other, after K - 1 steps of zeros, so that the windows of a row are overlapping spans, and a convolution is one linear map of all of
/// them. Rows are convolved whole, also where the layers run over segments of them.
/// </summary>
/// <param name="modules">The convolutions.</param>
/// <param name="maps">Their linear maps of a window, shared.</param>
/// <param name="places">Offsets of their weights.</param>
internal sealed unsafe class ConvolutionPass(
    IReadOnlyList<ConvolutionModule> modules,
    IReadOnlyList<LinearTraining> maps,
    IReadOnlyList<long> places
)
{
    // For each convolution, [n, K - 1 + T, F] what it reads.
    private readonly AlignedBuffer[] _inputs = [.. modules.Select(_ => new AlignedBuffer())];

    // [n, windows of the longest row, C] what the last one makes.
    private readonly AlignedBuffer _outputs = new(),
        _outputGradient = new();
    private readonly AlignedBuffer _padded = new(),
        _back = new(),
        _windowGradient = new(),
        _gradient = new();
    private int _steps,
        _windows;

    private int Filters => modules[^1].Shape.Filters;

    /// <summary>Makes room for other rows.</summary>
    /// <param name="microBatch">Whole rows.</param>
    public void Start(MicroBatch microBatch)
    {
        int steps = _steps = microBatch.InputLength(0);
        for (int j = 0; j < modules.Count; j++)
        {
            _inputs[j].Reserve(microBatch.Count * RowSize(j, steps));
            for (int row = 0; row < microBatch.Count; row++)
                new Span<float>(Row(j, steps, row), modules[j].HistorySize).Clear();
            steps = modules[j].Shape.StepsOf(steps);
        }
        _windows = steps;
        _outputs.Reserve((long)microBatch.Count * steps * Filters);
    }

    /// <summary>Destination of a row's steps, one behind the other.</summary>
    public Span<float> StepsOf(int row) => new(Row(0, _steps, row) + modules[0].HistorySize, _steps * modules[0].Inputs);

    /// <summary>Computes the outputs of the rows that were written.</summary>
    /// <param name="microBatch">Whole rows.</param>
    public void Forward(MicroBatch microBatch)
    {
        for (int row = 0; row < microBatch.Count; row++)
        {
            int steps = microBatch.InputLength(row),
                longest = _steps;
            for (int j = 0; j < modules.Count; j++)
            {
                float* input = Row(j, longest, row);
                (steps, longest) = (modules[j].Shape.StepsOf(steps), modules[j].Shape.StepsOf(longest));
                Forward(j, steps, input, j == modules.Count - 1 ? Outputs(row) : Row(j + 1, longest, row) + modules[j + 1].HistorySize);
            }
        }
    }

    /// <summary>Fills the first layer's input.</summary>
    /// <param name="microBatch">The rows, or a segment of their steps.</param>
    /// <param name="layer">The layer.</param>
    public void Read(MicroBatch microBatch, LayerPass layer)
    {
        for (int t = 0; t < microBatch.Steps; t++)
        for (int row = 0; row < microBatch.ActiveRows[t]; row++)
            new ReadOnlySpan<float>(Outputs(row) + (long)(microBatch.First + t) * Filters, Filters).CopyTo(layer.InputOf(t, row));
    }

    /// <summary>Begins the backward pass: the gradients of the outputs are 0.</summary>
    /// <param name="microBatch">Whole rows.</param>
    public void StartBackward(MicroBatch microBatch)
    {
        int size = checked(microBatch.Count * _windows * Filters);
        _outputGradient.Reserve(size);
        _outputGradient.Clear(size);
    }

    /// <summary>After the layer's backward pass: adds to the gradients of the outputs.</summary>
    /// <param name="microBatch">The rows, or a segment of their steps.</param>
    /// <param name="layer">The layer.</param>
    public void AddGradients(MicroBatch microBatch, LayerPass layer)
    {
        layer.MakeInputGradients();
        for (int t = 0; t < microBatch.Steps; t++)
        for (int row = 0; row < microBatch.ActiveRows[t]; row++)
        {
            Span<float> sum = new(OutputGradients(row) + (long)(microBatch.First + t) * Filters, Filters);
            TensorPrimitives.Add(sum, layer.InputGradient(t, row), sum);
        }
    }

    /// <summary>After that of all segments: adds to the gradients of the weights.</summary>
    /// <param name="microBatch">Whole rows.</param>
    /// <param name="gradient">The gradient of all weights.</param>
    /// <param name="inputs">Receives the gradients of the input; null where they are not needed.</param>
    public void Backward(MicroBatch microBatch, float* gradient, ProjectionPass.InputGradient? inputs)
    {
        for (int row = 0; row < microBatch.Count; row++)
        {
            int windows = microBatch.RowLength(row);
            BackTo(
                maps[^1],
                new ReadOnlySpan<float>(Outputs(row), windows * Filters),
                new ReadOnlySpan<float>(OutputGradients(row), windows * Filters),
                windows
            );
            Backward(row, microBatch.InputLength(row), gradient, inputs);
        }
    }

    // From the gradient of the last one's pre-activations, in _back, through all of them.
    private void Backward(int row, int steps, float* gradient, ProjectionPass.InputGradient? inputs)
    {
        for (int j = modules.Count - 1; j >= 0; j--)
        {
            ConvolutionModule module = modules[j];
            int own = StepsBefore(j, steps),
                windows = module.Shape.StepsOf(own);
            float* input = Row(j, StepsBefore(j, _steps), row);
            maps[j].AddGradient(windows, input, module.WindowStride, _back.Start, maps[j].Columns, gradient + places[j]);
            if (j == 0 && inputs is null)
                return;
            Span<float> inputGradient = OfInput(j, windows, own);
            if (j > 0)
                BackTo(maps[j - 1], new ReadOnlySpan<float>(input + module.HistorySize, own * module.Inputs), inputGradient, own);
            for (int t = 0; j == 0 && t < own; t++)
                inputs!(t, row, inputGradient.Slice(t * module.Inputs, module.Inputs));
        }
    }

    // [T, F] the gradient of a convolution's input: each step's is the sum of those of the windows that hold it.
    private Span<float> OfInput(int convolution, int windows, int steps)
    {
        ConvolutionModule module = modules[convolution];
        LinearTraining map = maps[convolution];
        int width = map.InputGradientWidth,
            size = module.HistorySize + steps * module.Inputs;
        float* ofWindows = _windowGradient.Reserve((long)windows * width);
        map.InputGradient(windows, _back.Start, map.Columns, ofWindows, width);
        float* sum = _gradient.Reserve(size);
        _gradient.Clear(size);
        for (int window = 0; window < windows; window++)
        {
            Span<float> target = new(sum + (long)window * module.WindowStride, module.WindowSize);
            TensorPrimitives.Add(target, new ReadOnlySpan<float>(ofWindows + (long)window * width, module.WindowSize), target);
        }
        return new Span<float>(sum + module.HistorySize, size - module.HistorySize);
    }

    // The gradient of a convolution's pre-activations, from that of its outputs.
    private void BackTo(LinearTraining map, ReadOnlySpan<float> outputs, ReadOnlySpan<float> gradient, int steps)
    {
        int filters = map.Outputs,
            columns = map.Columns;
        float* back = _back.Reserve((long)steps * columns);
        for (int t = 0; t < steps; t++)
            Rectify(
                outputs.Slice(t * filters, filters),
                gradient.Slice(t * filters, filters),
                new Span<float>(back + (long)t * columns, columns)
            );
    }

    private void Forward(int convolution, int windows, float* input, float* target)
    {
        LinearTraining map = maps[convolution];
        float* outputs = _padded.Reserve((long)windows * map.Width);
        map.Forward(windows, input, modules[convolution].WindowStride, outputs, map.Width);
        for (int window = 0; window < windows; window++)
            new ReadOnlySpan<float>(outputs + (long)window * map.Width, map.Outputs).CopyTo(
                new Span<float>(target + (long)window * map.Outputs, map.Outputs)
            );
    }

    private float* Outputs(int row) => _outputs.Start + (long)row * _windows * Filters;

    private float* OutputGradients(int row) => _outputGradient.Start + (long)row * _windows * Filters;

    private int StepsBefore(int convolution, int steps)
    {
        for (int j = 0; j < convolution; j++)
            steps = modules[j].Shape.StepsOf(steps);
        return steps;
    }

    private long RowSize(int convolution, int steps) => modules[convolution].HistorySize + (long)steps * modules[convolution].Inputs;

    // Where what a convolution reads of a row begins: its steps before the first.
    private float* Row(int convolution, int longest, int row) => _inputs[convolution].Start + row * RowSize(convolution, longest);

    private static void Rectify(ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, Span<float> result)
    {
        for (int i = 0; i < values.Length; i++)
            result[i] = values[i] > 0 ? gradient[i] : 0;
        result[values.Length..].Clear();
    }
}
