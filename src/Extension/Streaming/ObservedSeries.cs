using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Scoring;

namespace RnnMlNet.Streaming;

/// <summary>The last steps of a series that goes on. Who reads or changes it holds a lock on the object.</summary>
internal sealed class ObservedSeries : IHeldSeries<ObservedSeries>
{
    private readonly ObservationRules _rules;

    /// <param name="rules">How steps are taken.</param>
    /// <param name="series">Its steps so far, which become its own.</param>
    /// <param name="dropped">Steps before these, which are no longer held.</param>
    /// <param name="tracker">Where its intervals stand; null where the model has none.</param>
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

    /// <summary>Steps before those held.</summary>
    public int Dropped { get; private set; }

    /// <summary>All steps there have been.</summary>
    public long Steps => (long)Dropped + Held.Steps.Length;

    public IntervalTracker? Tracker { get; }

    /// <summary>Takes a step. What is thrown leaves the series as it was.</summary>
    /// <param name="time">When it is; 0 where there are no times.</param>
    /// <param name="numbers">Targets, past and given known numbers.</param>
    /// <exception cref="InvalidOperationException">It lies before the last, or something is missing and is not to be made up.</exception>
    public void Observe(long time, ReadOnlySpan<float> numbers)
    {
        int gap = _rules.Gap(Held, time);
        float[] whole = _rules.Complete(Held, numbers);
        bool[] isImputed = _rules.IsMissing(numbers);
        if (Held.Steps.Length == 0)
            Held = Held with { Start = time };
        for (int i = 0; i < gap; i++)
            Add(_rules.Between(Held.Steps, whole, gap - i + 1), _rules.AllMissing);
        Add(whole, isImputed);
        Trim();
    }

    public ObservedSeries Copy() => new(_rules, Held with { Steps = Held.Steps.Slice(0, Held.Steps.Length) }, Dropped, Tracker?.Copy());

    private void Add(ReadOnlySpan<float> numbers, bool[] isImputed)
    {
        int targets = isImputed.Length, past = Held.Steps.PastCount;
        float[] values = numbers[..targets].ToArray();
        Held.Steps.Add(values, numbers.Slice(targets, past), isImputed);
        Held.Steps.AddKnown(_rules.Known(numbers[(targets + past)..], Held.Start, Held.Steps.Length - 1));
        for (int channel = 0; channel < targets; channel++)
            if (isImputed[channel])
                values[channel] = float.NaN;
        Tracker?.Observe(Dropped + Held.Steps.Length - 1, values);
    }

    // So seldom that a step costs the same however many came before.
    private void Trim()
    {
        if (Held.Steps.Length < 2 * _rules.Reach + MostBeyond)
            return;
        int drop = Held.Steps.Length - _rules.Reach;
        Held = Held with { Steps = Held.Steps.Slice(drop, _rules.Reach), Start = _rules.Time(Held.Start, drop) };
        Dropped += drop;
    }

    private const int MostBeyond = 64;
}
