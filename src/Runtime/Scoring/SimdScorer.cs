using System.Collections.Concurrent;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>Scores networks of built-in cells by the fused kernels of <see cref="Kernels"/>; needs nothing native.</summary>
/// <param name="network">The network.</param>
/// <param name="rowPrecision">Precision of the recurrent weights where rows are scored one by one.</param>
internal sealed class SimdScorer(NetworkParameters network, WeightPrecision rowPrecision = WeightPrecision.Full) : ISequenceScorer
{
    /// <summary>The network packed for the kernels.</summary>
    public PackedNetwork Network { get; } = new(network, rowPrecision);

    // Scratch memory that ended sessions returned: reusing it avoids allocating and touching new memory, which takes longer than scoring a
    // few rows.
    private readonly ConcurrentQueue<Scratch> _idle = new();

    public IScoringSession NewSession() => new Session(this, _idle.TryDequeue(out Scratch? scratch) ? scratch : new Scratch(Network));

    public void Dispose()
    {
        // Nothing native is held.
    }

    private void TakeBack(Scratch scratch)
    {
        if (_idle.Count < Environment.ProcessorCount && scratch.IsSmall)
            _idle.Enqueue(scratch);
    }

    private sealed class Session(SimdScorer scorer, Scratch scratch) : IScoringSession
    {
        private Scratch? _scratch = scratch;

        private Scratch Mine => _scratch ?? throw new ObjectDisposedException(nameof(IScoringSession));

        public void Score(in SequenceView sequence, Span<float> outputs) => Mine.Score(sequence, outputs);

        public void Score(SequenceRows rows, Span<float> outputs) => Mine.Score(rows, outputs);

        public void Dispose()
        {
            if (_scratch is Scratch scratch)
                scorer.TakeBack(scratch);
            _scratch = null;
        }
    }

    private sealed class Scratch(PackedNetwork network)
    {
        // Elements of a group's input or states.
        private const long LargestGroup = 4 << 20;

        private readonly RowScorer _row = new(network);
        private RowsScorer? _rows;
        private int _longest;
        private int[] _order = [];
        private int[] _shortness = [];

        /// <summary>Whether it has not grown for a row so long that its memory should be freed.</summary>
        public bool IsSmall =>
            (long)_longest * Math.Max(network.Shape.InputSize, network.Shape.HiddenSize * network.Shape.Directions)
            <= LargestGroup / RowsScorer.GroupRows;

        public void Score(in SequenceView sequence, Span<float> outputs)
        {
            _longest = Math.Max(_longest, sequence.Length);
            _row.Score(sequence, outputs);
        }

        // Each row's additions have the same order whatever the other rows are, and even for a single row: its score is bit-identical for
        // any grouping.
        public void Score(SequenceRows rows, Span<float> outputs)
        {
            _rows ??= new RowsScorer(network);
            Span<int> order = LongestFirst(rows);
            if (order.Length > 0)
                _longest = Math.Max(_longest, rows.LengthOf(order[0]));
            while (order.Length > 0)
            {
                int count = GroupSize(order.Length, rows.LengthOf(order[0]));
                _rows.Score(rows, order[..count], outputs);
                order = order[count..];
            }
        }

        // Groups of equal size where possible, and smaller ones for very long rows.
        private int GroupSize(int left, int longest)
        {
            int widest = Math.Max(network.Shape.InputSize, network.Shape.HiddenSize * network.Shape.Directions);
            long most = Math.Clamp(LargestGroup / Math.Max(1, (long)longest * widest), 1, RowsScorer.GroupRows);
            long groups = (left + most - 1) / most;
            return (int)((left + groups - 1) / groups);
        }

        private Span<int> LongestFirst(SequenceRows rows)
        {
            if (_order.Length < rows.Count)
                (_order, _shortness) = (new int[rows.Count], new int[rows.Count]);
            bool isSorted = true;
            for (int i = 0; i < rows.Count; i++)
            {
                _order[i] = i;
                _shortness[i] = -rows.LengthOf(i);
                isSorted &= i == 0 || _shortness[i - 1] <= _shortness[i];
            }
            if (!isSorted)
                Array.Sort(_shortness, _order, 0, rows.Count);
            return _order.AsSpan(0, rows.Count);
        }
    }
}
