using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Queue;

// RnnMlNet does not depend on Orleans: the wire format of its data classes is defined here.

/// <summary>A <see cref="TrialTask"/> on the wire.</summary>
[GenerateSerializer, Alias("rnn.trial-task")]
internal struct TrialTaskSurrogate
{
    [Id(0)]
    public string Experiment;

    [Id(1)]
    public int Trial;

    [Id(2)]
    public int Fold;

    [Id(3)]
    public int Epochs;

    [Id(4)]
    public Dictionary<string, string> Parameters;

    [Id(5)]
    public byte[]? State;
}

/// <summary>A <see cref="TrialOutcome"/> on the wire.</summary>
[GenerateSerializer, Alias("rnn.trial-outcome")]
internal struct TrialOutcomeSurrogate
{
    [Id(0)]
    public int Trial;

    [Id(1)]
    public int Fold;

    [Id(2)]
    public int Epochs;

    [Id(3)]
    public int EpochsDone;

    [Id(4)]
    public bool IsDone;

    [Id(5)]
    public int BestEpoch;

    [Id(6)]
    public double ValidationLoss;

    [Id(7)]
    public double Seconds;

    [Id(8)]
    public string? Error;

    [Id(9)]
    public byte[] Scores;

    [Id(10)]
    public byte[] State;
}

/// <summary>Converts tasks.</summary>
[RegisterConverter]
internal sealed class TrialTaskConverter : IConverter<TrialTask, TrialTaskSurrogate>
{
    public TrialTask ConvertFromSurrogate(in TrialTaskSurrogate surrogate) =>
        new()
        {
            Experiment = surrogate.Experiment,
            Trial = surrogate.Trial,
            Fold = surrogate.Fold,
            Epochs = surrogate.Epochs,
            Parameters = surrogate.Parameters,
            State = surrogate.State,
        };

    public TrialTaskSurrogate ConvertToSurrogate(in TrialTask value) =>
        new()
        {
            Experiment = value.Experiment,
            Trial = value.Trial,
            Fold = value.Fold,
            Epochs = value.Epochs,
            Parameters = new Dictionary<string, string>(value.Parameters),
            State = value.State,
        };
}

/// <summary>Converts outcomes.</summary>
[RegisterConverter]
internal sealed class TrialOutcomeConverter : IConverter<TrialOutcome, TrialOutcomeSurrogate>
{
    public TrialOutcome ConvertFromSurrogate(in TrialOutcomeSurrogate surrogate) =>
        new()
        {
            Trial = surrogate.Trial,
            Fold = surrogate.Fold,
            Epochs = surrogate.Epochs,
            EpochsDone = surrogate.EpochsDone,
            IsDone = surrogate.IsDone,
            BestEpoch = surrogate.BestEpoch,
            ValidationLoss = surrogate.ValidationLoss,
            Seconds = surrogate.Seconds,
            Error = surrogate.Error,
            Scores = surrogate.Scores,
            State = surrogate.State,
        };

    public TrialOutcomeSurrogate ConvertToSurrogate(in TrialOutcome value) =>
        new()
        {
            Trial = value.Trial,
            Fold = value.Fold,
            Epochs = value.Epochs,
            EpochsDone = value.EpochsDone,
            IsDone = value.IsDone,
            BestEpoch = value.BestEpoch,
            ValidationLoss = value.ValidationLoss,
            Seconds = value.Seconds,
            Error = value.Error,
            Scores = value.Scores,
            State = value.State,
        };
}
