using System.Globalization;
using Microsoft.ML.Runtime;

namespace RnnMlNet;

/// <summary>
/// Weights of the training examples by class, for imbalanced classes or classes of different importance: a factor of their example weights.
/// Validation and metrics are not weighted by it.
/// </summary>
public sealed class ClassWeighting
{
    private ClassWeighting(string text, IReadOnlyDictionary<string, float>? weights = null) => (Text, Weights) = (text, weights);

    /// <summary>Equal weight for all examples. The default.</summary>
    public static ClassWeighting Equal { get; } = new(nameof(Equal));

    /// <summary>
    /// Equal total weight for all classes: an example of a class has the weight n / (k m), for n training examples, k classes among them,
    /// and m examples of the class. This is scikit-learn's <c>class_weight="balanced"</c> (after King and Zeng, "Logistic Regression in
    /// Rare Events Data", 2001).
    /// </summary>
    public static ClassWeighting Balanced { get; } = new(nameof(Balanced));

    /// <summary>Creates weights by class.</summary>
    /// <param name="weights">The weights, at least 0, by the label's values as text: <c>True</c> and <c>False</c> for a Boolean label, 1,
    /// 2, ... for keys without values. A class that is not listed has the weight 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative or not a number, or none is above 0.</exception>
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

    /// <summary>Returns the weights as text.</summary>
    public override string ToString() => Text;
}
