using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>
/// A network's input in a safetensors file: the vectors of categories, standardisation within categories, and convolutions.
/// </summary>
/// <param name="entries">The file's tensors, except for ignored ones.</param>
/// <param name="claims">Requires tensors.</param>
/// <param name="metadata">The file's metadata.</param>
/// <param name="problems">Collects the problems.</param>
internal sealed class SafetensorsInput(
    IReadOnlyList<SafetensorsEntry> entries,
    SafetensorsClaims claims,
    SafetensorsMetadata metadata,
    SafetensorsProblems problems
)
{
    /// <summary>Whether a matrix is not one of the head's, but vectors of categories, or makes the initial state.</summary>
    public static bool IsNoLayer(SafetensorsLinear matrix) =>
        matrix.Module.StartsWith($"{CategoryTables.Steps}.", StringComparison.Ordinal)
        || matrix.Module.StartsWith($"{CategoryTables.Static}.", StringComparison.Ordinal)
        || matrix.Module.StartsWith(CharacterConvolution.Prefix, StringComparison.Ordinal)
        || matrix.Module.StartsWith(InitialState.Prefix, StringComparison.Ordinal);

    /// <summary>The contents of a step of some columns.</summary>
    public StepColumns StepColumns(SequenceBinding binding) =>
        binding.StepColumns(1) with
        {
            MissingValues = metadata.MissingValues ?? MissingValues.SkipRow,
            Categories = WithSizes(CategoryTables.Steps, binding.StepColumns(1).Categories),
        };

    /// <summary>
    /// The convolutions over the steps, with the filters and steps of the file's tensors and the strides of its metadata, or 1.
    /// </summary>
    public IReadOnlyList<ConvolutionShape> Convolutions()
    {
        var found = new List<ConvolutionShape>();
        while (Convolution(found.Count) is SafetensorsEntry entry)
        {
            int stride = found.Count < metadata.ConvolutionStrides.Count ? metadata.ConvolutionStrides[found.Count] : 1;
            found.Add(new ConvolutionShape(Side(entry, 0), Side(entry, 2), stride));
        }
        if (metadata.ConvolutionStrides.Count > 0 && metadata.ConvolutionStrides.Count != found.Count)
            problems.Add(
                $"its metadata has the strides [{string.Join(", ", metadata.ConvolutionStrides)}], "
                    + $"and there are {found.Count} convolutions, '{ConvolutionModule.WeightOf(0)}' [filters, values of a step, steps] "
                    + "and so on"
            );
        return found;
    }

    /// <summary>Values of a step, where a convolution's weights show them; else those that the first recurrent layer reads.</summary>
    public int? StepInputSize(int? layerInputs) => Convolution(0) is SafetensorsEntry entry ? Side(entry, 1) : layerInputs;

    private SafetensorsEntry? Convolution(int number) => entries.FirstOrDefault(entry => entry.Name == ConvolutionModule.WeightOf(number));

    // At least 1, also of a tensor that is no convolution's and then found to be of another shape.
    private static int Side(SafetensorsEntry entry, int axis) =>
        entry.Shape.Count > axis ? Math.Max(1, SafetensorsNames.Side(entry.Shape[axis])) : 1;

    /// <summary>The static categories of some columns.</summary>
    public IReadOnlyList<CategoryShape> StaticCategories(SequenceBinding binding) =>
        WithSizes(CategoryTables.Static, binding.StaticCategories(1));

    /// <summary>What reads the static values: as the options or the file state, else the head.</summary>
    public StaticUse StaticUse(RnnImportOptions options)
    {
        StaticUse use = problems.Agreed(nameof(options.StaticUse), options.StaticUse, metadata.StaticUse) ?? RnnMlNet.StaticUse.Head;
        if (use == RnnMlNet.StaticUse.Head || options.StaticColumnNames is not null)
            return use;
        problems.Add($"its network reads static values, StaticUse is {use}, and StaticColumnNames names no columns of them");
        return RnnMlNet.StaticUse.Head;
    }

    /// <summary>The vectors of words' characters: of the file's sizes, where it has an alphabet; null for none.</summary>
    /// <param name="binding">The columns, with that of the words.</param>
    public CharacterShape? Characters(SequenceBinding binding)
    {
        const string Option = nameof(RnnImportOptions.CharacterColumnName);
        if (metadata.Alphabet is null != binding.Words is null)
            problems.Add(
                binding.Words is { } words
                    ? $"{Option} is '{words.Name}', but its metadata has no characters, which its network would read: leave {Option} null"
                    : $"its network reads the characters of words, and {Option} names no column of them"
            );
        if (metadata.Alphabet is null || binding.Words is null)
            return null;
        return new CharacterShape(
            Math.Max(1, Side(CharacterConvolution.Vectors, 1)),
            Math.Max(1, Side(CharacterConvolution.Bias, 0)),
            metadata.Alphabet
        );
    }

    // At most one more than a network may have, which is then refused.
    private int Side(string name, int side) =>
        entries.FirstOrDefault(entry => entry.Name == name) is { } found && found.Shape.Count > side
            ? (int)Math.Min(found.Shape[side], CharacterShape.Largest + 1)
            : 1;

    /// <summary>Requires the vectors of all categories and characters, and the weights of the initial state.</summary>
    public IEnumerable<SafetensorsClaim> Tensors(NetworkShape shape)
    {
        var definition = NetworkDefinition.Of(shape);
        return definition
            .Categories.Tensors.Concat(definition.Characters.Tensors)
            .Concat(definition.StaticCategories.Tensors)
            .Concat(definition.InitialState.Tensors)
            .Select(spec => claims.Expect(spec, spec.Name));
    }

    /// <summary>Requires the standardisation within categories, where the file has one; else empty.</summary>
    public SafetensorsClaim[] Categories(NetworkShape shape)
    {
        SafetensorsEntry? keys = entries.FirstOrDefault(entry => entry.Name == SafetensorsExport.CategoryKeys);
        if (keys is null && metadata.NormalizeBy.Count == 0)
            return [];
        int columns = metadata.NormalizeBy.Count - 1,
            categories = keys is { IsMatrix: true } ? SafetensorsNames.Side(keys.Shape[0]) : 1;
        if (categories is < 1 or > CategoryScaling.Most)
            problems.Add($"'{SafetensorsExport.CategoryKeys}' has {categories} categories, where 1 to {CategoryScaling.Most} can be read");
        if (!claims.IsInFile(SafetensorsExport.FeatureMean))
            problems.Add($"it standardises within categories, but '{SafetensorsExport.FeatureMean}' is missing");
        if (!AreColumns(shape))
            problems.Add(
                $"its metadata standardises within the columns [{string.Join(", ", metadata.NormalizeBy)}] (the last are the decimals), "
                    + $"which do not fit {shape.TimeStepValues} values a step and {shape.StaticFeatures} static ones"
            );
        return
        [
            Expect(SafetensorsExport.CategoryKeys, categories, Math.Max(1, columns)),
            Expect(SafetensorsExport.CategoryMean, categories, shape.EncodedFeatures),
            Expect(SafetensorsExport.CategoryDeviation, categories, shape.EncodedFeatures),
        ];
    }

    /// <summary>Reads the standardisation that <see cref="Categories"/> required; null for none.</summary>
    /// <exception cref="FormatException">A value is not finite, or a deviation is not above 0.</exception>
    public CategoryScaling? ReadScaling(SafetensorsClaim[] required)
    {
        if (required.Length == 0)
            return null;
        IReadOnlyList<NamedTensor> tensors = claims.Read(required);
        if (Array.Exists(tensors[2].Values, deviation => deviation <= 0))
            throw Microsoft.ML.Runtime.Contracts.ExceptDecode(
                $"The safetensors file's '{SafetensorsExport.CategoryDeviation}' holds a deviation that is not above 0."
            );
        float[][] keys = [.. tensors[0].Values.Chunk(tensors[0].Shape[1])],
            means = [.. tensors[1].Values.Chunk(tensors[1].Shape[1])],
            deviations = [.. tensors[2].Values.Chunk(tensors[2].Shape[1])];
        return new CategoryScaling(
            [.. metadata.NormalizeBy.SkipLast(1)],
            metadata.NormalizeBy[^1],
            keys,
            [.. means.Zip(deviations, (mean, deviation) => new FeatureScaling(mean, deviation))]
        );
    }

    private bool AreColumns(NetworkShape shape) =>
        metadata.NormalizeBy.Count is > 1 and <= CategoryLookup.MostColumns + 1
        && metadata.NormalizeBy[^1] <= CategoryScaling.MostDecimals
        && metadata
            .NormalizeBy.SkipLast(1)
            .All(column =>
                column < CategoryScaling.Statics ? column < shape.TimeStepValues : column - CategoryScaling.Statics < shape.StaticFeatures
            );

    private SafetensorsClaim Expect(string name, int rows, int columns) => claims.Expect(new TensorSpec(name, [rows, columns]), name);

    // The widths of the vectors are those of the file.
    private CategoryShape[] WithSizes(string prefix, IReadOnlyList<CategoryShape> columns) =>
        [
            .. columns.Select(
                (column, k) =>
                    entries.FirstOrDefault(entry => entry.Name == CategoryTables.NameOf(prefix, k)) is { IsMatrix: true } found
                        ? column with
                        {
                            Size = Math.Max(1, SafetensorsNames.Side(found.Shape[1])),
                        }
                        : column
            ),
        ];
}
