using System.Globalization;

namespace RnnMlNet.Experiments;

/// <summary>An option of a search space, with its possible values. Created by <see cref="SearchSpace"/>.</summary>
public abstract record SearchDimension
{
    private protected SearchDimension(string option)
    {
        Option = option;
    }

    /// <summary>Name of a property of the Options.</summary>
    public string Option { get; }

    /// <summary>The condition under which it is searched; null for always.</summary>
    internal SearchCondition? Condition { get; init; }

    /// <summary>Whether it is one of a usual space, and left out where it does not apply.</summary>
    internal bool IsUsual { get; init; }

    /// <summary>Whether a property of this type can have the values.</summary>
    internal abstract bool Fits(Type type);

    /// <summary>A random value.</summary>
    internal abstract object Draw(Random random);

    /// <summary>A value in the dimension's form; null for one that is not among the values.</summary>
    internal abstract object? Among(object value);

    private protected string Suffix => Condition is null ? "" : $" where {Condition}";
}

/// <summary>The condition of an option: another one has one of some values.</summary>
internal sealed record SearchCondition(string Option, IReadOnlyList<object> Values)
{
    /// <summary>Whether it holds for the values chosen so far.</summary>
    public bool Holds(IReadOnlyDictionary<string, object> chosen) =>
        chosen.TryGetValue(Option, out object? value) && Values.Contains(value);

    public override string ToString() => $"{Option} is {string.Join(" or ", Values)}";
}

/// <summary>Some values.</summary>
internal sealed record ChoiceDimension(string Name, IReadOnlyList<object> Values) : SearchDimension(Name)
{
    internal override bool Fits(Type type) => Values.All(value => (Nullable.GetUnderlyingType(type) ?? type).IsInstanceOfType(value));

    internal override object Draw(Random random) => Values[random.Next(Values.Count)];

    internal override object? Among(object value) => Values.Contains(value) ? value : null;

    /// <summary>The index of a value; -1 for one that is not among them.</summary>
    public int IndexOf(object value) => Values.ToList().IndexOf(value);

    public override string ToString() => $"{Option}: {string.Join(", ", Values)}{Suffix}";
}

/// <summary>A number in a range.</summary>
internal sealed record NumberDimension : SearchDimension
{
    private readonly double _low,
        _high,
        _step;
    private readonly bool _isLogarithmic,
        _isWhole;

    private NumberDimension(string option, double low, double high, bool isLogarithmic, double step, bool isWhole)
        : base(option)
    {
        (_low, _high, _isLogarithmic, _step, _isWhole) = (low, high, isLogarithmic, step, isWhole);
    }

    public static NumberDimension Of(string option, double low, double high, bool isLogarithmic, double step, bool isWhole)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(option);
        if (!(high > low) || !double.IsFinite(low) || !double.IsFinite(high))
            throw new ArgumentOutOfRangeException(
                nameof(high),
                high,
                $"The range of {option} is from {low} to {high}: its end must be above its beginning."
            );
        if (isLogarithmic && low <= 0)
            throw new ArgumentOutOfRangeException(
                nameof(low),
                low,
                $"The range of {option} is logarithmic and begins at {low}: it must begin above 0."
            );
        if (!(step >= (isWhole ? 1 : 0)))
            throw new ArgumentOutOfRangeException(
                nameof(step),
                step,
                $"The step of {option} is {step}: it must be {(isWhole ? "1 or more" : "above 0, or 0 for none")}."
            );
        return new NumberDimension(option, low, high, isLogarithmic, step, isWhole);
    }

    internal override bool Fits(Type type)
    {
        Type value = Nullable.GetUnderlyingType(type) ?? type;
        return _isWhole
            ? value == typeof(int) || value == typeof(float) || value == typeof(double)
            : value == typeof(float) || value == typeof(double);
    }

    internal override object Draw(Random random) => At(random.NextDouble());

    internal override object? Among(object value) =>
        value is int or float or double
        && Convert.ToDouble(value, CultureInfo.InvariantCulture) is double number
        && number >= _low
        && number <= _high
            ? At(Place(value))
            : null;

    /// <summary>The relative position of a value in the range, 0 to 1.</summary>
    public double Place(object value)
    {
        double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return Math.Clamp(_isLogarithmic ? Math.Log(number / _low) / Math.Log(_high / _low) : (number - _low) / (_high - _low), 0, 1);
    }

    /// <summary>The value at a relative position of the range, 0 to 1: Int32 for whole numbers, else Double.</summary>
    public object At(double place)
    {
        double number = _isLogarithmic ? _low * Math.Pow(_high / _low, place) : _low + place * (_high - _low);
        if (_step > 0)
            number = _low + Math.Round((number - _low) / _step) * _step;
        number = Math.Clamp(number, _low, _high);
        // Four digits are more than a search can distinguish, and are readable.
        return _isWhole
            ? (int)Math.Round(number)
            : (object)double.Parse(number.ToString("g4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    public override string ToString()
    {
        string step = _step > (_isWhole ? 1 : 0) ? FormattableString.Invariant($", in steps of {_step}") : "";
        return FormattableString.Invariant($"{Option}: {_low} to {_high}{(_isLogarithmic ? ", logarithmic" : "")}{step}{Suffix}");
    }
}
