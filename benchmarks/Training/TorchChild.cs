using System.Globalization;
using RnnMlNet;
using RnnMlNet.Training;
using Shared;
using TorchSharp;

namespace Training;

/// <summary>
/// libtorch's side of a comparison, in a process of its own: its allocator is tuned from the start, and nothing of ours is touched by that.
/// It reads a line and answers with one: <c>losses V E</c>, the mean losses of E epochs from the initial weights on; <c>turn V M</c>, the
/// microseconds a row of a turn of at least M milliseconds; V is the variant's number.
/// </summary>
internal static class TorchChild
{
    /// <summary>Answers until its input ends.</summary>
    /// <param name="args">The set: cell, F, H, T, B, whether it is ragged.</param>
    public static int Run(string[] args)
    {
        if (OperatingSystem.IsLinux() && !TorchAllocator.Tune())
            Console.Error.WriteLine("The C library has no mallopt: libtorch runs with the allocator as it is.");
        torch.InitializeDeviceType(DeviceType.CPU);
        TrainingSet set = Parse(args);
        TorchTensors[] batches = [.. set.Batches(epoch: 1).Select(batch => TorchTensors.Of(batch, torch.CPU))];
        TorchLoop[] loops = [.. TorchVariant.All.Select(variant => new TorchLoop(set, variant))];
        while (Console.ReadLine()?.Split(' ') is [string what, string variant, string number])
        {
            int index = int.Parse(variant, CultureInfo.InvariantCulture);
            double[] answer =
                what == "losses"
                    ? Losses(set, TorchVariant.All[index], int.Parse(number, CultureInfo.InvariantCulture))
                    : [loops[index].Turn(batches, double.Parse(number, CultureInfo.InvariantCulture))];
            Console.WriteLine(string.Join(' ', answer.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
        }
        return 0;
    }

    /// <summary>The arguments that say which set.</summary>
    public static string[] Arguments(TrainingSet set) =>
        [$"{set.Case.Cell}", $"{set.Case.Features}", $"{set.Case.Units}", $"{set.Case.Steps}", $"{set.BatchSize}", $"{set.IsRagged}"];

    private static TrainingSet Parse(string[] args)
    {
        int[] sizes = [.. args[1..5].Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        return new TrainingSet(new Case(Enum.Parse<CellKind>(args[0]), sizes[0], sizes[1], sizes[2]), sizes[3], bool.Parse(args[5]));
    }

    private static double[] Losses(TrainingSet set, TorchVariant variant, int epochs)
    {
        var loop = new TorchLoop(set, variant);
        torch.set_num_threads(variant.Threads);
        return
        [
            .. Enumerable
                .Range(1, epochs)
                .Select(epoch => loop.Epoch([.. set.Batches(epoch).Select(batch => TorchTensors.Of(batch, torch.CPU))])),
        ];
    }
}
