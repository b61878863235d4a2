using System.Globalization;
using Microsoft.ML.Runtime;

namespace RnnMlNet;

/// <summary>
/// What the training examples of each class count for, where some classes have many more than others or matter more: a factor of their
/// example weights. Validation and metrics are not weighted by it.
/// </summary>
public sealed class ClassWeighting
{
    private ClassWeighting(string text, IReadOnlyDictionary<string, float>? weights = null) => (Text, Weights) = (text, weights);

    /// <summary>All examples count the same. The default.</summary>
    public static ClassWeighting Equal { get; } = new(nameof(Equal));

    /// <summary>
    /// All classes count the same: an example of a class counts n / (k m), of n training examples, k classes among them, and m of the class
    /// itself. This is scikit-learn's <c>class_weight="balanced"</c> (after King and Zeng, "Logistic Regression in Rare Events Data",
    /// 2001).
    /// </summary>
    public static ClassWeighting Balanced { get; } = new(nameof(Balanced));

    /// <summary>Weights by class.</summary>
    /// <param name="weights">
    /// The weights, at least 0, by the label's values as text: <c>True</c> and <c>False</c> of a Boolean label, 1, 2, ... of keys without
    /// values. A class that is not named counts 1.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative or no number, or none is above 0.</exception>
    public static ClassWeighting Of(IReadOnlyDictionary<string, float> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach ((string name, float weight) in weights)
            if (!float.IsFinite(weight) || weight < 0)
                throw Contracts.ExceptParam(
                    nameof(weights),
                    FormattableString.Invariant($"The weight of the class '{name}' is {weight}; it must be a number of at least 0.")
                );
        var copy = new SortedDictionary<string, float>(weights.ToDictionary(), StringComparer.Ordinal);
        return new ClassWeighting(
            string.Join(", ", copy.Select(pair => string.Create(CultureInfo.InvariantCulture, $"'{pair.Key}' {pair.Value}"))),
            copy
        );
    }

    internal IReadOnlyDictionary<string, float>? Weights { get; }

    private string Text { get; }

    /// <summary>The weights in words.</summary>
    public override string ToString() => Text;
}
