using System.Globalization;
using RnnMlNet;

namespace Samples;

/// <summary>Writes what a training came to: how long it took, why it ended, and which epoch's weights the model has.</summary>
internal static class TrainingSummary
{
    public static void Write(TrainingHistory history, TimeSpan time)
    {
        string reason = history.StopReason == StopReason.EarlyStopping ? "Stopped early" : "Ran all epochs";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {reason}; the model has the weights of epoch {history.BestEpoch}. Training took {time.TotalSeconds:0.0} s for {history.TrainingRows} rows, {history.ValidationRows} more to validate on."));
        Console.WriteLine();
    }
}
