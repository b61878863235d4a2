using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators;

/// <summary>The network's outputs for a cursor's current row, computed once a row whatever the number of output columns.</summary>
internal sealed class ScoredRow(
    DataViewRow input,
    SequenceReader reader,
    IScoringSession session,
    OutputLayout layout,
    UnscoredRows unscored,
    IHost host
) : IScoredRow
{
    private float[] _outputs = [];
    private int _count;

    // Not the position of any row, nor of a cursor before its first row.
    private long _position = long.MinValue;

    public ReadOnlySpan<float> Outputs
    {
        get
        {
            if (_position != input.Position)
            {
                reader.Read();
                _count = layout.Of(reader.Current.Length);
                if (_outputs.Length < _count)
                    _outputs = new float[Math.Max(_count, 2 * _outputs.Length)];
                session.Score(reader.Current, _outputs.AsSpan(0, _count));
                _position = input.Position;
                if (unscored.Look(_outputs.AsSpan(0, _count)))
                    Warn();
            }
            return _outputs.AsSpan(0, _count);
        }
    }

    private void Warn()
    {
        using IChannel log = host.Start("Scoring");
        unscored.WarnOfFirst(log);
    }
}
