using Microsoft.ML;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators;

/// <summary>The network's outputs for a cursor's current row, computed once a row whatever number of output columns ask.</summary>
internal sealed class ScoredRow(DataViewRow input, SequenceReader reader, IScoringSession session, int outputs) : IScoredRow
{
    private readonly float[] _outputs = new float[outputs];
    // No row's position, not even that of a cursor before its first row.
    private long _position = long.MinValue;

    public ReadOnlySpan<float> Outputs
    {
        get
        {
            if (_position != input.Position)
            {
                reader.Read();
                session.Score(reader.Current, _outputs);
                _position = input.Position;
            }
            return _outputs;
        }
    }
}
