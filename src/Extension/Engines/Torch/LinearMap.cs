using RnnMlNet.Engines.Torch;
using RnnMlNet.Engines.Torch.Cells;
using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet;

/// <summary>
/// A linear map of one or several inputs, <c>Σ_i x_i W_i + b</c>: TensorFlow's <c>rnn_cell._linear</c>, for custom cells.
/// </summary>
/// <remarks>W_i is [inputSize_i, outputSize], uniform in ±1/√(Σ inputSize); b is [outputSize].</remarks>
public sealed class LinearMap : nn.Module<Tensor, Tensor>
{
    private const string Bias = "bias";
    private readonly int[] _inputSizes;
    private readonly string[] _weights;
    private readonly bool _hasBias;

    /// <summary>Creates a map of one input.</summary>
    /// <param name="inputSize">Width of the input.</param>
    /// <param name="outputSize">Width of the result.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="biasStart">Initial value of the bias; 1 for an LSTM's forget gate.</param>
    public LinearMap(int inputSize, int outputSize, bool bias = true, float biasStart = 0f)
        : this([inputSize], outputSize, bias, biasStart) { }

    /// <summary>Creates a map of several inputs.</summary>
    /// <param name="inputSizes">Widths of the inputs, each at least 1.</param>
    /// <param name="outputSize">Width of the result, at least 1.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="biasStart">Initial value of the bias; 1 for an LSTM's forget gate.</param>
    /// <exception cref="ArgumentException">A width is missing or below 1.</exception>
    public LinearMap(IReadOnlyList<int> inputSizes, int outputSize, bool bias = true, float biasStart = 0f)
        : base(nameof(LinearMap))
    {
        ArgumentNullException.ThrowIfNull(inputSizes);
        if (inputSizes.Count == 0 || inputSizes.Any(size => size < 1))
            throw new ArgumentException(
                $"Expected one or more input widths of at least 1, received [{string.Join(", ", inputSizes)}].",
                nameof(inputSizes)
            );
        if (outputSize < 1)
            throw new ArgumentException($"Expected an output width of at least 1, received {outputSize}.", nameof(outputSize));
        _inputSizes = [.. inputSizes];
        double limit = 1 / Math.Sqrt(inputSizes.Sum());
        // Looked up by name: to(device) replaces the module's parameters.
        _weights = [.. inputSizes.Select((_, i) => $"weight_{i}")];
        _hasBias = bias;
        for (int i = 0; i < _weights.Length; i++)
            register_parameter(_weights[i], nn.Parameter(empty(inputSizes[i], outputSize).uniform_(-limit, limit)));
        if (bias)
            register_parameter(Bias, nn.Parameter(full(outputSize, biasStart)));
    }

    /// <summary>Maps one input.</summary>
    /// <param name="input">[batch, inputSize].</param>
    /// <returns>[batch, outputSize].</returns>
    /// <exception cref="ArgumentException">The input is null, not 2-D, or of another width.</exception>
    public override Tensor forward(Tensor input) => Map([input]);

    /// <summary>Maps several inputs and adds up the results.</summary>
    /// <param name="inputs">As many tensors [batch, inputSize_i] as the map has input widths.</param>
    /// <returns>[batch, outputSize].</returns>
    /// <exception cref="ArgumentException">No input, a wrong number of them, or one that is null, not 2-D or of another width.</exception>
    public Tensor Map(params IReadOnlyList<Tensor> inputs)
    {
        Check(inputs);
        Tensor sum = inputs[0].matmul(get_parameter(_weights[0])!);
        for (int i = 1; i < inputs.Count; i++)
            sum = sum.Plus(inputs[i].matmul(get_parameter(_weights[i])!));
        return _hasBias ? sum.Plus(get_parameter(Bias)!) : sum;
    }

    private void Check(IReadOnlyList<Tensor> inputs)
    {
        if (inputs is null || inputs.Count == 0)
            throw new ArgumentException($"Expected {_inputSizes.Length} inputs [batch, width], received none.", nameof(inputs));
        if (inputs.Count != _inputSizes.Length)
            throw new ArgumentException($"Expected {_inputSizes.Length} inputs, received {inputs.Count}.", nameof(inputs));
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i] is null)
                throw new ArgumentException($"Expected input {i} of shape [batch, {_inputSizes[i]}], received null.", nameof(inputs));
            if (inputs[i].dim() != 2 || inputs[i].shape[1] != _inputSizes[i])
                throw new ArgumentException(
                    $"Expected input {i} of shape [batch, {_inputSizes[i]}], received [{string.Join(", ", inputs[i].shape)}].",
                    nameof(inputs)
                );
        }
    }
}
