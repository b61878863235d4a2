using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Training;

/// <summary>The allowed values of an option, declared beside it. Null is always allowed; of an array each value is checked.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class OptionRangeAttribute : Attribute
{
    /// <summary>What a value must be, as in "must be at least 1"; null where it is.</summary>
    public abstract string? Expected(object value);

    /// <summary>A number, or the seconds of a duration.</summary>
    private protected static double Number(object value) =>
        value switch
        {
            float number => number,
            double number => number,
            TimeSpan time => time.TotalSeconds,
            _ => throw new ArgumentOutOfRangeException(nameof(value), value, $"A {value.GetType().Name} has no such range."),
        };
}

/// <summary>A whole number from a least one on.</summary>
/// <param name="least">The least.</param>
internal sealed class AtLeastAttribute(int least) : OptionRangeAttribute
{
    /// <summary>The most.</summary>
    public int Most { get; init; } = int.MaxValue;

    public override string? Expected(object value) =>
        (int)value < least ? $"at least {least}"
        : (int)value > Most ? $"at most {Most}"
        : null;
}

/// <summary>A share, by default in [0, 1).</summary>
internal sealed class ShareAttribute : OptionRangeAttribute
{
    /// <summary>Whether it may be 0.</summary>
    public bool WithZero { get; init; } = true;

    /// <summary>Whether it may be 1.</summary>
    public bool WithOne { get; init; }

    public override string? Expected(object value)
    {
        double share = Number(value);
        bool isWithin = (WithZero ? share >= 0 : share > 0) && (WithOne ? share <= 1 : share < 1);
        return isWithin ? null : $"in {(WithZero ? '[' : '(')}0, 1{(WithOne ? ']' : ')')}";
    }
}

/// <summary>A number of 0 or more.</summary>
internal sealed class NotNegativeAttribute : OptionRangeAttribute
{
    public override string? Expected(object value)
    {
        double number = Number(value);
        return number >= 0 && double.IsFinite(number) ? null : "0 or more";
    }
}

/// <summary>A number above 0.</summary>
internal sealed class PositiveAttribute : OptionRangeAttribute
{
    public override string? Expected(object value)
    {
        double number = Number(value);
        return number > 0 && double.IsFinite(number) ? null : "above 0";
    }
}

/// <summary>Neither NaN nor infinite.</summary>
internal sealed class FiniteAttribute : OptionRangeAttribute
{
    public override string? Expected(object value) => double.IsFinite(Number(value)) ? null : "a finite number";
}

/// <summary>One of an enumeration's values.</summary>
internal sealed class DefinedAttribute : OptionRangeAttribute
{
    public override string? Expected(object value) =>
        Enum.IsDefined(value.GetType(), value) ? null : $"one of {string.Join(", ", Enum.GetNames(value.GetType()))}";
}

/// <summary>Checks options against the ranges declared beside them.</summary>
internal static class OptionRanges
{
    private static readonly ConcurrentDictionary<Type, (PropertyInfo Option, OptionRangeAttribute Range)[]> _ofTypes = [];

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it and its value.</exception>
    public static void Check(IExceptionContext ectx, object options)
    {
        foreach (var (option, range) in _ofTypes.GetOrAdd(options.GetType(), Of))
        {
            object? value = option.GetValue(options);
            foreach (object one in value as Array ?? (value is null ? [] : (object[])[value]))
                Check(ectx, one, range, option.Name);
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names the option and the value.</exception>
    public static void Check(IExceptionContext ectx, object value, OptionRangeAttribute range, string option)
    {
        if (range.Expected(value) is string expected)
            throw ectx.ExceptUserArg(option, $"{option} is {value}; it must be {expected}.");
    }

    private static (PropertyInfo, OptionRangeAttribute)[] Of(Type options) =>
        [
            .. options
                .GetProperties()
                .SelectMany(option => option.GetCustomAttributes<OptionRangeAttribute>().Select(range => (option, range))),
        ];
}
