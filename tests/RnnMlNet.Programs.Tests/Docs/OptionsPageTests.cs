using System.Collections;
using System.Globalization;
using System.Reflection;
using NUnit.Framework;

namespace RnnMlNet.Programs.Tests.Docs;

/// <summary>docs/options.md has a line for every option, with the default that the option has.</summary>
public class OptionsPageTests
{
    private static readonly string[] _lines = Markdown.Read(Path.Combine("docs", "options.md")).Split('\n');

    private static IEnumerable<TestCaseData> Options() =>
        from options in new RnnOptions[]
        {
            new RnnMulticlassTrainer.Options(),
            new RnnMultiLabelTrainer.Options(),
            new RnnMultiLabelTaggerTrainer.Options(),
            new RnnSequenceTaggerTrainer.Options(),
            new RnnBinaryTrainer.Options(),
            new RnnRegressionTrainer.Options(),
        }
        from property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        group (options, property) by property.Name into same
        select new TestCaseData(same.Key, Text(same.First().property.GetValue(same.First().options)));

    [TestCaseSource(nameof(Options))]
    public void Option_stands_in_the_page_with_its_default(string name, string defaultValue)
    {
        string[] rows = [.. _lines.Where(line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal))];
        Assert.That(rows, Has.Length.EqualTo(1), $"one line of docs/options.md starts with | `{name}` |");
        Assert.That(rows[0].Split('|')[2].Trim(' ', '`'), Is.EqualTo(defaultValue));
    }

    [Test]
    public void Page_names_no_option_that_is_not_there()
    {
        var named = _lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
        Assert.That(named, Is.EquivalentTo(Options().Select(option => (string)option.Arguments[0]!)));
    }

    private static readonly string[] _forecasting = Markdown.Read(Path.Combine("docs", "forecasting.md")).Split('\n');

    private static IEnumerable<PropertyInfo> ForecastingOptions() =>
        typeof(RnnForecastingEstimator.Options).GetProperties().Where(property => property.DeclaringType == typeof(RnnForecastingOptions));

    [Test]
    public void A_forecasters_options_stand_in_its_page_with_their_defaults()
    {
        var options = new RnnForecastingEstimator.Options();
        string[] rows =
        [
            .. _forecasting[Array.IndexOf(_forecasting, "## Options")..].Where(line => line.StartsWith("| `", StringComparison.Ordinal)),
        ];
        Assert.That(
            rows.Select(row => (row.Split('`')[1], row.Split('|')[2].Trim(' ', '`'))),
            Is.EquivalentTo(ForecastingOptions().Select(property => (property.Name, Text(property.GetValue(options)))))
        );
    }

    private static string Text(object? value) =>
        value switch
        {
            null => "null",
            bool flag => flag ? "true" : "false",
            CancellationToken => "none",
            ICollection { Count: 0 } => "none",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}
