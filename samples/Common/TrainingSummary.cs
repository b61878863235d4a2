using System.Globalization;
using RnnMlNet;

namespace Samples;

/// <summary>Writes a summary of a training: the options chosen from the data, the reason for stopping, the rows, and the time.</summary>
internal static class TrainingSummary
{
    private const int OptionsPerLine = 4;

    /// <param name="networks">The histories of the ensemble's members.</param>
    /// <param name="time">How long Fit took.</param>
    public static void Write(IReadOnlyList<TrainingHistory> networks, TimeSpan time)
    {
        TrainingHistory first = networks[0];
        Console.WriteLine("  Chosen from the data:");
        foreach (string[] line in first.Options.Select(option => $"{option.Key} = {option.Value}").Chunk(OptionsPerLine))
            Console.WriteLine($"    {string.Join("; ", line)}");
        string reason = networks.Any(network => network.StopReason == StopReason.EarlyStopping) ? "Stopped early" : "Ran all epochs";
        string model = networks.Count == 1 ? $"has the weights of epoch {first.BestEpoch}" : $"is the mean of {networks.Count} networks";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {reason} in {time.TotalSeconds:0.0} s; the model {model}."));
        Console.WriteLine(
            first.RefitEpochs > 0
                ? $"  {first.TrainingRows} windows to train a network on in the end, {first.ValidationRows} of them "
                    + $"to validate it on before."
                : $"  {first.TrainingRows} rows to train a network on, {first.ValidationRows} more to validate it on."
        );
        Console.WriteLine();
    }
}
