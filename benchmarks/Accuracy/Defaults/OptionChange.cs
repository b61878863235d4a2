using System.Globalization;
using System.Reflection;
using RnnMlNet;

namespace Accuracy.Defaults;

/// <summary>A change to a trainer's options, read from a text.</summary>
internal static class OptionChange
{
    private static readonly Type[] _trainers =
    [
        typeof(RnnMulticlassTrainer.Options),
        typeof(RnnBinaryTrainer.Options),
        typeof(RnnSequenceTaggerTrainer.Options),
        typeof(RnnMultiLabelTrainer.Options),
        typeof(RnnRegressionTrainer.Options),
        typeof(RnnForecastingEstimator.Options),
    ];

    /// <summary>
    /// Reads "BatchSize=8,Pooling=Mean+Max"; empty for no change. An option that a trainer does not have leaves it as it is.
    /// </summary>
    /// <exception cref="ArgumentException">No trainer has an option of that name.</exception>
    public static Action<object> Parse(string text)
    {
        (string Name, string Value)[] pairs = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Pair)];
        return options =>
        {
            foreach (var (name, value) in pairs)
                if (options.GetType().GetProperty(name) is PropertyInfo property)
                    property.SetValue(options, Value(value, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));
        };
    }

    private static (string Name, string Value) Pair(string text)
    {
        string[] parts = text.Split('=');
        if (parts.Length != 2 || !_trainers.Any(trainer => trainer.GetProperty(parts[0]) is not null))
            throw new ArgumentException(
                $"'{text}' is no option of a trainer and its value: write Name=Value, as BatchSize=8 or Pooling=Mean+Max."
            );
        return (parts[0], parts[1]);
    }

    private static object Value(string text, Type type) =>
        type.IsEnum ? Enum.Parse(type, text.Replace('+', ',')) : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
}
