namespace Accuracy;

/// <summary>One set's row of the table: what is measured, by which bar, beside which published figures.</summary>
/// <param name="Name">The set.</param>
/// <param name="Task">Which recipe.</param>
/// <param name="Rows">Rows to train on / to test on, steps, features or words, classes.</param>
/// <param name="Measure">Accuracy, F1, F1 of chunks or RMSE.</param>
/// <param name="Bar">What the mean of the seeds must reach.</param>
/// <param name="LowerIsBetter">Whether the bar is a ceiling.</param>
/// <param name="Published">Published figures, recurrent first.</param>
/// <param name="Run">Trains and measures once, by seed.</param>
internal sealed record AccuracyBar(
    string Name,
    string Task,
    string Rows,
    string Measure,
    double Bar,
    bool LowerIsBetter,
    string Published,
    Func<int, double> Run
)
{
    public bool IsMet(double mean) => LowerIsBetter ? mean <= Bar : mean >= Bar;
}
