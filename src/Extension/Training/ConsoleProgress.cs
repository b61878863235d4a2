using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Shows training progress on the console: <c>options.Progress = new ConsoleProgress()</c>. In a terminal it rewrites one line several
/// times a second until training ends; if standard output is redirected, it writes a line per epoch. It may be used for several trainings,
/// one after another.
/// </summary>
/// <remarks>
/// The time left is estimated from the epochs so far: at most, because training may stop early. Fit ends the line; if you forward reports
/// from your own <see cref="IProgress{T}"/>, call <see cref="End"/> after Fit.
/// </remarks>
public sealed class ConsoleProgress : IProgress<EpochReport>, ILiveProgress
{
    private static readonly TimeSpan _betweenSteps = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly Func<TextWriter> _writer;
    private readonly bool _isTerminal;
    private readonly Func<int> _width;
    private readonly TimeProvider _clock;
    private EpochTimes _times;
    private EpochReport? _last,
        _best;
    private long? _writtenAt;
    private int _shown;

    /// <summary>Creates a progress line on standard output; writes nothing before the first training step or epoch.</summary>
    public ConsoleProgress()
        : this(() => Console.Out, ConsoleTerminal.IsThere, ConsoleTerminal.Width, TimeProvider.System) { }

    /// <param name="writer">The output; evaluated each time, as an application may replace it.</param>
    /// <param name="isTerminal">Whether a line can be rewritten.</param>
    /// <param name="width">Columns of the terminal; evaluated each time, as windows change.</param>
    /// <param name="clock">For the estimated time left and the interval of rewriting.</param>
    internal ConsoleProgress(Func<TextWriter> writer, bool isTerminal, Func<int> width, TimeProvider clock)
    {
        _writer = writer;
        _isTerminal = isTerminal;
        _width = width;
        _clock = clock;
        _times = new EpochTimes(clock);
    }

    /// <summary>Shows an epoch.</summary>
    /// <param name="value">The report of the epoch.</param>
    public void Report(EpochReport value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_lock)
        {
            if (value.Epoch <= _last?.Epoch)
                Begin();
            double? left = _times.AfterEpoch(value);
            _last = value;
            _best = value.IsBest && !value.LastIsKept ? value : _best;
            if (_isTerminal)
                Rewrite(ProgressText.Fitting(value, _best, left, Columns));
            else
                _writer().WriteLine(value.Line(ProgressText.Left(left)));
            if (value.Epoch == value.MaxEpochs)
                EndLine();
        }
    }

    /// <summary>Ends the rewritten line, so that further output starts on a new line. Writes nothing without such a line.</summary>
    public void End()
    {
        lock (_lock)
            Begin();
    }

    void ILiveProgress.StepDone(StepReport step)
    {
        if (!_isTerminal)
            return;
        lock (_lock)
        {
            if (step.Epoch <= _last?.Epoch)
                Begin();
            double? left = _times.AfterStep(step);
            if (_writtenAt is not long last || _clock.GetElapsedTime(last) >= _betweenSteps)
                Rewrite(ProgressText.Fitting(step, _last, _best, left, Columns));
        }
    }

    void ILiveProgress.Ended() => End();

    // A character in the last column would wrap in some terminals.
    private int Columns => Math.Max(1, _width() - 1);

    private void Begin()
    {
        EndLine();
        _times = new EpochTimes(_clock);
        _last = _best = null;
    }

    private void Rewrite(string line)
    {
        // Spaces hide a longer line: an old console would print an escape sequence.
        TextWriter writer = _writer();
        writer.Write('\r' + line.PadRight(Math.Min(_shown, Columns)));
        writer.Flush();
        _shown = line.Length;
        _writtenAt = _clock.GetTimestamp();
    }

    private void EndLine()
    {
        if (_shown > 0)
            _writer().WriteLine();
        _shown = 0;
        _writtenAt = null;
    }
}
