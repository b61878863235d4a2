using RnnMlNet.Estimators;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet.Experiments;

// The part of a usual space that applies to an experiment.
public sealed partial class SearchSpace
{
    /// <summary>The space without those of the usual options that do not apply to the rows.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="options">The options of trials where nothing else is chosen.</param>
    internal SearchSpace For(DataProfile data, RnnOptions options)
    {
        SearchSpace space = Clone();
        foreach (string option in Inapplicable(data, options))
            space.Restrict(option, _ => false);
        space.Restrict(nameof(RnnOptions.PatchLength), length => IsPatch((int)length, data));
        return space;
    }

    /// <summary>The space without the usual option of widths of embeddings, where nothing has any.</summary>
    internal SearchSpace ForCategories(bool hasCategories)
    {
        SearchSpace space = Clone();
        if (!hasCategories)
            space.Restrict(nameof(RnnOptions.CategoryEmbeddingSize), _ => false);
        return space;
    }

    /// <summary>
    /// The space without those of the usual values that are rejected with the other options, and without those of the usual initial trials
    /// that would repeat the first trial.
    /// </summary>
    /// <param name="options">The options of trials where nothing else is chosen.</param>
    /// <param name="construct">Constructs the trainer, which checks its options.</param>
    /// <param name="defaults">The same options, with those chosen that are null.</param>
    internal SearchSpace For(RnnTrainingOptions options, Action<RnnTrainingOptions> construct, TrainingSettings defaults)
    {
        SearchSpace space = Clone();
        foreach (SearchDimension dimension in _dimensions)
            space.Restrict(dimension.Option, value => IsAccepted(dimension.Option, value, options, construct));
        space._starts.RemoveAll(start =>
            start.IsUsual && space.Start(start.Values).Values.All(value => value.Value.Equals(ValueOf(value.Key, options, defaults)))
        );
        return space;
    }

    /// <summary>The options and values of this space that another one does not have.</summary>
    internal IEnumerable<string> Without(SearchSpace other)
    {
        foreach (SearchDimension dimension in _dimensions)
        {
            SearchDimension? left = other._dimensions.Find(same => same.Option == dimension.Option);
            if (left is null)
                yield return dimension.Option;
            else if ((dimension, left) is (ChoiceDimension all, ChoiceDimension some))
                foreach (object value in all.Values.Except(some.Values))
                    yield return $"{dimension.Option} {value}";
        }
    }

    private static IEnumerable<string> Inapplicable(DataProfile data, RnnOptions options)
    {
        if (!data.UsesTokens || data.PretrainedWidth is not null)
            yield return nameof(RnnOptions.EmbeddingSize);
        if (!data.UsesTokens)
            yield return nameof(RnnOptions.MinTokenCount);
        if (data.UsesTokens || options.NormalizeBy is not null)
            yield return nameof(RnnOptions.PatchLength);
        if (data.StaticFeatures == 0)
            yield return nameof(RnnOptions.StaticUse);
        if (!data.HasCategories)
            yield return nameof(RnnOptions.CategoryEmbeddingSize);
        if (options.CustomCell is not null)
            yield return nameof(RnnOptions.Cell);
        if (data.Classes > ShapeCheck.MostChained)
            yield return nameof(RnnSequenceTaggerTrainer.Options.ConditionalRandomField);
    }

    // At least four steps of a sequence remain, and a step is not much wider than those chosen from the rows.
    private static bool IsPatch(int length, DataProfile data)
    {
        const int FewestSteps = 4,
            WidestStep = 64;
        return length == 1 || (length * FewestSteps <= data.MeanLength && length * data.Features <= WidestStep);
    }

    private static bool IsAccepted(string option, object value, RnnTrainingOptions options, Action<RnnTrainingOptions> construct)
    {
        RnnTrainingOptions trial = options.Clone();
        Configuration.Empty.With(option, value).ApplyTo(trial);
        try
        {
            construct(trial);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private static object? ValueOf(string option, RnnTrainingOptions options, TrainingSettings defaults) =>
        defaults.GetType().GetProperty(option)?.GetValue(defaults) ?? options.GetType().GetProperty(option)?.GetValue(options);

    // Of a usual choice; one value is none to choose from, unless others depend on it.
    private void Restrict(string option, Func<object, bool> applies)
    {
        int place = _dimensions.FindIndex(dimension => dimension.Option == option);
        if (place < 0 || _dimensions[place] is not ChoiceDimension { IsUsual: true } choice)
            return;
        object[] values = [.. choice.Values.Where(applies)];
        bool isNeeded = choice.Values.Count == 1 || _dimensions.Exists(dimension => dimension.Condition?.Option == option);
        if (values.Length == 0 || (values.Length == 1 && !isNeeded))
            Remove(option);
        else
            _dimensions[place] = choice with { Values = values };
    }
}
