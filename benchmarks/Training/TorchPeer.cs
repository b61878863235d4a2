using System.Globalization;
using RnnMlNet.Training;

namespace Training;

/// <summary>The process that trains on libtorch, seen from ours.</summary>
internal sealed class TorchPeer(TrainingSet set) : IDisposable
{
    private readonly Dialogue _process = new(Child.Start(["torch", .. TorchChild.Arguments(set)]), "that trains on libtorch");

    /// <summary>A turn of a variant; microseconds a row.</summary>
    public double Turn(int variant, double milliseconds) =>
        _process.Ask($"turn {variant} {milliseconds.ToString(CultureInfo.InvariantCulture)}")[0];

    /// <summary>The mean losses of a variant's first epochs from the initial weights on.</summary>
    public double[] Losses(int variant, int epochs) => _process.Ask($"losses {variant} {epochs}");

    public void Dispose() => _process.Dispose();
}
