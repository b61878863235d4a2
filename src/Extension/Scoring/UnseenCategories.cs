using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Scoring;

/// <summary>
/// Reads rows for scoring, and warns once of a step in a category that training did not have: it is standardised as all steps together.
/// </summary>
/// <param name="host">Writes the warning.</param>
/// <param name="row">The cursor.</param>
/// <param name="reader">Reads its rows.</param>
/// <param name="scaling">The categories of training.</param>
/// <param name="timeStepValues">Values of a time step.</param>
internal sealed class UnseenCategories(IHost host, DataViewRow row, SequenceReader reader, CategoryScaling scaling, int timeStepValues)
    : SequenceReader
{
    private readonly CategoryLookup _lookup = new(scaling);
    private bool _hasWarned;

    public override SequenceView Current => reader.Current;

    public override bool IsFinite => reader.IsFinite;

    public override void Read()
    {
        reader.Read();
        if (_hasWarned)
            return;
        SequenceView sequence = reader.Current;
        for (int t = 0; t < sequence.Length; t++)
            if (_lookup.Find(sequence.Steps.Slice(t * timeStepValues, timeStepValues), sequence.Static) < 0)
            {
                Warn(t);
                return;
            }
    }

    private void Warn(int step)
    {
        _hasWarned = true;
        using IChannel log = host.Start("Scoring");
        log.Warning(
            $"Step {step} of row {row.Position} has a combination of NormalizeBy's values that the training rows did not have, and is "
                + "standardised by the mean and deviation of all steps. Further such steps are not reported. If they are frequent, train "
                + "on rows that have them."
        );
    }
}
