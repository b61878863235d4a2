using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PyTorchWeights;

/// <summary>
/// The network that samples/notebooks/pytorch-weights.ipynb shows in Python: an LSTM over the rows of an image, and a linear layer that
/// reads its last output.
/// </summary>
internal sealed class DigitsNetwork : nn.Module<Tensor, Tensor>
{
    public const int Rows = 8,
        Pixels = 8,
        Digits = 10;
    private const int Hidden = 32,
        MostInk = 16;
    private readonly LSTM _lstm = nn.LSTM(Pixels, Hidden, batchFirst: true);
    private readonly Linear _fc = nn.Linear(Hidden, Digits);

    public DigitsNetwork()
        : base(nameof(DigitsNetwork))
    {
        register_module("lstm", _lstm);
        register_module("fc", _fc);
    }

    /// <param name="input">[images, 8 rows, 8 pixels], 0..16.</param>
    /// <returns>[images, 10] logits.</returns>
    public override Tensor forward(Tensor input) => _fc.forward(_lstm.forward(input / MostInk).Item1.select(1, -1));
}
