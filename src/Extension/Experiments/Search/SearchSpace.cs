using System.Reflection;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Experiments;

/// <summary>
/// Search space of an experiment: options by name, each with its possible values, and trials to run first. An option that is not in the
/// space keeps its value of the settings' Options.
/// </summary>
public sealed class SearchSpace
{
    private readonly List<SearchDimension> _dimensions = [];
    private readonly List<(string Option, object Value)[]> _starts = [];

    /// <summary>The dimensions of the space, in the order in which they were added.</summary>
    public IReadOnlyList<SearchDimension> Dimensions => _dimensions;

    /// <summary>
    /// Creates the usual space of classification and regression: patch length, cell, size, layers, direction, pooling, dropouts, learning
    /// rate, batch size, weight decay, embedding, rare tokens. It starts with the settings' Options, where null is chosen from the rows,
    /// and with a wider and a deeper network. An experiment without a space of its own omits what does not apply to its rows: patches of
    /// tokens and of short sequences, embedding and rare tokens of numbers.
    /// </summary>
    /// <returns>A new space, which may be changed.</returns>
    public static SearchSpace ForSequences() =>
        new SearchSpace()
            .Choice(nameof(RnnOptions.PatchLength), 1, 2, 4, 8, 16, 32)
            .Choice(nameof(RnnOptions.Cell), CellKind.Gru, CellKind.Lstm)
            .Range(nameof(RnnOptions.HiddenSize), 16, 160, isLogarithmic: true, step: 16)
            .Choice(nameof(RnnOptions.Layers), 1, 2)
            .Choice(nameof(RnnOptions.Bidirectional), false, true)
            .Choice(
                nameof(RnnOptions.Pooling),
                Pooling.Last,
                Pooling.Max,
                Pooling.Mean,
                Pooling.Last | Pooling.Max,
                Pooling.Last | Pooling.Mean | Pooling.Max,
                Pooling.Attention
            )
            .Range(nameof(RnnOptions.Dropout), 0, 0.5, step: 0.1)
            .When(nameof(RnnOptions.Layers), 2)
            .Range(nameof(RnnOptions.InputDropout), 0, 0.5, step: 0.1)
            .Range(nameof(RnnOptions.HeadDropout), 0, 0.5, step: 0.1)
            .Range(nameof(RnnOptions.LearningRate), 5e-4, 2e-2, isLogarithmic: true)
            .Choice(nameof(RnnOptions.BatchSize), 8, 16, 32, 64)
            .Range(nameof(RnnOptions.WeightDecay), 1e-3, 0.1, isLogarithmic: true)
            .Choice(nameof(RnnOptions.EmbeddingSize), 32, 64, 128)
            .Choice(nameof(RnnOptions.MinTokenCount), 1, 2)
            .AddInitialTrial((nameof(RnnOptions.HiddenSize), 128))
            .AddInitialTrial((nameof(RnnOptions.Layers), 2));

    /// <summary>
    /// Creates the usual space of forecasting: window, model, cell, size, dropout, normalisation, loss, learning rate, batch size, weight
    /// decay of AdamW.
    /// </summary>
    /// <param name="windowSize">L, the window to start with: half and twice of it are tried as well. Default null: the one that Fit
    /// chooses.</param>
    /// <returns>A new space, which may be changed.</returns>
    public static SearchSpace ForForecasting(int? windowSize = null) =>
        OfWindows(windowSize)
            .Choice(nameof(RnnForecastingEstimator.Options.Model), ForecastModel.Segments, ForecastModel.Direct)
            .Choice(nameof(RnnForecastingEstimator.Options.Cell), CellKind.Gru, CellKind.Lstm)
            .Range(nameof(RnnForecastingEstimator.Options.HiddenSize), 32, 256, isLogarithmic: true, step: 16)
            .Range(nameof(RnnForecastingEstimator.Options.Dropout), 0, 0.5, step: 0.1)
            .Choice(
                nameof(RnnForecastingEstimator.Options.Normalization),
                WindowNormalization.LastValue,
                WindowNormalization.MeanAndDeviation
            )
            .Choice(nameof(RnnForecastingEstimator.Options.Loss), ForecastLoss.Absolute, ForecastLoss.Squared, ForecastLoss.Huber)
            .Range(nameof(RnnForecastingEstimator.Options.LearningRate), 3e-4, 1e-2, isLogarithmic: true)
            .Choice(nameof(RnnForecastingEstimator.Options.BatchSize), 32, 64, 128, 256)
            .Choice(nameof(RnnForecastingEstimator.Options.Optimizer), OptimizerKind.AdamW)
            .Range(nameof(RnnForecastingEstimator.Options.WeightDecay), 1e-5, 0.1, isLogarithmic: true);

    private static SearchSpace OfWindows(int? windowSize) =>
        windowSize is not int size
            ? new SearchSpace()
            : new SearchSpace().Choice(
                nameof(RnnForecastingEstimator.Options.WindowSize),
                [.. new[] { size / 2, size, 2 * size }.Where(steps => steps >= 2)]
            );

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
        _starts.Add([.. values]);
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
        [Configuration.Empty, .. _starts.Select(Start).Where(start => start.Values.Count > 0)];

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

    /// <summary>The space without the options that do not apply to the rows.</summary>
    /// <param name="data">The rows.</param>
    internal SearchSpace For(Estimators.DataProfile data)
    {
        SearchSpace space = Clone();
        if (!data.UsesTokens)
            return space.Remove(nameof(RnnOptions.EmbeddingSize)).Remove(nameof(RnnOptions.MinTokenCount)).WithPatchesOf(data);
        if (data.PretrainedWidth is not null)
            space.Remove(nameof(RnnOptions.EmbeddingSize));
        return space.Remove(nameof(RnnOptions.PatchLength));
    }

    // At least four steps of a sequence remain, and a step is not much wider than those chosen from the rows.
    private SearchSpace WithPatchesOf(Estimators.DataProfile data)
    {
        const int FewestSteps = 4,
            WidestStep = 64;
        int place = _dimensions.FindIndex(dimension => dimension.Option == nameof(RnnOptions.PatchLength));
        if (place < 0 || _dimensions[place] is not ChoiceDimension choice)
            return this;
        object[] lengths =
        [
            .. choice.Values.Where(value =>
                (int)value == 1 || ((int)value * FewestSteps <= data.MeanLength && (int)value * data.Features <= WidestStep)
            ),
        ];
        if (lengths.Length < 2)
            return Remove(nameof(RnnOptions.PatchLength));
        _dimensions[place] = choice with { Values = lengths };
        return this;
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
}
