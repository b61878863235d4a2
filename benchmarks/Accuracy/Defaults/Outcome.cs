namespace Accuracy.Defaults;

/// <summary>What one fit came to on rows that it was not trained on.</summary>
/// <param name="Value">The set's measure: accuracy, F1 or RMSE.</param>
/// <param name="LogLoss">Mean negative logarithm of the probability of the true class, in nats; NaN where there are no
/// probabilities.</param>
/// <param name="Seconds">How long Fit took.</param>
internal sealed record Outcome(double Value, double LogLoss, double Seconds)
{
    /// <summary>The mean of several.</summary>
    public static Outcome Mean(IReadOnlyCollection<Outcome> outcomes) =>
        new(
            outcomes.Average(outcome => outcome.Value),
            outcomes.Average(outcome => outcome.LogLoss),
            outcomes.Average(outcome => outcome.Seconds)
        );
}

/// <summary>One set: what is trained on it, and what the default must reach.</summary>
/// <param name="Name">The set.</param>
/// <param name="Group">Sets whose means are bars of their own: series, text, labels, tags, life.</param>
/// <param name="Measure">Accuracy, F1 or RMSE.</param>
/// <param name="LowerIsBetter">Whether the measure is an error.</param>
/// <param name="Bar">What the default's mean must reach; null for none of its own.</param>
/// <param name="MostSeconds">What a default fit may take; null for no bar.</param>
/// <param name="Rows">Rows in words.</param>
/// <param name="Published">Published figures, recurrent first.</param>
/// <param name="Default">Trains and measures plain defaults, by seed.</param>
/// <param name="Recipe">Trains and measures the recipe of docs/accuracy.md, by seed; null where there is none.</param>
/// <param name="Peers">What a user tries first: its name, and how to train and measure it.</param>
internal sealed record DefaultSet(
    string Name,
    string Group,
    string Measure,
    bool LowerIsBetter,
    double? Bar,
    double? MostSeconds,
    string Rows,
    string Published,
    Func<int, Outcome> Default,
    Func<int, Outcome>? Recipe,
    IReadOnlyList<(string Name, Func<Outcome> Run)> Peers
);
