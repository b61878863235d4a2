using System.Reflection;
using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Training;

/// <summary>A range refuses what is beyond its ends, in words, and nothing else.</summary>
[TestFixture]
internal sealed class OptionRangeTests
{
    [TestCaseSource(nameof(Values))]
    public void A_value_is_within_or_refused(OptionRangeAttribute range, object value, string? expected) =>
        Assert.That(range.Expected(value), Is.EqualTo(expected));

    [Test]
    public void The_option_and_its_value_are_named()
    {
        var env = new MLContext(seed: 1);
        var host = ((Microsoft.ML.Runtime.IHostEnvironment)env).Register("test");
        Refused.Argument(
            () => OptionRanges.Check(host, new RnnRegressionTrainer.Options { HeadHiddenSizes = [3, 0] }),
            "HeadHiddenSizes is 0; it must be at least 1."
        );
        Assert.That(
            () => OptionRanges.Check(host, new RnnRegressionTrainer.Options { HeadHiddenSizes = null, Layers = null }),
            Throws.Nothing
        );
    }

    /// <summary>A range that does not know the option's type would throw something else once the option is set.</summary>
    [Test]
    public void Each_range_knows_its_options_type()
    {
        foreach (
            Type type in (Type[])
                [
                    typeof(RnnMulticlassTrainer.Options),
                    typeof(RnnSequenceTaggerTrainer.Options),
                    typeof(RnnMultiLabelTrainer.Options),
                    typeof(RnnMultiLabelTaggerTrainer.Options),
                    typeof(RnnForecastingEstimator.Options),
                    typeof(RnnImportOptions),
                ]
        )
        foreach (PropertyInfo option in type.GetProperties())
        foreach (OptionRangeAttribute range in option.GetCustomAttributes<OptionRangeAttribute>())
        {
            Type value = Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType.GetElementType() ?? option.PropertyType;
            Assert.That(() => range.Expected(Activator.CreateInstance(value)!), Throws.Nothing, option.Name);
        }
    }

    private static IEnumerable<TestCaseData> Values()
    {
        yield return Case(new AtLeastAttribute(2), 2, null);
        yield return Case(new AtLeastAttribute(2), 1, "at least 2");
        yield return Case(new AtLeastAttribute(2) { Most = 5 }, 5, null);
        yield return Case(new AtLeastAttribute(2) { Most = 5 }, 6, "at most 5");
        foreach (float share in (float[])[0, 0.5f, MathF.BitDecrement(1)])
            yield return Case(new ShareAttribute(), share, null);
        foreach (float share in (float[])[-0.1f, 1, float.NaN, float.PositiveInfinity])
            yield return Case(new ShareAttribute(), share, "in [0, 1)");
        yield return Case(new ShareAttribute { WithOne = true }, 1f, null);
        yield return Case(new ShareAttribute { WithOne = true }, 1.1, "in [0, 1]");
        yield return Case(new ShareAttribute { WithZero = false, WithOne = true }, 0f, "in (0, 1]");
        yield return Case(new NotNegativeAttribute(), 0.0, null);
        yield return Case(new NotNegativeAttribute(), double.PositiveInfinity, "0 or more");
        yield return Case(new NotNegativeAttribute(), TimeSpan.FromTicks(-1), "0 or more");
        yield return Case(new PositiveAttribute(), float.Epsilon, null);
        yield return Case(new PositiveAttribute(), 0f, "above 0");
        yield return Case(new FiniteAttribute(), -3f, null);
        yield return Case(new FiniteAttribute(), float.NegativeInfinity, "a finite number");
        yield return Case(new DefinedAttribute(), EngineKind.Simd, null);
        yield return Case(new DefinedAttribute(), (EngineKind)9, "one of Auto, Simd, Torch");
    }

    private static TestCaseData Case(OptionRangeAttribute range, object value, string? expected) =>
        new TestCaseData(range, value, expected).SetArgDisplayNames(range.GetType().Name, $"{value}", expected ?? "right");
}
