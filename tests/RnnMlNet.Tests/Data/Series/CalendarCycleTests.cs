using NUnit.Framework;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Tests.Data.Series;

[TestFixture]
internal sealed class CalendarCycleTests
{
    private static float[] Of(CalendarFeatures features, DateTime time)
    {
        var numbers = new float[CalendarCycle.Count(features)];
        CalendarCycle.Write(features, time, numbers);
        return numbers;
    }

    // 2024-10-01 is a Tuesday.
    [TestCase(CalendarFeatures.HourOfDay, 6, 1, 0)]
    [TestCase(CalendarFeatures.HourOfDay, 12, 0, -1)]
    [TestCase(CalendarFeatures.MonthOfYear, 0, -1, 0)]
    [TestCase(CalendarFeatures.DayOfMonth, 0, 0, 1)]
    [TestCase(CalendarFeatures.DayOfWeek, 0, 0.97493, -0.22252)]
    [TestCase(CalendarFeatures.DayOfYear, 0, -0.99996, -0.00858)]
    public void A_feature_is_the_sine_and_the_cosine_of_its_place_in_the_cycle(
        CalendarFeatures feature,
        int hour,
        double sine,
        double cosine
    )
    {
        float[] numbers = Of(feature, new DateTime(2024, 10, 1, hour, 0, 0));
        Assert.That(numbers[0], Is.EqualTo(sine).Within(1e-4));
        Assert.That(numbers[1], Is.EqualTo(cosine).Within(1e-4));
    }

    [Test]
    public void Features_stand_in_the_order_of_their_flags()
    {
        var time = new DateTime(2023, 5, 17, 9, 30, 0);
        Assert.That(
            Of(CalendarCycle.All, time),
            Is.EqualTo(
                new[]
                {
                    CalendarFeatures.HourOfDay,
                    CalendarFeatures.DayOfWeek,
                    CalendarFeatures.DayOfMonth,
                    CalendarFeatures.DayOfYear,
                    CalendarFeatures.MonthOfYear,
                }.SelectMany(feature => Of(feature, time))
            )
        );
        Assert.That(Of(CalendarFeatures.None, time), Is.Empty);
    }
}
