using System.Diagnostics;
using System.Globalization;

namespace Training;

/// <summary>The process that trains on libtorch, seen from ours. It sleeps while it is not asked.</summary>
internal sealed class TorchPeer(TrainingSet set) : IDisposable
{
    private readonly Process _process = Child.Start(["torch", .. TorchChild.Arguments(set)]);

    /// <summary>A turn of a variant; microseconds a row.</summary>
    public double Turn(int variant, double milliseconds) => Ask($"turn {variant} {milliseconds.ToString(CultureInfo.InvariantCulture)}")[0];

    /// <summary>The mean losses of a variant's first epochs from the initial weights on.</summary>
    public double[] Losses(int variant, int epochs) => Ask($"losses {variant} {epochs}");

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private double[] Ask(string question)
    {
        _process.StandardInput.WriteLine(question);
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The process that trains on libtorch ended at '{question}'.");
        return [.. answer.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
    }
}
