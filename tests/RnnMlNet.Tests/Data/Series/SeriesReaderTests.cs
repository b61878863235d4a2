using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Series;

[TestFixture]
internal sealed class SeriesReaderTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public string Key { get; set; } = "";
        public float Number { get; set; }
        public DateTime Time { get; set; }
        public float Value { get; set; }
        public float Known { get; set; }
    }

    private static Row At(float number, float value, string key = "", float known = 0) =>
        new()
        {
            Number = number,
            Time = TinySeries.Start.AddDays(number),
            Value = value,
            Key = key,
            Known = known,
        };

    private SeriesSet Read(
        IEnumerable<Row> rows,
        MissingSteps missing = MissingSteps.Refuse,
        string? time = "Number",
        string? key = null,
        bool known = false,
        CalendarFeatures calendar = CalendarFeatures.None,
        KeyedSeries? before = null
    )
    {
        IDataView data = _ml.Data.LoadFromEnumerable(rows.ToArray());
        var columns = new SeriesColumns(["Value"], [], known ? ["Known"] : [], key, time) { MissingSteps = missing, Calendar = calendar };
        IHost host = ((IHostEnvironment)_ml).Register("test");
        return new SeriesReader(host, data, SeriesBinding.Bind(host, data.Schema, columns))
        {
            Ahead = 2,
            Before = before is null ? null : new Dictionary<string, KeyedSeries> { [before.Key] = before },
        }.Read();
    }

    private static float[] Values(SeriesSet set, int series = 0) =>
        set.Series[series].Steps.Targets(0, 0, set.Series[series].Steps.Length).ToArray();

    private static int[] Steps(SeriesSet set) => [.. Enumerable.Range(0, set.Places.Count).Select(row => set.Places[row].Step)];

    [Test]
    public void Rows_stand_in_the_order_of_time_whatever_their_order_in_the_data()
    {
        SeriesSet set = Read([At(3, 30), At(1, 10), At(2, 20)]);
        Assert.That(Values(set), Is.EqualTo(new float[] { 10, 20, 30 }));
        Assert.That(Steps(set), Is.EqualTo(new[] { 2, 0, 1 }));
    }

    [Test]
    public void Without_times_rows_are_steps() =>
        Assert.That(Values(Read([At(3, 30), At(1, 10)], time: null)), Is.EqualTo(new float[] { 30, 10 }));

    [Test]
    public void Rows_are_told_apart_by_their_key()
    {
        SeriesSet set = Read([At(1, 1, "a"), At(5, 10, "b"), At(2, 2, "a"), At(6, 20, "b"), At(3, 3, "a")], key: "Key");
        Assert.That(set.Series.Select(series => series.Key), Is.EqualTo(["a", "b"]));
        Assert.That(Values(set, 0), Is.EqualTo(new float[] { 1, 2, 3 }));
        Assert.That(Values(set, 1), Is.EqualTo(new float[] { 10, 20 }));
        Assert.That(Steps(set), Is.EqualTo(new[] { 0, 0, 1, 1, 2 }));
    }

    [Test]
    public void A_gap_is_refused() =>
        Refused.Operation(
            () => Read([At(1, 10), At(2, 20), At(5, 50)]),
            "The series has no row for 3 (2 such steps; rows are 1 apart), and MissingSteps is Refuse: set it to LastValue or Linear to "
                + "impute such steps, or correct the data."
        );

    [Test]
    public void A_missing_value_is_refused() =>
        Refused.Operation(
            () => Read([At(1, 1), At(2, float.NaN), At(3, 3)]),
            "The series has no value (NaN) in column 'Value' at 2, and MissingSteps is Refuse"
        );

    [Test]
    public void An_infinite_value_is_refused() =>
        Refused.Operation(
            () => Read([At(1, 1), At(2, float.PositiveInfinity)], MissingSteps.LastValue),
            "Row 1 has an infinite value in one of the columns 'Value', 'Number'"
        );

    [TestCase(MissingSteps.LastValue, new float[] { 10, 20, 20, 20, 50, 50, 70 })]
    [TestCase(MissingSteps.Linear, new float[] { 10, 20, 30, 40, 50, 60, 70 })]
    public void Gaps_and_missing_values_are_made_up_and_said(MissingSteps missing, float[] expected)
    {
        var log = new LogCapture(_ml);
        SeriesSet set = Read([At(1, 10), At(2, 20), At(5, 50), At(6, float.NaN), At(7, 70)], missing);
        Assert.That(Values(set), Is.EqualTo(expected));
        Assert.That(
            Enumerable.Range(0, 7).Select(step => set.Series[0].Steps.IsImputed(0, step)),
            Is.EqualTo(new[] { false, false, true, true, false, true, false })
        );
        Assert.That(Steps(set), Is.EqualTo(new[] { 0, 1, 4, 5, 6 }));
        Assert.That(log.Warnings, Has.One.Contains($"3 missing values were imputed ({missing}), the first in column 'Value' at 3."));
    }

    [Test]
    public void A_missing_beginning_is_as_the_first_value() =>
        Assert.That(Values(Read([At(1, float.NaN), At(2, 5), At(3, 6)], MissingSteps.Linear)), Is.EqualTo(new float[] { 5, 5, 6 }));

    [Test]
    public void A_time_that_is_there_twice_is_refused() =>
        Refused.Operation(
            () => Read([At(1, 1), At(2, 2), At(2, 3)]),
            "The time 2 occurs twice in column 'Number': leave one of the rows out, or name the column that tells series apart as "
                + "SeriesKeyColumnName."
        );

    [Test]
    public void A_broken_number_is_no_time() =>
        Refused.Operation(() => Read([At(1, 1), At(1.5f, 2)]), "Row 1 has the time 1.5 in column 'Number', which is not whole");

    [Test]
    public void Rows_without_targets_at_the_end_are_the_time_to_come()
    {
        SeriesSet set = Read(
            [At(1, 1, known: 7), At(2, 2, known: 8), At(3, float.NaN, known: 9), At(4, float.NaN, known: float.NaN)],
            known: true
        );
        TimeSeries series = set.Series[0].Steps;
        Assert.That((series.Length, series.KnownLength), Is.EqualTo((2, 3)));
        Assert.That(series.Known(0, 0, 3).ToArray(), Is.EqualTo(new float[] { 7, 8, 9 }));
    }

    [Test]
    public void The_calendar_goes_on_as_far_as_it_is_needed()
    {
        TimeSeries series = Read([At(0, 1), At(1, 2)], time: "Time", calendar: CalendarFeatures.DayOfWeek).Series[0].Steps;
        Assert.That((series.Length, series.KnownCount, series.KnownLength), Is.EqualTo((2, 2, 4)));
        // The start is a Monday.
        Assert.That(series.Known(0, 3, 1)[0], Is.EqualTo((float)Math.Sin(2 * Math.PI * 4 / 7)));
    }

    [Test]
    public void A_series_that_goes_on_begins_with_what_came_before()
    {
        var earlier = new TimeSeries(1, 0, 0);
        earlier.Add([8], []);
        earlier.Add([9], []);
        SeriesSet follows = Read([At(3, 10), At(4, 11)], before: new KeyedSeries("", earlier, 1));
        Assert.That(Values(follows), Is.EqualTo(new float[] { 8, 9, 10, 11 }));
        Assert.That(Steps(follows), Is.EqualTo(new[] { 2, 3 }));
        Assert.That(
            Values(Read([At(4, 10), At(5, 11)], before: new KeyedSeries("", earlier, 1))),
            Is.EqualTo(new float[] { 10, 11 }),
            "There is a gap between."
        );
    }
}
