using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.SearchSpace;
using NUnit.Framework;
using RangeAttribute = Microsoft.ML.SearchSpace.RangeAttribute;

namespace RnnMlNet.Tests.Estimators;

/// <summary>
/// The requirements of Microsoft.ML.AutoML for searching options (docs/automl.md). These tests do not depend on that package, so they treat
/// the options as it does: it reads ML.NET's own attributes, writes its draws as JSON, and reads options from that.
/// </summary>
[TestFixture]
public class SweepableOptionsTests
{
    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private static readonly Dictionary<Type, Func<object, IEstimator<ITransformer>>> _trainers = new()
    {
        [typeof(RnnMulticlassTrainer.Options)] = options =>
            new MLContext().MulticlassClassification.Trainers.Rnn((RnnMulticlassTrainer.Options)options),
        [typeof(RnnSequenceTaggerTrainer.Options)] = options =>
            new MLContext().MulticlassClassification.Trainers.RnnSequenceTagger((RnnSequenceTaggerTrainer.Options)options),
        [typeof(RnnMultiLabelTrainer.Options)] = options =>
            new MLContext().MulticlassClassification.Trainers.RnnMultiLabel((RnnMultiLabelTrainer.Options)options),
        [typeof(RnnBinaryTrainer.Options)] = options =>
            new MLContext().BinaryClassification.Trainers.Rnn((RnnBinaryTrainer.Options)options),
        [typeof(RnnRegressionTrainer.Options)] = options => new MLContext().Regression.Trainers.Rnn((RnnRegressionTrainer.Options)options),
        [typeof(RnnForecastingEstimator.Options)] = options => Forecaster((RnnForecastingEstimator.Options)options),
    };

    private static IEnumerable<Type> OptionTypes => _trainers.Keys;

    [TestCaseSource(nameof(OptionTypes))]
    public void Options_are_made_without_arguments_and_of_properties_that_can_be_set(Type type)
    {
        Assert.That(type.GetConstructor(Type.EmptyTypes), Is.Not.Null);
        Assert.That(type.GetFields(BindingFlags.Public | BindingFlags.Instance), Is.Empty);
        // A tagger's Pooling is no option.
        var options = type.GetProperties().Where(property => !property.IsDefined(typeof(ObsoleteAttribute)));
        Assert.That(
            options.Where(property => property.GetMethod is not { IsPublic: true } || property.SetMethod is not { IsPublic: true }),
            Is.Empty
        );
    }

    [TestCaseSource(nameof(OptionTypes))]
    public void The_options_that_are_searched_by_default_start_at_their_defaults(Type type)
    {
        object options = Activator.CreateInstance(type)!;
        var searched = Searched(type);
        Assert.That(searched.Select(option => option.Property.Name), Is.SupersetOf(["Cell", "HiddenSize", "LearningRate"]));
        foreach ((PropertyInfo property, object start, _) in searched)
            Assert.That(property.GetValue(options), Is.Null.Or.EqualTo(start), property.Name);
    }

    /// <summary>One option at one of its ends, the others at their defaults; and all at their first or last ends together.</summary>
    [TestCaseSource(nameof(OptionTypes))]
    public void What_is_drawn_makes_a_trainer(Type type)
    {
        var searched = Searched(type);
        foreach ((PropertyInfo property, _, object[] values) in searched)
        foreach (object value in values)
            Check(type, new() { [property.Name] = value });
        Check(type, searched.ToDictionary(option => option.Property.Name, option => option.Values[0]));
        Check(type, searched.ToDictionary(option => option.Property.Name, option => option.Values[^1]));
    }

    private static void Check(Type type, Dictionary<string, object> drawn)
    {
        object options = JsonSerializer.Deserialize(JsonSerializer.Serialize(drawn, _json), type, _json)!;
        foreach ((string name, object value) in drawn)
            Assert.That(type.GetProperty(name)!.GetValue(options), Is.EqualTo(value), name);
        Assert.That(_trainers[type](options), Is.Not.Null);
    }

    /// <summary>Properties with their start and values, whose types are the property's own: AutoML asserts that they go together.</summary>
    private static (PropertyInfo Property, object Start, object[] Values)[] Searched(Type type) =>
        [
            .. from property in type.GetProperties()
            from attribute in property.GetCustomAttributes(inherit: false)
            let option = attribute switch
            {
                RangeAttribute range => (Start: range.Init, Values: new[] { range.Min, range.Max }),
                ChoiceAttribute choice => (Start: choice.DefaultValue, Values: choice.Candidates),
                BooleanChoiceAttribute flag => (Start: (object)flag.DefaultValue, Values: [false, true]),
                _ => default,
            }
            where option.Values is not null
            select (property, option.Start, option.Values),
        ];

    private static RnnForecastingEstimator Forecaster(RnnForecastingEstimator.Options options)
    {
        options.Columns = [new ForecastColumn { InputColumnName = "Value", OutputColumnName = "Forecast" }];
        (options.WindowSize, options.Horizon) = (24, 12);
        return new MLContext().Forecasting.ForecastByRnn(options);
    }
}
