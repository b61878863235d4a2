using System.Reflection;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Experiments;

/// <summary>
/// Search space of an experiment: options by name, each with its possible values, and trials to run first. An option that is not in the
/// space keeps its value of the settings' Options.
/// </summary>
public sealed partial class SearchSpace
{
    private readonly List<SearchDimension> _dimensions = [];
    private readonly List<InitialTrial> _starts = [];

    // What trials are measured on, and what makes them comparable.
    private static readonly HashSet<string> _shared =
    [
        nameof(RnnOptions.LabelColumnName),
        nameof(RnnOptions.FeatureColumnName),
        nameof(RnnOptions.TimeColumnName),
        nameof(RnnOptions.CharacterColumnName),
        nameof(RnnOptions.ExampleWeightColumnName),
        nameof(RnnOptions.FeaturesPerStep),
        nameof(RnnOptions.Layout),
        nameof(RnnOptions.MissingValues),
        nameof(RnnOptions.PretrainedEmbeddingsPath),
        nameof(RnnMultiLabelTrainer.Options.Threshold),
        nameof(RnnForecastingOptions.SeriesKeyColumnName),
        nameof(RnnForecastingOptions.CalendarFeatures),
        nameof(RnnForecastingOptions.MissingSteps),
        nameof(RnnForecastingOptions.TimeZone),
        nameof(RnnForecastingOptions.Frequency),
        nameof(RnnForecastingOptions.Horizon),
        nameof(RnnForecastingOptions.TrainSize),
        nameof(RnnTrainingOptions.ValidationFraction),
        nameof(RnnTrainingOptions.EnsembleSize),
        nameof(RnnTrainingOptions.Seed),
        nameof(RnnTrainingOptions.Threads),
        nameof(RnnTrainingOptions.CheckpointPath),
    ];

    /// <summary>The dimensions of the space, in the order in which they were added.</summary>
    public IReadOnlyList<SearchDimension> Dimensions => _dimensions;

    /// <summary>Adds an option with a set of values, or replaces it.</summary>
    /// <param name="option">Name of a property of the Options.</param>
    /// <param name="values">One value or more, of the property's type.</param>
    /// <typeparam name="T">The property's type.</typeparam>
    /// <returns>This space.</returns>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public SearchSpace Choice<T>(string option, params T[] values)
        where T : notnull
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(option);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length == 0)
            throw new ArgumentException($"There are no values to choose {option} from: give one or more.", nameof(values));
        return Put(new ChoiceDimension(option, [.. values.Cast<object>()]));
    }

    /// <summary>Adds an integer option in a range, or replaces it.</summary>
    /// <param name="option">Name of a property of the Options.</param>
    /// <param name="low">The lowest value.</param>
    /// <param name="high">The highest value.</param>
    /// <param name="isLogarithmic">Whether the scale is logarithmic; needs a <paramref name="low"/> above 0.</param>
    /// <param name="step">Step between values, counted from <paramref name="low"/>.</param>
    /// <returns>This space.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty, or it is logarithmic and begins at 0 or below.</exception>
    public SearchSpace Range(string option, int low, int high, bool isLogarithmic = false, int step = 1) =>
        Put(NumberDimension.Of(option, low, high, isLogarithmic, step, isWhole: true));

    /// <summary>Adds a real-valued option in a range, or replaces it.</summary>
    /// <param name="option">Name of a property of the Options.</param>
    /// <param name="low">The lowest value.</param>
    /// <param name="high">The highest value.</param>
    /// <param name="isLogarithmic">Whether the scale is logarithmic; needs a <paramref name="low"/> above 0.</param>
    /// <param name="step">Step between values, counted from <paramref name="low"/>; 0 for any value.</param>
    /// <returns>This space.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty, or it is logarithmic and begins at 0 or below.</exception>
    public SearchSpace Range(string option, double low, double high, bool isLogarithmic = false, double step = 0) =>
        Put(NumberDimension.Of(option, low, high, isLogarithmic, step, isWhole: false));

    /// <summary>
    /// Restricts the option that was added last: it is searched only if another option, added before, has one of the given values;
    /// otherwise it keeps its value of the settings' Options.
    /// </summary>
    /// <param name="option">The other option, a <see cref="Choice{T}"/>.</param>
    /// <param name="values">Its values.</param>
    /// <typeparam name="T">The property's type.</typeparam>
    /// <returns>This space.</returns>
    /// <exception cref="InvalidOperationException">Nothing was added yet, or the other option is not there.</exception>
    public SearchSpace When<T>(string option, params T[] values)
        where T : notnull
    {
        if (_dimensions.Count == 0)
            throw new InvalidOperationException(
                "When restricts the option that was added last, and none was added yet: call Choice or Range first."
            );
        if (!_dimensions.SkipLast(1).Any(dimension => dimension.Option == option && dimension is ChoiceDimension))
            throw new InvalidOperationException(
                $"{_dimensions[^1].Option} is to depend on {option}, which is not among the choices added before: "
                    + $"{string.Join(", ", _dimensions.SkipLast(1).OfType<ChoiceDimension>().Select(dimension => dimension.Option))}."
            );
        _dimensions[^1] = _dimensions[^1] with { Condition = new SearchCondition(option, [.. values.Cast<object>()]) };
        return this;
    }

    /// <summary>
    /// Adds a trial with these values that runs before any proposals, after that of the settings' Options, and like it runs to its end. An
    /// option that is not named has its value of the settings' Options; values that are not in the space when the experiment begins are
    /// omitted.
    /// </summary>
    /// <param name="values">Options of this space, each with a value of its type; numbers of a
    /// <see cref="Range(string, double, double, bool, double)"/> as Double.</param>
    /// <returns>This space.</returns>
    /// <exception cref="InvalidOperationException">An option is not in this space.</exception>
    public SearchSpace AddInitialTrial(params (string Option, object Value)[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (var (option, _) in values)
            if (!_dimensions.Any(dimension => dimension.Option == option))
                throw new InvalidOperationException(
                    $"AddInitialTrial names {option}, which is not searched: add it with Choice or Range before. Searched are: "
                        + $"{string.Join(", ", _dimensions.Select(dimension => dimension.Option))}."
                );
        _starts.Add(new InitialTrial([.. values]));
        return this;
    }

    /// <summary>
    /// Removes all initial trials of <see cref="AddInitialTrial"/>: only the trial of the settings' Options runs before proposals.
    /// </summary>
    /// <returns>This space.</returns>
    public SearchSpace ClearInitialTrials()
    {
        _starts.Clear();
        return this;
    }

    /// <summary>Removes an option, and those that depend on it; does nothing if it does not exist.</summary>
    /// <param name="option">The option.</param>
    /// <returns>This space.</returns>
    public SearchSpace Remove(string option)
    {
        _dimensions.RemoveAll(dimension => dimension.Option == option || dimension.Condition?.Option == option);
        return this;
    }

    /// <summary>Returns the dimensions, one option per line, and the initial trials.</summary>
    public override string ToString() =>
        string.Join(
            Environment.NewLine,
            _dimensions.Select(dimension => $"{dimension}").Concat(InitialTrials.Skip(1).Select(start => $"begins with: {start}"))
        );

    /// <summary>The trials before any proposals: the given options, and those of <see cref="AddInitialTrial"/>.</summary>
    internal IReadOnlyList<Configuration> InitialTrials =>
        [
            Configuration.Empty,
            .. _starts.Select(start => Start(start.Values)).Where(start => start.Values.Count > 0).DistinctBy(start => $"{start}"),
        ];

    /// <summary>Checks that options have the properties of the space.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="options">The type of the options.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option does not exist, or is of another type.</exception>
    internal void Check(IExceptionContext ectx, Type options)
    {
        if (_dimensions.Count == 0)
            throw ectx.ExceptUserArg(
                nameof(SearchSpace),
                "The SearchSpace is empty: add options with Choice and Range, or leave it null for the usual ones."
            );
        foreach (SearchDimension dimension in _dimensions)
        {
            if (_shared.Contains(dimension.Option))
                throw ectx.ExceptUserArg(
                    nameof(SearchSpace),
                    $"The SearchSpace has '{dimension.Option}', which all trials of an experiment have in common: set it in the "
                        + "settings, or in their Options."
                );
            PropertyInfo property = options.GetProperty(dimension.Option) is { CanWrite: true } found
                ? found
                : throw ectx.ExceptUserArg(
                    nameof(SearchSpace),
                    $"The SearchSpace has '{dimension.Option}', but {options.DeclaringType?.Name}.{options.Name} has no such property: "
                        + $"use the names of its properties, such as {nameof(RnnTrainingOptions.LearningRate)}."
                );
            if (!dimension.Fits(property.PropertyType))
                throw ectx.ExceptUserArg(
                    nameof(SearchSpace),
                    $"The SearchSpace has values for '{dimension.Option}' that a {TypeName(property.PropertyType)} cannot be: {dimension}."
                );
        }
    }

    /// <summary>A copy, unaffected by later changes of this one.</summary>
    internal SearchSpace Clone()
    {
        var copy = new SearchSpace();
        copy._dimensions.AddRange(_dimensions);
        copy._starts.AddRange(_starts);
        return copy;
    }

    private Configuration Start((string Option, object Value)[] start)
    {
        var values = new Dictionary<string, object>();
        foreach (SearchDimension dimension in _dimensions)
            if (
                (dimension.Condition?.Holds(values) ?? true)
                && start.FirstOrDefault(one => one.Option == dimension.Option).Value is object value
                && dimension.Among(value) is object searched
            )
                values[dimension.Option] = searched;
        return new Configuration(values);
    }

    private static string TypeName(Type type) => Nullable.GetUnderlyingType(type)?.Name ?? type.Name;

    private SearchSpace Put(SearchDimension dimension)
    {
        int place = _dimensions.FindIndex(other => other.Option == dimension.Option);
        if (place >= 0)
            _dimensions[place] = dimension;
        else
            _dimensions.Add(dimension);
        return this;
    }

    // Of the usual ones those that repeat another trial are left out.
    private sealed record InitialTrial((string Option, object Value)[] Values, bool IsUsual = false);
}
