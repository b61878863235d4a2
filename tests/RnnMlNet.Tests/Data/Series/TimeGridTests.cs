using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Series;

[TestFixture]
internal sealed class TimeGridTests
{
    private readonly Microsoft.ML.Runtime.IExceptionContext _ectx = new TestHost().Host;

    private TimeGrid Moments(params DateTime[] times) => TimeGrid.Infer(_ectx, TimeKind.Moment, [[.. times.Select(time => time.Ticks)]], "When");

    private TimeGrid Numbers(params long[] times) => TimeGrid.Infer(_ectx, TimeKind.Number, [times], "When");

    private static DateTime Day(int year, int month, int day) => new(year, month, day);

    [Test]
    public void The_step_is_the_shortest_that_all_are_multiples_of()
    {
        Assert.That(Numbers(10, 12, 14, 18), Is.EqualTo(new TimeGrid(TimeKind.Number, 2, false)));
        Assert.That(Moments(Day(2024, 1, 1), Day(2024, 1, 8), Day(2024, 1, 22)).StepText, Is.EqualTo("7.00:00:00"));
    }

    [Test]
    public void Months_count_as_equal()
    {
        TimeGrid months = Moments(Day(2024, 1, 1), Day(2024, 2, 1), Day(2024, 4, 1));
        Assert.That(months, Is.EqualTo(new TimeGrid(TimeKind.Moment, 1, true)));
        Assert.That(months.StepsBetween(Day(2024, 1, 1).Ticks, Day(2025, 3, 1).Ticks), Is.EqualTo(14));
        Assert.That(months.StepsBetween(Day(2024, 1, 1).Ticks, Day(2024, 3, 2).Ticks), Is.Null);
        Assert.That(Moments(Day(2020, 1, 1), Day(2020, 4, 1), Day(2020, 7, 1)).StepText, Is.EqualTo("3 months"));
        Assert.That(Moments(Day(2020, 1, 1), Day(2021, 1, 1), Day(2022, 1, 1)).StepText, Is.EqualTo("12 months"));
    }

    [Test]
    public void The_ends_of_months_are_months_apart()
    {
        TimeGrid ends = Moments(Day(2024, 1, 31), Day(2024, 2, 29), Day(2024, 3, 31), Day(2024, 4, 30));
        Assert.That(ends.StepText, Is.EqualTo("1 month"));
        Assert.That(new DateTime(ends.TimeAt(Day(2023, 2, 28).Ticks, 1)), Is.EqualTo(Day(2023, 3, 31)));
    }

    [Test]
    public void Four_weeks_are_no_month() => Assert.That(Moments(Day(2024, 1, 1), Day(2024, 1, 29), Day(2024, 2, 26)).StepText, Is.EqualTo("28.00:00:00"));

    [Test]
    public void Irregular_steps_are_refused_with_the_place() => Refused.Operation(
        () => Moments(Day(2024, 1, 1), Day(2024, 1, 2), Day(2024, 1, 3), Day(2024, 1, 3).AddHours(5), Day(2024, 1, 4)),
        "The steps in the time column 'When' are irregular: mostly 1.00:00:00, but 05:00:00 from 2024-01-03 00:00:00 to 2024-01-03 05:00:00.");

    [Test]
    public void One_row_says_nothing_of_steps() => Refused.Operation(() => Numbers(3), "No series has two rows, so nothing says how far apart steps are in the time column 'When'");
}
