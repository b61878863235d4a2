// Trains a network with torch, and writes its weights in PyTorch's names and the scores that torch gives with them.
using System.Globalization;
using PyTorchWeights;
using TorchSharp;
using static TorchSharp.torch;

const int TrainingImages = 1500,
    BatchSize = 50,
    Epochs = 60;

if (args.Length != 2)
{
    Console.Error.WriteLine("Usage: PyTorchWeights <digits.csv> <folder>");
    return 2;
}
InitializeDeviceType(DeviceType.CPU);
set_num_threads(1); // so that sums have one order
random.manual_seed(1);

float[][] rows =
[
    .. File.ReadLines(args[0])
        .Select(line => Array.ConvertAll(line.Split(','), number => float.Parse(number, CultureInfo.InvariantCulture))),
];
Tensor images = tensor(rows.SelectMany(row => row[..^1]).ToArray()).reshape(-1, DigitsNetwork.Rows, DigitsNetwork.Pixels);
Tensor digits = tensor(rows.Select(row => (long)row[^1]).ToArray());

var network = new DigitsNetwork();
Train(network, images[..TrainingImages], digits[..TrainingImages]);

using var noGrad = no_grad();
Tensor scores = network.forward(images[TrainingImages..]).softmax(1);
double accuracy = scores.argmax(1).eq(digits[TrainingImages..]).@double().mean().item<double>();
Safetensors.Save(network.state_dict(), Path.Combine(args[1], "digits-lstm.safetensors"));
File.WriteAllText(
    Path.Combine(args[1], "digits-lstm-scores.csv"),
    string.Concat(
        scores
            .data<float>()
            .ToArray()
            .Chunk(DigitsNetwork.Digits)
            .Select(row => string.Join(',', row.Select(score => score.ToString(CultureInfo.InvariantCulture))) + "\n")
    )
);
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"trained on {TrainingImages} images; accuracy on the other {rows.Length - TrainingImages}: {accuracy:0.000}"
    )
);
return 0;

static void Train(DigitsNetwork network, Tensor images, Tensor digits)
{
    using var optimizer = optim.Adam(network.parameters(), lr: 5e-3);
    for (int epoch = 0; epoch < Epochs; epoch++)
    {
        Tensor order = randperm(digits.shape[0]);
        for (int start = 0; start < digits.shape[0]; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            Tensor batch = order[start..(start + BatchSize)];
            optimizer.zero_grad();
            nn.functional.cross_entropy(network.forward(images[batch]), digits[batch]).backward();
            optimizer.step();
        }
    }
}
