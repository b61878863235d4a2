using System.Globalization;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Scoring;

/// <summary>Counts the rows without a score, because an output of the network is NaN or infinite, and writes the warning about
/// them.</summary>
/// <param name="cause">The source of the values, such as <c>column 'Features'</c>.</param>
/// <param name="consequence">The values of the score columns in such a row, as a sentence.</param>
internal sealed class UnscoredRows(string cause, string consequence)
{
    private long _rows,
        _unscored,
        _first;

    /// <summary>Checks the outputs of the next row.</summary>
    /// <returns>Whether it is the first row without a score.</returns>
    public bool Look(ReadOnlySpan<float> outputs)
    {
        _rows++;
        if (Finite.All(outputs))
            return false;
        if (_unscored++ == 0)
            _first = _rows - 1;
        return _unscored == 1;
    }

    /// <summary>Warns of the rows so far, if there are any without a score.</summary>
    public void Warn(IChannel log)
    {
        if (_unscored > 0)
            log.Warning(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_unscored} of the {_rows} rows read could not be scored, row {_first} first, because values of {cause} are NaN, "
                        + $"infinite or too large. {consequence}"
                )
            );
    }

    /// <summary>Warns of the row checked last, where the number of further rows is unknown.</summary>
    public void WarnOfFirst(IChannel log) =>
        log.Warning(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Row {_first} could not be scored, because values of {cause} are NaN, infinite or too large. {consequence} Further "
                    + $"such rows are not reported."
            )
        );
}
