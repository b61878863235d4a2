using Microsoft.ML;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators;

/// <summary>The network's outputs for a cursor's current row, computed once a row whatever number of output columns ask.</summary>
internal sealed class ScoredRow(DataViewRow input, SequenceReader reader, IScoringSession session, int outputs) : IScoredRow
{
    private readonly float[] _outputs = new float[outputs];
    private long _position = -1;

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
