using System.Globalization;
using System.Reflection;

namespace RnnMlNet.Experiments;

/// <summary>
/// Values chosen for some options, by name, and as text that is independent of culture, process and machine.
/// </summary>
internal sealed class Configuration(IReadOnlyDictionary<string, object> values)
{
    /// <summary>No choices: the options unchanged.</summary>
    public static Configuration Empty { get; } = new(new Dictionary<string, object>());

    public IReadOnlyDictionary<string, object> Values => values;

    /// <summary>The values as text, for a file or another process.</summary>
    public IReadOnlyDictionary<string, string> Texts =>
        values.ToDictionary(value => value.Key, value => Text(value.Value), StringComparer.Ordinal);

    /// <summary>A copy with one value added or replaced.</summary>
    public Configuration With(string option, object value) => new(new Dictionary<string, object>(values) { [option] = value });

    /// <summary>Sets the options.</summary>
    public void ApplyTo(object options) => Apply(options, Texts);

    /// <summary>Sets options from text.</summary>
    /// <exception cref="FormatException">A value is not of its option's type, or there is no such option.</exception>
    public static void Apply(object options, IReadOnlyDictionary<string, string> texts)
    {
        foreach (var (name, text) in texts)
        {
            PropertyInfo property =
                options.GetType().GetProperty(name)
                ?? throw new FormatException(
                    $"The trial has a value for '{name}', and there is no such option: it comes from another version."
                );
            property.SetValue(options, Value(property.PropertyType, text));
        }
    }

    /// <summary>The choices, in a line.</summary>
    public override string ToString() =>
        values.Count == 0 ? "options as given" : string.Join(", ", Texts.Select(value => $"{value.Key} {value.Value}"));

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static object Value(Type type, string text)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsEnum ? Enum.Parse(plain, text) : Convert.ChangeType(text, plain, CultureInfo.InvariantCulture);
    }
}
