namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// Standardisation within a category: that of a time step depends on the values of some of its columns, rounded. A combination that the
/// training rows did not have is standardised as the network's steps are otherwise.
/// </summary>
/// <param name="Columns">[C] positions of the columns among a time step's values, or, from <see cref="Statics"/> on, among the static
/// values.</param>
/// <param name="Decimals">Decimals that numbers are rounded to.</param>
/// <param name="Keys">[categories][C] the combinations, rounded: 10^decimals times the values.</param>
/// <param name="Scalings">[categories] the means and deviations of a time step's encoded values.</param>
internal sealed record CategoryScaling(
    IReadOnlyList<int> Columns,
    int Decimals,
    IReadOnlyList<float[]> Keys,
    IReadOnlyList<FeatureScaling> Scalings
)
{
    /// <summary>Position of the first static value.</summary>
    public const int Statics = 1 << 28;

    /// <summary>The most categories.</summary>
    public const int Most = 1 << 16;

    /// <summary>The most decimals.</summary>
    public const int MostDecimals = 6;

    /// <summary>10^decimals.</summary>
    public static float Factor(int decimals) => MathF.Round(MathF.Pow(10, decimals));

    /// <summary>A value, rounded.</summary>
    public static float Rounded(float value, float factor) => MathF.Round(value * factor);
}

/// <summary>Finds the category of a time step. Thread-safe.</summary>
internal sealed class CategoryLookup
{
    private readonly int[] _columns;
    private readonly float _factor;
    private readonly Dictionary<float, int>[] _values;
    private readonly Dictionary<UInt128, int> _categories = [];

    public CategoryLookup(CategoryScaling scaling)
    {
        _columns = [.. scaling.Columns];
        _factor = CategoryScaling.Factor(scaling.Decimals);
        _values = [.. _columns.Select(_ => new Dictionary<float, int>())];
        for (int category = 0; category < scaling.Keys.Count; category++)
        {
            UInt128 combination = 0;
            for (int c = 0; c < _columns.Length; c++)
            {
                float value = scaling.Keys[category][c];
                if (!_values[c].TryGetValue(value, out int number))
                    _values[c].Add(value, number = _values[c].Count);
                combination = Join(combination, number);
            }
            _categories.TryAdd(combination, category);
        }
    }

    /// <summary>The most columns: the number of each value takes 16 bits of a combination.</summary>
    public const int MostColumns = 8;

    /// <summary>The category, or -1 for a combination that is not among the keys.</summary>
    /// <param name="step">The time step's values.</param>
    /// <param name="statics">The row's static values.</param>
    public int Find(ReadOnlySpan<float> step, ReadOnlySpan<float> statics)
    {
        UInt128 combination = 0;
        for (int c = 0; c < _columns.Length; c++)
        {
            int column = _columns[c];
            float value = column >= CategoryScaling.Statics ? statics[column - CategoryScaling.Statics] : step[column];
            if (!_values[c].TryGetValue(CategoryScaling.Rounded(value, _factor), out int number))
                return -1;
            combination = Join(combination, number);
        }
        return _categories.GetValueOrDefault(combination, -1);
    }

    private static UInt128 Join(UInt128 combination, int number) => (combination << 16) | (UInt128)(uint)number;
}
