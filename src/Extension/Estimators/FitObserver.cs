using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Reports training to ML.NET's log and progress channel, and to the user's <see cref="IProgress{T}"/>.</summary>
internal sealed class FitObserver : ITrainingObserver, IDisposable
{
    private readonly IHost _host;
    private readonly IChannel _log;
    private readonly IProgressChannel _progress;
    private readonly IProgress<EpochReport>? _user;
    private readonly int _maxEpochs;
    private double _loss,
        _epochs,
        _steps;

    /// <param name="host">Its cancellation ends training.</param>
    /// <param name="log">Receives each epoch.</param>
    /// <param name="doing">Name of the progress channel.</param>
    /// <param name="maxEpochs">Maximum number of epochs.</param>
    /// <param name="user">Receives each epoch; null for none.</param>
    public FitObserver(IHost host, IChannel log, string doing, int maxEpochs, IProgress<EpochReport>? user)
    {
        _host = host;
        _log = log;
        _user = user;
        _maxEpochs = maxEpochs;
        _progress = host.StartProgressChannel(doing);
        _progress.SetHeader(new ProgressHeader(["Loss"], ["epochs", "steps"]), Fill);
    }

    /// <summary>The ensemble member in training, as text after a blank; empty for a single network.</summary>
    public string Network { get; init; } = "";

    /// <summary>Its turn to report, where several networks are trained concurrently.</summary>
    public Turn Turn { get; init; } = Turn.Always;

    /// <summary>Ends training where another network has failed.</summary>
    public CancellationToken Stop { get; init; }

    public void CheckAlive()
    {
        Stop.ThrowIfCancellationRequested();
        _host.CheckAlive();
    }

    public void StepDone(int epoch, int step, int stepsPerEpoch, double loss)
    {
        _loss = loss;
        _epochs = epoch - 1;
        _steps = (double)(epoch - 1) * stepsPerEpoch + step;
        if (_user is ILiveProgress live)
            Turn.TellNow(() => live.StepDone(new StepReport(epoch, _maxEpochs, step, stepsPerEpoch, loss)));
    }

    public void EpochDone(EpochReport report)
    {
        _progress.Checkpoint(report.TrainingLoss, report.Epoch, _steps, _maxEpochs);
        Turn.Tell(() =>
        {
            _log.Info(Describe(report));
            _user?.Report(report);
        });
    }

    public void Dispose()
    {
        _progress.Dispose();
        if (_user is ILiveProgress live)
            Turn.Tell(live.Ended);
        Turn.End();
    }

    private void Fill(IProgressEntry entry)
    {
        entry.SetMetric(0, _loss);
        entry.SetProgress(0, _epochs, _maxEpochs);
        entry.SetProgress(1, _steps);
    }

    private string Describe(EpochReport r)
    {
        string validation = r.ValidationLoss is double loss
            ? FormattableString.Invariant($", validation loss {loss:0.0000}, {r.MetricName} {r.ValidationMetric:0.0000}")
            : "";
        string epoch = Network.Length == 0 ? $"Epoch {r.Epoch}/{r.MaxEpochs}:" : $"Training{Network}: epoch {r.Epoch}/{r.MaxEpochs},";
        string best = r.IsBest && !r.LastIsKept ? " (best)" : "";
        return FormattableString.Invariant(
            $"{epoch} loss {r.TrainingLoss:0.0000}{validation}, learning rate {r.LearningRate:0.######}, {r.Seconds:0.00} s{best}"
        );
    }
}
