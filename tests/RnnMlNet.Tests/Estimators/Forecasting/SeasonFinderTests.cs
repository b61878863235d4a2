using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators.Forecasting;

namespace RnnMlNet.Tests.Estimators.Forecasting;

[TestFixture]
internal sealed class SeasonFinderTests
{
    private static readonly TimeGrid _months = new(TimeKind.Moment, StepUnit.Months, 1),
        _hours = new(TimeKind.Moment, StepUnit.Fixed, TimeSpan.TicksPerHour);

    private static TimeSeries Series(int length, Func<int, double> value)
    {
        var series = new TimeSeries(1, 0, 0);
        for (int t = 0; t < length; t++)
            series.Add([(float)value(t)], []);
        return series;
    }

    private static double Wave(int t, int period) => Math.Sin(2 * Math.PI * t / period);

    private static double Noise(int t) => new Random(t).NextDouble() - 0.5;

    [TestCase(4)]
    [TestCase(7)]
    [TestCase(12)]
    [TestCase(24)]
    [TestCase(37)]
    [TestCase(130)]
    public void A_period_is_found_without_a_calendar(int period) =>
        Assert.That(
            new SeasonFinder([Series(6 * period, t => Wave(t, period) + 0.2 * Noise(t))]).Find(null),
            Is.EqualTo(period).Within(period / 20)
        );

    [Test]
    public void A_trend_hides_no_season() =>
        Assert.That(new SeasonFinder([Series(144, t => t + 20 * Wave(t, 12))]).Find(null), Is.EqualTo(12));

    [Test]
    public void The_calendar_comes_first()
    {
        Assert.That(new SeasonFinder([Series(144, t => Wave(t, 12) + 0.5 * Noise(t))]).Find(_months), Is.EqualTo(12));
        Assert.That(new SeasonFinder([Series(600, t => Wave(t, 24) + 0.1 * Wave(t, 168))]).Find(_hours), Is.EqualTo(24));
    }

    [Test]
    public void A_cycle_of_another_length_than_the_year_is_found_in_months() =>
        Assert.That(new SeasonFinder([Series(900, t => Wave(t, 100) + 0.1 * Noise(t))]).Find(_months), Is.EqualTo(100).Within(4));

    [Test]
    public void Without_a_clear_season_there_is_none_but_that_of_the_calendar()
    {
        var random = new Random(1);
        TimeSeries noise = Series(600, _ => random.NextDouble());
        Assert.That(new SeasonFinder([Series(60, t => t)]).Find(null), Is.EqualTo(1));
        Assert.That(new SeasonFinder([noise]).Find(null), Is.EqualTo(1));
        Assert.That(new SeasonFinder([noise.Slice(0, 60)]).Find(null), Is.EqualTo(1));
        Assert.That(new SeasonFinder([noise]).Find(_months), Is.EqualTo(12));
    }

    [Test]
    public void Seasons_of_the_calendar()
    {
        Assert.That(SeasonFinder.OfCalendar(_months), Is.EqualTo(new[] { 12 }));
        Assert.That(SeasonFinder.OfCalendar(new(TimeKind.Moment, StepUnit.Months, 3)), Is.EqualTo(new[] { 4 }));
        Assert.That(SeasonFinder.OfCalendar(new(TimeKind.Moment, StepUnit.Months, 12)), Is.Empty);
        Assert.That(SeasonFinder.OfCalendar(_hours), Is.EqualTo(new[] { 24, 168 }));
        Assert.That(SeasonFinder.OfCalendar(new(TimeKind.Moment, StepUnit.Days, 1)), Is.EqualTo(new[] { 7, 365 }));
        Assert.That(SeasonFinder.OfCalendar(new(TimeKind.Moment, StepUnit.Days, 7)), Is.EqualTo(new[] { 52 }));
        Assert.That(
            SeasonFinder.OfCalendar(new TimeGrid(TimeKind.Moment, StepUnit.Days, 1) { Days = DayCalendar.Business }),
            Is.EqualTo(new[] { 5 })
        );
        Assert.That(
            SeasonFinder.OfCalendar(new(TimeKind.Moment, StepUnit.Fixed, TimeSpan.FromMinutes(30).Ticks)),
            Is.EqualTo(new[] { 48, 2 })
        );
        Assert.That(SeasonFinder.OfCalendar(_hours with { Days = DayCalendar.Business }), Is.EqualTo(new[] { 24, 120 }));
        Assert.That(SeasonFinder.OfCalendar(new(TimeKind.Number, StepUnit.Fixed, 1)), Is.Empty);
        Assert.That(SeasonFinder.OfCalendar(null), Is.Empty);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(5)]
    public void Series_too_short_for_a_season_have_none(int length) =>
        Assert.That(new SeasonFinder([Series(length, t => t)]).Find(null), Is.EqualTo(1));
}
