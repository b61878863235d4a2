namespace RnnMlNet.Plots;

/// <summary>
/// Tells .NET Interactive what shows a type in a notebook. It looks for an attribute of this class name with these properties, so that a
/// library needs no reference to it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>A class with a parameterless constructor and a method CreateTypeFormatters.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>The formats that a notebook is given, the best first.</summary>
    public string[] PreferredMimeTypes { get; set; } = [];
}
