using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Scoring;

namespace RnnMlNet.Streaming;

/// <summary>The last steps of a growing series. Readers and writers hold a lock on the object.</summary>
internal sealed class ObservedSeries : IHeldSeries<ObservedSeries>
{
    private readonly ObservationRules _rules;

    /// <param name="rules">The rules for new steps.</param>
    /// <param name="series">Its steps so far, which it owns from now on.</param>
    /// <param name="dropped">Number of earlier steps that are no longer held.</param>
    /// <param name="tracker">The state of its intervals; null where the model has none.</param>
    public ObservedSeries(ObservationRules rules, KeyedSeries series, int dropped, IntervalTracker? tracker)
    {
        _rules = rules;
        Held = series;
        Dropped = dropped;
        Tracker = tracker;
    }

    public string Key => Held.Key;

    /// <summary>The steps that are held.</summary>
    public KeyedSeries Held { get; private set; }

    /// <summary>Number of steps before those held.</summary>
    public int Dropped { get; private set; }

    /// <summary>Number of all steps.</summary>
    public long Steps => (long)Dropped + Held.Steps.Length;

    public IntervalTracker? Tracker { get; }

    /// <summary>Adds a step. An exception leaves the series unchanged.</summary>
    /// <param name="time">Its time.</param>
    /// <param name="numbers">Targets, past and given known future values.</param>
    /// <param name="statics">The series' values, which are those of its first row.</param>
    /// <param name="mustFill">Whether the window must be full with it.</param>
    /// <exception cref="InvalidOperationException">The time is not after the last, or a value is missing where MissingSteps is
    /// Refuse.</exception>
    public void Observe(RowTime time, ReadOnlySpan<float> numbers, float[] statics, bool mustFill = false)
    {
        int gap = _rules.Gap(Held, time);
        _rules.Check(Held, numbers);
        _rules.CheckStatics(Held, statics);
        if (mustFill)
            _rules.CheckIsFull(Held, gap + 1);
        if (Held.Steps.Length == 0)
            Held.Steps.Statics = _rules.Statics(Key, statics);
        Held = Held.Steps.Length == 0 ? _rules.Begin(Held, time) : _rules.With(Held, time);
        if (gap > 0)
        {
            var nothing = new float[numbers.Length];
            Array.Fill(nothing, float.NaN);
            for (int i = 0; i < gap; i++)
                Append(nothing);
        }
        Append(numbers);
        Trim();
    }

    public ObservedSeries Copy() => new(_rules, Held with { Steps = Held.Steps.Slice(0, Held.Steps.Length) }, Dropped, Tracker?.Copy());

    private void Append(ReadOnlySpan<float> numbers)
    {
        TimeSeries steps = Held.Steps;
        int targets = steps.TargetCount,
            past = steps.PastCount;
        steps.Append(numbers[..targets], numbers.Slice(targets, past), _rules.ByLine);
        steps.AppendKnown(_rules.Known(numbers[(targets + past)..], Held, steps.Length - 1), _rules.ByLine);
        Tracker?.Observe(Dropped + steps.Length - 1, numbers[..targets]);
    }

    // Trims rarely enough that a step costs the same however many came before.
    private void Trim()
    {
        if (Held.Steps.Length < 2 * _rules.LookBack + MostBeyond)
            return;
        int drop = Held.Steps.StartOfLast(_rules.LookBack);
        Held = _rules.From(Held, drop);
        Dropped += drop;
    }

    private const int MostBeyond = 64;
}
