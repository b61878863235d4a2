using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Estimators;

/// <summary>A tagger's column of probabilities: those of all classes, step after step.</summary>
internal sealed class StepProbabilities
{
    // The lower limit of probabilities in ML.NET's own evaluators.
    private const double Least = 1e-15;

    private readonly Action _read;
    private readonly Dictionary<string, int> _classes = new(StringComparer.Ordinal);
    private VBuffer<float> _scores;

    private StepProbabilities(DataViewRow row, DataViewSchema.Column column, IReadOnlyList<string> classes)
    {
        Name = column.Name;
        for (int i = 0; i < classes.Count; i++)
            _classes.TryAdd(classes[i], i);
        Classes = classes.Count;
        var getter = row.GetGetter<VBuffer<float>>(column);
        _read = () => getter(ref _scores);
    }

    public string Name { get; }

    public int Classes { get; }

    /// <summary>Number of steps of the current row.</summary>
    public double Steps => (double)_scores.Length / Classes;

    /// <summary>Finds and checks the column.</summary>
    /// <param name="host">Creates the errors.</param>
    /// <param name="schema">The scored data's schema.</param>
    /// <param name="name">Its name; null: <c>Score</c>, where there is a column of that name with probabilities of steps.</param>
    /// <returns>Null where the name is null and there is no such column.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The named column is missing, or not a vector of Single.</exception>
    public static DataViewSchema.Column? Find(IHost host, DataViewSchema schema, string? name)
    {
        DataViewSchema.Column? found = schema.GetColumnOrNull(name ?? DefaultColumnNames.Score);
        bool fits = found is { Type: VectorDataViewType type } && type.ItemType == NumberDataViewType.Single;
        if (name is null)
            return fits ? found : null;
        if (found is null)
            throw host.ExceptSchemaMismatch(nameof(schema), "score", name);
        return fits
            ? found
            : throw host.ExceptSchemaMismatch(
                nameof(schema),
                "score",
                name,
                "a vector of Single, the classes' probabilities step after step",
                found.Value.Type.ToString()
            );
    }

    /// <param name="row">The cursor.</param>
    /// <param name="column">The column.</param>
    /// <param name="predicted">The classes, where the column's annotations do not name them.</param>
    public static StepProbabilities Open(DataViewRow row, DataViewSchema.Column column, StepTags predicted)
    {
        var names = LabelKeyValues.Of(column, AnnotationUtils.Kinds.TrainingLabelValues);
        return new StepProbabilities(row, column, names is null ? predicted.Names : [.. names.ToTexts()]);
    }

    /// <summary>Reads the cursor's current row.</summary>
    public void Read() => _read();

    /// <summary>
    /// Minus the logarithm of a class's probability at a step; for a class that the model does not have, that of the lowest probability.
    /// </summary>
    public double LogLoss(int step, string label)
    {
        double probability = _classes.TryGetValue(label, out int index) ? _scores.GetItemOrDefault(step * Classes + index) : 0;
        return -Math.Log(Math.Clamp(probability, Least, 1));
    }
}
