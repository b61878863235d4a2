using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Series;

[TestFixture]
internal sealed class SeriesCalendarTests
{
    private sealed class Day
    {
        public DateTime Date { get; set; }
        public string Text { get; set; } = "";
        public string Name { get; set; } = "";
    }

    private readonly MLContext _ml = new(seed: 1);

    private static CalendarDay[] OfCsv(string text)
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("days.csv");
        File.WriteAllText(path, text);
        return CalendarDay.FromCsv(path);
    }

    [TestCase(',')]
    [TestCase(';')]
    [TestCase('\t')]
    public void Days_are_read_from_a_file_with_and_without_a_header(char separator)
    {
        string rows = "2024-12-25,Christmas Day\n\n 2024-12-26 ,\"Boxing, or \"\"St Stephen's\"\"\"\r\n2025-01-01\n2025-01-02,\n"
            .Replace("Boxing, ", "Boxing; ", StringComparison.Ordinal)
            .Replace(',', separator);
        CalendarDay[] expected =
        [
            new(new(2024, 12, 25), "Christmas Day"),
            new(new(2024, 12, 26), "Boxing; or \"St Stephen's\""),
            new DateOnly(2025, 1, 1),
            new DateOnly(2025, 1, 2),
        ];
        Assert.That(OfCsv(rows), Is.EqualTo(expected));
        Assert.That(OfCsv($"Date{separator}Holiday\n{rows}"), Is.EqualTo(expected));
        Assert.That(expected.Select(day => day.ToString()).First(), Is.EqualTo("2024-12-25 (Christmas Day)"));
    }

    [Test]
    public void A_line_without_a_date_and_one_of_three_values_are_refused()
    {
        Refused.Format(() => OfCsv("2024-12-25\n25.12.2024,Christmas"), "days.csv, line 2: '25.12.2024' is no date; a line begins with");
        Refused.Format(
            () => OfCsv("Date,Name\n2024-12-25,Christmas,Victoria"),
            "days.csv, line 2: there are more than two values: give the date and its name, in double quotes where it has a ','."
        );
    }

    [Test]
    public void Days_are_read_from_rows()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(
            new Day[]
            {
                new()
                {
                    Date = new(2024, 12, 25),
                    Text = "2024-12-25",
                    Name = "Christmas Day",
                },
                new() { Date = new(2024, 12, 26), Text = "2024-12-26" },
            }
        );
        CalendarDay[] expected = [new(new(2024, 12, 25), "Christmas Day"), new DateOnly(2024, 12, 26)];
        Assert.That(CalendarDay.FromRows(rows, nameColumnName: "Name"), Is.EqualTo(expected));
        Assert.That(CalendarDay.FromRows(rows, "Text", "Name"), Is.EqualTo(expected));
        Assert.That(CalendarDay.FromRows(rows), Is.EqualTo(expected.Select(day => new CalendarDay(day.Date))));
    }

    [Test]
    public void Rows_without_dates_are_refused()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(
            new Day[]
            {
                new() { Date = new(2024, 12, 25, 13, 0, 0), Text = "Christmas" },
            }
        );
        Refused.Argument(() => CalendarDay.FromRows(rows, "Dates"), "Could not find date column 'Dates'");
        Refused.Argument(
            () => CalendarDay.FromRows(rows, "Date", "Date"),
            "Schema mismatch for name column 'Date': expected Text, got DateTime"
        );
        Refused.Format(
            () => CalendarDay.FromRows(rows),
            "Row 0 has 2024-12-25 13:00:00 in column 'Date', which is not midnight: a calendar has days, so give dates without a "
                + "time of day."
        );
        Refused.Format(() => CalendarDay.FromRows(rows, "Text"), "Row 0 has 'Christmas' in column 'Text': give a date as 2026-12-25.");
    }
}
