using System.Globalization;
using RnnMlNet;

namespace Samples;

/// <summary>Writes one line per epoch of training. (<see cref="Progress{T}"/> would report on other threads, in any order.)</summary>
internal sealed class EpochLines : IProgress<EpochReport>
{
    public void Report(EpochReport report)
    {
        if (report.Epoch == 1)
            Console.WriteLine($"  epoch   loss   val. loss   val. {report.MetricName,-8}   seconds");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {report.Epoch,5} {report.TrainingLoss,6:0.000} {report.ValidationLoss,11:0.000} {report.ValidationMetric,15:0.000} {report.Seconds,9:0.00} {(report.IsBest ? "*" : "")}"));
    }

    /// <summary>Closes the lines: why training ended and which epoch's weights the model has.</summary>
    public static void WriteEnd(TrainingHistory history, TimeSpan time)
    {
        string reason = history.StopReason == StopReason.EarlyStopping ? "stopped early" : "all epochs run";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  trained on {history.TrainingRows} rows, validated on {history.ValidationRows}, in {time.TotalSeconds:0.0} s; {reason}, weights of epoch {history.BestEpoch} kept (* = best so far)"));
        Console.WriteLine();
    }
}
