using Microsoft.ML.Data;
using RnnMlNet.Experiments;

namespace Samples.DistributedExperiment;

/// <summary>Checks whether two runs of the experiment have bit-identical results.</summary>
/// <param name="one">The one.</param>
/// <param name="other">The other.</param>
internal sealed class Comparison(
    ExperimentResult<MulticlassClassificationMetrics> one,
    ExperimentResult<MulticlassClassificationMetrics> other
)
{
    /// <summary>Writes the comparison.</summary>
    /// <param name="oneFolder">The one's journal.</param>
    /// <param name="otherFolder">The other's journal.</param>
    /// <returns>Whether all results are equal.</returns>
    public bool Write(string oneFolder, string otherFolder)
    {
        string[] files = ScoreFiles(oneFolder);
        (string What, bool IsSame)[] lines =
        [
            ("the best trial", one.BestRun.Trial == other.BestRun.Trial),
            (
                $"options, epochs, losses and metrics of all {one.RunDetails.Count} trials",
                one.RunDetails.Select(Text).SequenceEqual(other.RunDetails.Select(Text))
            ),
            (
                $"the scores of the images held out, in {files.Length} comparisons of trials",
                files.SequenceEqual(ScoreFiles(otherFolder)) && files.All(file => IsSame(file, oneFolder, otherFolder))
            ),
            ("the scores that the two models give all images", Bits(one).SequenceEqual(Bits(other))),
        ];
        foreach (var (what, isSame) in lines)
            Console.WriteLine($"{(isSame ? "The same to the bit" : "NOT THE SAME")}: {what}");
        return lines.All(line => line.IsSame);
    }

    private static string Text(RunDetail<MulticlassClassificationMetrics> run) =>
        string.Join(
            ' ',
            [
                $"{run.Trial} {run.Epochs}",
                .. run.Parameters.Select(parameter => $"{parameter}"),
                .. new[]
                {
                    run.ValidationLoss,
                    run.ValidationMetrics!.LogLoss,
                    run.ValidationMetrics.MicroAccuracy,
                    run.ValidationMetrics.MacroAccuracy,
                }.Select(number => $"{BitConverter.DoubleToInt64Bits(number):x}"),
            ]
        );

    private static string[] ScoreFiles(string folder) =>
        [.. Directory.GetFiles(folder, "*.scores").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static bool IsSame(string file, string oneFolder, string otherFolder) =>
        File.ReadAllBytes(Path.Combine(oneFolder, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(otherFolder, file)));

    private static IEnumerable<int> Bits(ExperimentResult<MulticlassClassificationMetrics> result) =>
        new DigitExperiment().Scores(result.BestRun.Model!).Select(BitConverter.SingleToInt32Bits);
}
