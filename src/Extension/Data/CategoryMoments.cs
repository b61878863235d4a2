using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>The columns whose values, rounded, determine a time step's category.</summary>
/// <param name="Columns">Positions of their values, as <see cref="CategoryScaling.Columns"/>.</param>
/// <param name="Decimals">Decimals that they are rounded to.</param>
/// <param name="Names">Their names, for messages.</param>
internal sealed record CategoryChoice(IReadOnlyList<int> Columns, int Decimals, IReadOnlyList<string> Names)
{
    /// <summary>The columns of some names; null for none.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="names">The names; null for none.</param>
    /// <param name="decimals">Decimals that their numbers are rounded to.</param>
    /// <param name="binding">The columns of a row.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is not one of the row's, or has several values.</exception>
    public static CategoryChoice? Of(IExceptionContext ectx, IReadOnlyList<string>? names, int decimals, SequenceBinding binding)
    {
        if (names is null)
            return null;
        var columns = new List<int>();
        foreach (string name in names)
        {
            int place = binding.PlaceOf(name),
                statics = binding.Static.PlaceOf(name);
            if (place < 0 && statics < 0)
                throw ectx.ExceptUserArg(
                    nameof(RnnOptions.NormalizeBy),
                    $"NormalizeBy names '{name}', which is not one of the columns of steps or static values: "
                        + $"{string.Join(", ", binding.AllColumns.Select(column => column.Name))}."
                );
            if (place >= 0 && binding.WidthOf(name) != 1)
                throw ectx.ExceptUserArg(
                    nameof(RnnOptions.NormalizeBy),
                    $"NormalizeBy names '{name}', which has {binding.WidthOf(name)} values a step: name a column of one value a step, as "
                        + "ChannelColumnNames takes them, or a static one."
                );
            columns.Add(place >= 0 ? place : CategoryScaling.Statics + statics);
        }
        return new CategoryChoice(columns, decimals, names);
    }
}

/// <summary>Mean and deviation of a step's numbers within each category. Numbers that determine the category are left out.</summary>
internal sealed class CategoryMoments(CategoryChoice choice, NetworkShape shape)
{
    /// <summary>The most categories: more are the values of a continuous column.</summary>
    public const int Most = 1000;

    private readonly int _values = shape.TimeStepValues,
        _encoded = shape.EncodedFeatures,
        _numbers = shape.StepColumns.Numbers(shape.TimeStepValues);
    private readonly float _factor = CategoryScaling.Factor(choice.Decimals);
    private readonly Dictionary<float[], RunningMoments> _categories = new(new SameValues());
    private readonly float[] _key = new float[choice.Columns.Count];

    /// <summary>Adds the steps of a row.</summary>
    /// <param name="sequence">The row.</param>
    /// <param name="encoded">Its encoded steps.</param>
    /// <exception cref="InvalidOperationException">There are too many categories.</exception>
    public void Add(in SequenceView sequence, ReadOnlySpan<float> encoded)
    {
        for (int t = 0; t < sequence.Length; t++)
        {
            ReadOnlySpan<float> step = sequence.Steps.Slice(t * _values, _values);
            for (int c = 0; c < _key.Length; c++)
            {
                int column = choice.Columns[c];
                float value = column >= CategoryScaling.Statics ? sequence.Static[column - CategoryScaling.Statics] : step[column];
                _key[c] = CategoryScaling.Rounded(value, _factor);
            }
            if (Finite.All(_key))
                MomentsOf(_key).Add(encoded.Slice(t * _encoded, _numbers));
        }
    }

    /// <summary>The standardisation of each category.</summary>
    /// <param name="pooled">That of all steps, for what is not standardised within categories.</param>
    public CategoryScaling Scaling(FeatureScaling pooled) =>
        new(
            choice.Columns,
            choice.Decimals,
            [.. _categories.Keys],
            [.. _categories.Values.Select(moments => Within(moments.Scaling(), pooled))]
        );

    private FeatureScaling Within(FeatureScaling own, FeatureScaling pooled)
    {
        float[] mean = [.. pooled.Mean],
            deviation = [.. pooled.Deviation];
        for (int i = 0; i < _numbers; i++)
            if (!choice.Columns.Contains(i))
                (mean[i], deviation[i]) = (own.Mean[i], own.Deviation[i]);
        return new FeatureScaling(mean, deviation);
    }

    private RunningMoments MomentsOf(float[] key)
    {
        if (_categories.TryGetValue(key, out RunningMoments? known))
            return known;
        if (_categories.Count == Most)
            throw Contracts.Except(
                $"NormalizeBy gives more than {Most} categories: the values of {string.Join(", ", choice.Names)}, rounded to "
                    + $"{choice.Decimals} decimals. Name columns of categories, or round their numbers more coarsely with "
                    + "NormalizeByDecimals, or with a transform before the trainer."
            );
        var moments = new RunningMoments(_numbers);
        _categories.Add([.. key], moments);
        return moments;
    }

    private sealed class SameValues : IEqualityComparer<float[]>
    {
        public bool Equals(float[]? x, float[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(float[] values)
        {
            var hash = new HashCode();
            foreach (float value in values)
                hash.Add(value);
            return hash.ToHashCode();
        }
    }
}
