using NUnit.Framework;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Tests.Data.Series;

[TestFixture]
internal sealed class FrequencyTests
{
    [TestCase("2 hours", StepUnit.Fixed, 2 * TimeSpan.TicksPerHour)]
    [TestCase("2H", StepUnit.Fixed, 2 * TimeSpan.TicksPerHour)]
    [TestCase("hourly", StepUnit.Fixed, TimeSpan.TicksPerHour)]
    [TestCase("30min", StepUnit.Fixed, 30 * TimeSpan.TicksPerMinute)]
    [TestCase("15T", StepUnit.Fixed, 15 * TimeSpan.TicksPerMinute)]
    [TestCase("10 seconds", StepUnit.Fixed, 10 * TimeSpan.TicksPerSecond)]
    [TestCase("20ms", StepUnit.Fixed, 20 * TimeSpan.TicksPerMillisecond)]
    [TestCase("PT15M", StepUnit.Fixed, 15 * TimeSpan.TicksPerMinute)]
    [TestCase("00:05:00", StepUnit.Fixed, 5 * TimeSpan.TicksPerMinute)]
    [TestCase("24h", StepUnit.Fixed, 24 * TimeSpan.TicksPerHour)]
    [TestCase("D", StepUnit.Days, 1)]
    [TestCase("1.00:00:00", StepUnit.Days, 1)]
    [TestCase("P1D", StepUnit.Days, 1)]
    [TestCase(" 2 Weeks ", StepUnit.Days, 14)]
    [TestCase("W", StepUnit.Days, 7)]
    [TestCase("MS", StepUnit.Months, 1)]
    [TestCase("M", StepUnit.Months, 1)]
    [TestCase("P1M", StepUnit.Months, 1)]
    [TestCase("6 months", StepUnit.Months, 6)]
    [TestCase("QS", StepUnit.Months, 3)]
    [TestCase("yearly", StepUnit.Months, 12)]
    [TestCase("P1Y", StepUnit.Months, 12)]
    public void Names_that_users_write_are_steps(string text, object unit, long step)
    {
        Frequency frequency = Frequency.Parse(text)!;
        Assert.That(
            (frequency.Unit, frequency.Step, frequency.IsOfNumbers, frequency.Days),
            Is.EqualTo(((StepUnit)unit, step, false, DayCalendar.All))
        );
    }

    [TestCase("B"), TestCase("business day"), TestCase("Business days"), TestCase("weekdays")]
    public void Business_days_have_names(string text) =>
        Assert.That(Frequency.Parse(text), Is.EqualTo(new Frequency(StepUnit.Days, 1) { Days = DayCalendar.Business }));

    [Test]
    public void A_number_alone_is_a_step_of_numbers() =>
        Assert.That(Frequency.Parse("10"), Is.EqualTo(new Frequency(StepUnit.Fixed, 10) { IsOfNumbers = true }));

    [
        TestCase(""),
        TestCase("m"),
        TestCase("5m"),
        TestCase("0"),
        TestCase("0 hours"),
        TestCase("-1 hours"),
        TestCase("2 fortnights"),
        TestCase("2B"),
        TestCase("99999999999 days"),
        TestCase("00:00:00"),
        TestCase("1.5h")
    ]
    public void Other_texts_are_none(string text) => Assert.That(Frequency.Parse(text), Is.Null);
}
