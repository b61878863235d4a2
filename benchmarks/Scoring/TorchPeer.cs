using RnnMlNet.Models;
using Shared;
using static TorchSharp.torch;

namespace Scoring;

/// <summary>libtorch in inference mode, on a tensor made beforehand.</summary>
internal sealed class TorchPeer(Case @case, TrainedNetwork network, Row[] rows) : IPeer
{
    private readonly TorchNetwork _network = TorchNetwork.Of(@case, network.Weights);
    private readonly Tensor _input = tensor(OnnxNetwork.TimeMajor(@case, rows)).reshape(@case.Steps, rows.Length, @case.Features);

    public string Name => "libtorch";

    public int FirstClass { get; private set; }

    public int Run()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        Tensor scores = _network.forward(_input);
        FirstClass = Highest.Of(scores.data<float>().ToArray().AsSpan(0, Case.Classes));
        return rows.Length;
    }

    public void Dispose()
    {
        _network.Dispose();
        _input.Dispose();
    }
}
