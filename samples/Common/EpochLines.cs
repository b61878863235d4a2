using System.Globalization;
using RnnMlNet;

namespace Samples;

/// <summary>Writes one line per epoch of training. (<see cref="Progress{T}"/> would report on other threads, in any order.)</summary>
internal sealed class EpochLines : IProgress<EpochReport>
{
    public void Report(EpochReport report)
    {
        if (report.Epoch == 1)
        {
            Console.WriteLine("         training      validation");
            Console.WriteLine($"  epoch      loss      loss {report.MetricName,9}   seconds");
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {report.Epoch,5} {report.TrainingLoss,9:0.000} {report.ValidationLoss,9:0.000} {report.ValidationMetric,9:0.000} {report.Seconds,9:0.00}{(report.IsBest ? "  best so far" : "")}"));
    }

    /// <summary>Closes the lines: how long it took, why it ended, and which epoch's weights the model has.</summary>
    public static void WriteEnd(TrainingHistory history, TimeSpan time)
    {
        string reason = history.StopReason == StopReason.EarlyStopping ? "Stopped early" : "Ran all epochs";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {reason}; the model has the weights of epoch {history.BestEpoch}. Training took {time.TotalSeconds:0.0} s for {history.TrainingRows} rows, {history.ValidationRows} more to validate on."));
        Console.WriteLine();
    }
}
