using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>What is changed in numeric training rows, and how much.</summary>
/// <param name="Kinds">The changes.</param>
/// <param name="JitterDeviation">Deviation of the noise, in deviations of the features.</param>
/// <param name="ScalingDeviation">Deviation of the features' factors, which are 1 on average.</param>
/// <param name="TimeWarpDeviation">Deviation of the speed, which is 1 on average.</param>
internal sealed record AugmentationSettings(Augmentation Kinds, float JitterDeviation, float ScalingDeviation, float TimeWarpDeviation)
{
    /// <summary>All changes.</summary>
    public const Augmentation All = Augmentation.Jitter | Augmentation.Scaling | Augmentation.TimeWarp;

    public bool Has(Augmentation kind) => (Kinds & kind) != 0;
}

/// <summary>
/// Changes numeric rows as they are read for training. A change of time is made in the row's own values, before they are encoded; noise and
/// factors in the encoded, standardised numbers. A missing number remains missing; a category is that of the nearest step.
/// </summary>
/// <param name="settings">What is changed.</param>
/// <param name="shape">The network's sizes.</param>
/// <param name="seed">The training's seed.</param>
internal sealed class RowAugmentation(AugmentationSettings settings, NetworkShape shape, int seed)
{
    private readonly int _values = shape.TimeStepValues,
        _numbers = shape.StepColumns.Numbers(shape.TimeStepValues),
        _encoded = shape.StepColumns.Encoded(shape.TimeStepValues),
        _patch = shape.PatchLength;

    // A missing number that is the one before it has its factor.
    private readonly bool _repeats = shape.StepColumns.MissingValues == MissingValues.LastValue;

    /// <summary>Whether values are read at other times than their own.</summary>
    public bool ChangesTime => settings.Has(Augmentation.TimeWarp);

    /// <summary>The random numbers of a row.</summary>
    public RowRandom RandomOf(int epoch, int row) => new(seed, epoch, row);

    /// <summary>Reads some of a row's steps at other times.</summary>
    /// <param name="row">The whole row, [T, F].</param>
    /// <param name="first">The first step.</param>
    /// <param name="random">The row's random numbers.</param>
    /// <param name="steps">[count, F] the steps, overwritten.</param>
    public void ReadAtOtherTimes(in SequenceView row, int first, RowRandom random, Span<float> steps)
    {
        int timeSteps = row.Length * _patch,
            count = steps.Length / _values;
        var warp = new TimeWarp(timeSteps, random, settings.TimeWarpDeviation);
        for (int t = 0; t < count; t++)
            ReadAt(row.Steps, timeSteps, warp.At(first * _patch + t), steps.Slice(t * _values, _values));
    }

    /// <summary>Adds noise to encoded steps, and multiplies their features.</summary>
    /// <param name="raw">[count, F] the steps before encoding.</param>
    /// <param name="first">The first step's index in its row.</param>
    /// <param name="random">The row's random numbers.</param>
    /// <param name="encoded">[count, <see cref="InputEncoder.StepWidth"/>] the encoded steps, changed.</param>
    public void ChangeValues(ReadOnlySpan<float> raw, int first, RowRandom random, Span<float> encoded)
    {
        float noise = settings.Has(Augmentation.Jitter) ? settings.JitterDeviation : 0,
            deviation = settings.Has(Augmentation.Scaling) ? settings.ScalingDeviation : 0;
        if (noise == 0 && deviation == 0)
            return;
        int count = raw.Length / _values,
            place = first * _patch;
        for (int i = 0; i < _numbers; i++)
        {
            float factor = 1 + (deviation == 0 ? 0 : deviation * random.Normal(Purpose.Factor, i));
            for (int t = 0; t < count; t++)
            {
                bool isMissing = float.IsNaN(raw[t * _values + i]);
                ref float value = ref encoded[t * _encoded + i];
                if (!isMissing || _repeats)
                    value *= factor;
                if (!isMissing && noise > 0)
                    value += noise * random.Normal(Purpose.Noise, (place + t) * _numbers + i);
            }
        }
    }

    private void ReadAt(ReadOnlySpan<float> row, int timeSteps, float position, Span<float> step)
    {
        int lower = (int)position,
            upper = Math.Min(lower + 1, timeSteps - 1);
        float part = position - lower;
        ReadOnlySpan<float> before = row.Slice(lower * _values, _values),
            after = row.Slice(upper * _values, _values),
            nearest = part < 0.5f ? before : after;
        nearest.CopyTo(step);
        for (int i = 0; i < _numbers; i++)
        {
            float between = before[i] + part * (after[i] - before[i]);
            if (!float.IsNaN(between))
                step[i] = between;
        }
    }
}
