using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

// The columns as a network's input.
internal sealed partial class SequenceBinding
{
    /// <summary>The words whose characters are read beside their keys; null for none.</summary>
    public DataViewSchema.Column? Words { get; private init; }

    /// <summary>Values of a step of tokens: 1, or 1 + W with characters.</summary>
    public int TokenWidth => Words is null ? 1 : 1 + WordCharacters.Length;

    /// <summary>Whether missing keys are steps, with the last token.</summary>
    public bool KeepsMissing => _columns.KeepsMissing;

    /// <summary>The row's type as text, for an error message.</summary>
    public string Describe() =>
        (
            Vocabulary > 0
                ? $"a vector of keys with {Vocabulary - (_columns.KeepsMissing ? 1 : 0)} values"
                : $"{Features} features per step{CategoriesText(Counts(StepColumns(1).Categories))}"
                    + (TimesAreMoments is bool areMoments ? $", {(areMoments ? "moments" : "numbers")} as times" : "")
        ) + (Static.Width > 0 ? $" and {Static.Width} static values{CategoriesText(Counts(StaticCategories(1)))}" : "");

    /// <summary>The contents of a network's steps, with the widths of the categories' vectors.</summary>
    /// <param name="categorySize">Width of a vector; null where it follows from the number of ids.</param>
    public StepColumns StepColumns(int? categorySize) =>
        Vocabulary > 0
            ? Runtime.Networks.StepColumns.Plain
            : new StepColumns
            {
                HasTime = HasTime,
                MissingValues = _columns.MissingValues,
                Categories = ShapesOf(Categories, categorySize),
            };

    /// <summary>The columns of static categories, with the widths of their vectors.</summary>
    /// <param name="categorySize">As in <see cref="StepColumns"/>.</param>
    public IReadOnlyList<CategoryShape> StaticCategories(int? categorySize) => ShapesOf(Static.Categories, categorySize);

    /// <summary>Whether keys, of steps or of rows, have embeddings.</summary>
    public bool HasCategories => Categories.Count + Static.Categories.Count > 0;

    /// <summary>Whether rows are those that a network reads.</summary>
    public bool Fits(NetworkShape shape)
    {
        StepColumns own = StepColumns(1);
        return (Features, Vocabulary, Static.Width, own.HasTime)
                == (shape.TimeStepValues, shape.Vocabulary, shape.StaticFeatures, shape.StepColumns.HasTime)
            && Counts(own.Categories).SequenceEqual(Counts(shape.StepColumns.Categories))
            && Counts(StaticCategories(1)).SequenceEqual(Counts(shape.StaticCategories));
    }

    /// <summary>The rows of a network as text, as <see cref="Describe()"/>.</summary>
    /// <param name="shape">The network's sizes.</param>
    public static string Describe(NetworkShape shape) =>
        (
            shape.UsesTokens
                ? $"a vector of keys with {shape.Vocabulary - (shape.KeepsMissing ? 1 : 0)} values"
                : $"{shape.TimeStepValues} features per step{CategoriesText(Counts(shape.StepColumns.Categories))}"
        ) + (shape.StaticFeatures > 0 ? $" and {shape.StaticFeatures} static values{CategoriesText(Counts(shape.StaticCategories))}" : "");

    private static IEnumerable<int> Counts(IReadOnlyList<CategoryShape> columns) => columns.Select(column => column.Count);

    // A vector of half as many values as there are categories tells them apart; more than 16 train slowly on few rows.
    private static CategoryShape[] ShapesOf(IReadOnlyList<DataViewSchema.Column> columns, int? size) =>
        [
            .. columns
                .Select(column => CategoryIds.CountOf(column.Type.GetItemType()))
                .Select(count => new CategoryShape(count, size ?? Math.Clamp(count / 2, 1, 16))),
        ];

    private static string CategoriesText(IEnumerable<int> counts) =>
        counts.Any() ? $" (keys with {string.Join(", ", counts.Select(count => count - 1))} values among them)" : "";
}
