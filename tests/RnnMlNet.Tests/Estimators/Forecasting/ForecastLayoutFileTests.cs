using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Windows, columns and quantiles in files that no forecaster can have.</summary>
[TestFixture]
internal sealed class ForecastLayoutFileTests : ForecastFileFixture
{
    [TestCase(1, 4, 1)]
    [TestCase(16, 0, 1)]
    [TestCase(16, 4, 17)]
    [TestCase(16, 4, 2)]
    [TestCase(1 << 30, 1 << 30, 1)]
    [TestCase(int.MaxValue, 4, 1)]
    public void A_layout(int window, int horizon, int segment) =>
        Assert.That(
            Error(
                _direct,
                layout: layout => layout with { Window = window, Horizon = horizon, Segment = segment },
                outputs: outputs => outputs with { Horizon = horizon }
            ),
            Does.StartWith(
                $"{Start}window {window}, horizon {horizon}, segment {segment}, 1 targets, 0 past, 3 known and 0 static numbers, "
                    + "season 1, decoder , "
            )
        );

    [Test]
    public void A_column_of_quantiles_without_any() =>
        Assert.That(
            Error(_direct, outputs: outputs => outputs with { Columns = [outputs.Columns[0] with { Part = ForecastPart.Quantiles }] }),
            Is.EqualTo(Start + "there are columns of quantiles, but no quantiles.")
        );

    [Test]
    public void A_cycle_that_no_network_has()
    {
        Assert.That(Error(_direct, layout: layout => layout with { CycleLength = 1 }), Does.EndWith(", None, cycle of 1 steps."));
        Assert.That(Error(_direct, layout: layout => layout with { CycleLength = -7 }), Does.EndWith(", cycle of -7 steps."));
        Assert.That(Error(_quantiles, layout: layout => layout with { CycleLength = 7 }), Does.EndWith(", cycle of 7 steps."));
        Assert.That(
            Error(_direct, layout: layout => layout with { CycleLength = 7, Differences = true }),
            Does.EndWith(", cycle of 7 steps.")
        );
        Assert.That(
            Error(_direct, layout: layout => layout with { CycleLength = 7 }),
            Does.StartWith("The model's network cannot be that of a forecaster: it is ").And.Contain(", cycle CycleShape { Length = 7, ")
        );
    }

    [Test]
    public void Numbers_without_columns_and_columns_without_numbers()
    {
        Assert.That(
            Error(_direct, columns: columns => columns with { Known = [] }),
            Is.EqualTo(Start + "1 targets, 0 past and 1 known numbers of 1, 0 and 0 columns.")
        );
        Assert.That(
            Error(_direct, columns: columns => columns with { Calendar = 0, Known = [.. columns.Known, "b", "c", "d"] }),
            Is.EqualTo(Start + "1 targets, 0 past and 3 known numbers of 1, 0 and 4 columns.")
        );
        Assert.That(
            Error(_direct, columns: columns => columns with { Past = ["p"] }),
            Is.EqualTo(Start + "1 targets, 0 past and 1 known numbers of 1, 1 and 1 columns.")
        );
        Assert.That(
            Error(_direct, columns: columns => columns with { Targets = ["a", "b"] }),
            Is.EqualTo(Start + "1 targets, 0 past and 1 known numbers of 2, 0 and 1 columns.")
        );
    }

    [Test]
    public void Names()
    {
        Assert.That(
            Error(_direct, columns: columns => columns with { Known = [columns.Targets[0]] }),
            Is.EqualTo(Start + "the column 'Value' is named twice.")
        );
        Assert.That(Error(_direct, columns: columns => columns with { Targets = [" "] }), Is.EqualTo(Start + "a column has no name."));
        Assert.That(
            Error(_direct, outputs: outputs => outputs with { Columns = [.. outputs.Columns, outputs.Columns[0]] }),
            Is.EqualTo(Start + "the column 'Forecast' is named twice.")
        );
    }

    [Test]
    public void Output_columns()
    {
        const string Sentence = Start + "its output columns are not those of 1 targets and 4 steps.";
        Assert.That(Error(_direct, outputs: outputs => outputs with { Columns = [] }), Is.EqualTo(Sentence));
        Assert.That(Error(_direct, outputs: outputs => outputs with { Horizon = 5 }), Is.EqualTo(Sentence));
        foreach (
            ForecastOutput output in (ForecastOutput[])
                [
                    new("x", ForecastPart.Forecast, 0, 2, true),
                    new("x", ForecastPart.Forecast, 1, 1, true),
                    new("x", ForecastPart.Forecast, -1, 1, true),
                    new("x", (ForecastPart)9, 0, 1, true),
                    new("x", ForecastPart.Forecast, 0, int.MaxValue, true),
                ]
        )
            Assert.That(Error(_direct, outputs: outputs => outputs with { Columns = [output] }), Is.EqualTo(Sentence), $"{output}");
    }

    [Test]
    public void Quantiles()
    {
        foreach (
            float[] quantiles in (float[][])
                [
                    [0.5f, 0.5f, 0.9f],
                    [0.1f, 0.5f],
                    [0.1f, 0.4f, 0.9f],
                    [0, 0.5f, 0.9f],
                    [0.1f, 0.5f, 1],
                    [0.9f, 0.5f, 0.1f],
                    [float.NaN, 0.5f, 0.9f],
                ]
        )
            Assert.That(
                Error(_quantiles, forecaster: forecaster => forecaster with { Quantiles = quantiles }),
                Does.StartWith(Start + "its quantiles are ["),
                string.Join(", ", quantiles)
            );
        Assert.That(
            Error(_quantiles, forecaster: forecaster => forecaster with { Quantiles = [] }),
            Does.Contain("cannot be that of a forecaster")
        );
    }

    [Test]
    public void Corrections_of_forecasts()
    {
        foreach (
            ForecastCorrection correction in (ForecastCorrection[])
                [
                    new(ForecastResidual.LastValue, 1, 1.5f, []),
                    new(ForecastResidual.LastValue, 1, float.NaN, []),
                    new(ForecastResidual.LastValue, 1, -0.5f, []),
                    new(ForecastResidual.None, 1, 0.5f, []),
                    new(ForecastResidual.SeasonalNaive, 0, 0.5f, []),
                    new(ForecastResidual.SeasonalNaive, 10_000, 0.5f, []),
                    new((ForecastResidual)9, 1, 0.5f, []),
                    new(ForecastResidual.None, 1, 0, [1]),
                    new(ForecastResidual.LastValue, 1, 0, []),
                ]
        )
            Assert.That(
                Error(_direct, forecaster: forecaster => forecaster with { Correction = correction }),
                Does.StartWith(Start).And.EndsWith(" medians correct its forecasts."),
                $"{correction}"
            );
    }
}
