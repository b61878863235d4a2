using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Formats;

[TestFixture]
internal sealed class TsfFileTests
{
    private const string Header = "@attribute series_name string\n@attribute start_timestamp date\n";

    private FormatFile _files = null!;

    [SetUp]
    public void SetUp() => _files = new FormatFile("tsf", (ml, path) => ml.Data.LoadFromTsfFile(path));

    [TearDown]
    public void TearDown() => _files.Dispose();

    [Test]
    public void A_step_is_a_row()
    {
        IDataView view = _files.Load(
            """
            # A comment.
            @relation two
            @attribute series_name string
            @attribute start_timestamp date
            @attribute station numeric
            @frequency daily
            @horizon 3
            @missing true
            @equallength false

            @data
            T1:2000-02-28 00-00-00:7:1,?,3.5
            # Names are not unique.
            T1:1999-12-31 12-30-15:8.25:-4
            """
        );

        Assert.That(
            view.Schema.Select(column => $"{column.Name} {column.Type}"),
            Is.EqualTo([
                "Series Int32",
                "series_name String",
                "start_timestamp DateTime",
                "station Double",
                "Time DateTime",
                "Value Single",
            ])
        );
        Assert.That(view.GetColumn<int>("Series"), Is.EqualTo(new[] { 1, 1, 1, 2 }));
        Assert.That(view.GetColumn<string>("series_name"), Has.All.EqualTo("T1"));
        Assert.That(view.GetColumn<double>("station"), Is.EqualTo(new[] { 7, 7, 7, 8.25 }));
        Assert.That(view.GetColumn<float>("Value"), Is.EqualTo(new[] { 1, float.NaN, 3.5f, -4 }));
        Assert.That(
            view.GetColumn<DateTime>("Time"),
            Is.EqualTo(new DateTime[] { new(2000, 2, 28), new(2000, 2, 29), new(2000, 3, 1), new(1999, 12, 31, 12, 30, 15) })
        );
        Assert.That(view.GetColumn<DateTime>("start_timestamp").First(), Is.EqualTo(new DateTime(2000, 2, 28)));
        Assert.That(FormatFile.Annotation<ReadOnlyMemory<char>>(view, "Value", "Frequency").ToString(), Is.EqualTo("daily"));
        Assert.That(FormatFile.Annotation<int>(view, "Value", "Horizon"), Is.EqualTo(3));
    }

    [TestCase("yearly", "2000-01-31 00:00:00", "2001-01-31 00:00:00")]
    [TestCase("quarterly", "2000-01-31 00:00:00", "2000-04-30 00:00:00", "2000-07-31 00:00:00")]
    [TestCase("monthly", "2000-01-31 00:00:00", "2000-02-29 00:00:00", "2000-03-31 00:00:00")]
    [TestCase("weekly", "2000-01-31 00:00:00", "2000-02-07 00:00:00")]
    [TestCase("daily", "2000-01-31 00:00:00", "2000-02-01 00:00:00")]
    [TestCase("hourly", "2000-01-31 00:00:00", "2000-01-31 01:00:00")]
    [TestCase("half_hourly", "2000-01-31 00:00:00", "2000-01-31 00:30:00")]
    [TestCase("minutely", "2000-01-31 00:00:00", "2000-01-31 00:01:00")]
    [TestCase("secondly", "2000-01-31 00:00:00", "2000-01-31 00:00:01")]
    [TestCase("10_minutes", "2000-01-31 00:00:00", "2000-01-31 00:10:00", "2000-01-31 00:20:00")]
    [TestCase("4_seconds", "2000-01-31 00:00:00", "2000-01-31 00:00:04", "2000-01-31 00:00:08")]
    [TestCase("3_months", "2000-01-31 00:00:00", "2000-04-30 00:00:00")]
    public void Frequencies(string frequency, params string[] times)
    {
        string values = string.Join(',', times.Select((_, t) => t));
        IDataView view = _files.Load($"{Header}@frequency {frequency}\n@data\na:2000-01-31 00-00-00:{values}\n");

        Assert.That(
            view.GetColumn<DateTime>("Time").Select(time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
            Is.EqualTo(times)
        );
    }

    [Test]
    public void Without_a_beginning_steps_are_numbered()
    {
        IDataView view = _files.Load("@attribute series_name string\r\n@data\r\na:1,2\r\nb:3\r\n");

        Assert.That(view.GetColumn<long>("Time"), Is.EqualTo(new long[] { 0, 1, 0 }));
        Assert.That(view.Schema["Value"].Annotations.Schema.Count, Is.Zero);
    }

    [Test]
    public void A_file_may_have_no_attributes()
    {
        IDataView view = _files.Load("@data\n1,2\n3\n");

        Assert.That(view.GetColumn<int>("Series"), Is.EqualTo(new[] { 1, 1, 2 }));
    }

    [Test]
    public void Of_several_dates_the_beginning_is_the_one_of_that_name()
    {
        IDataView view = _files.Load(
            $"@attribute end date\n{Header}@frequency yearly\n@data\n1990-01-01 00-00-00:a:1980-01-01 00-00-00:5\n"
        );

        Assert.That(view.GetColumn<DateTime>("Time").Single().Year, Is.EqualTo(1980));
        Assert.That(view.GetColumn<DateTime>("end").Single().Year, Is.EqualTo(1990));
    }

    [TestCase(
        "@colour red\n",
        1,
        "the tag '@colour' is unknown; expected @relation, @attribute, @frequency, @horizon, @missing, @equallength "
            + "or @data: correct it, or write it as a comment after #"
    )]
    [TestCase("@attribute name text\n", 1, "expected a name and string, numeric or date after @attribute, received 'name text'")]
    [TestCase("@attribute name\n", 1, "expected a name and string, numeric or date after @attribute, received 'name'")]
    [TestCase("@attribute a string\n@attribute a date\n", 2, "the attribute 'a' occurs a second time: give it another name")]
    [TestCase(
        "@frequency 10_fortnights\n",
        1,
        "the frequency is '10_fortnights': expected yearly, quarterly, monthly, weekly, daily, hourly, "
            + "half_hourly, minutely, secondly, or a count and a unit such as 10_minutes"
    )]
    [TestCase(
        "@frequency B\n",
        1,
        "the frequency is 'B': expected yearly, quarterly, monthly, weekly, daily, hourly, half_hourly, minutely, "
            + "secondly, or a count and a unit such as 10_minutes"
    )]
    [TestCase(
        "@frequency 10\n",
        1,
        "the frequency is '10': expected yearly, quarterly, monthly, weekly, daily, hourly, half_hourly, minutely, "
            + "secondly, or a count and a unit such as 10_minutes"
    )]
    [TestCase("@horizon -1\n", 1, "expected a whole number of at least 1 after @horizon, received '-1'")]
    [TestCase(
        "@attribute s date\n@data\n",
        2,
        "the series begin at 's', but the header has no @frequency: add it, such as @frequency daily"
    )]
    [TestCase(
        "@attribute s date\n@attribute t date\n@data\n",
        3,
        "2 attributes are dates, and none is named start_timestamp: name the series' " + "beginning so, or declare the others as string"
    )]
    [TestCase("@data\n", 1, "no series follows @data: expected attributes and values, with colons between them, on each line after it")]
    public void Headers_are_checked(string content, int line, string sentence) => _files.Refuses(content, line, sentence);

    [TestCase(
        "a:2000-01-01 00-00-00",
        "expected 2 attributes and the values, with colons between them, received 2 parts: write times as "
            + "yyyy-MM-dd HH-mm-ss, and no colons in texts"
    )]
    [TestCase(
        "a:2000-01-01 00:00:00:1",
        "expected 2 attributes and the values, with colons between them, received 5 parts: write times as "
            + "yyyy-MM-dd HH-mm-ss, and no colons in texts"
    )]
    [TestCase("a:2000-01-01:1", "the attribute 'start_timestamp' is '2000-01-01': expected a time as yyyy-MM-dd HH-mm-ss")]
    [TestCase("a:2000-01-01 00-00-00:1,x", "value 2 is 'x': expected a finite number, or ? for a missing value")]
    [TestCase("a:2000-01-01 00-00-00:", "value 1 is '': expected a finite number, or ? for a missing value")]
    [TestCase("a:2000-01-01 00-00-00:1,?", "value 2 is missing ('?'), but @missing is false: set @missing to true")]
    [TestCase(
        "a:2000-01-01 00-00-00:1",
        "expected 2 values as in the file's first series, received 1: complete the series, or set " + "@equallength to false"
    )]
    [TestCase(
        "a:9999-12-01 00-00-00:1,2",
        "step 2 after '9999-12-01 00-00-00' at the frequency monthly is beyond the year 9999: correct the "
            + "series' beginning, or declare 'start_timestamp' as string, so that steps are numbered"
    )]
    public void Series_are_checked(string series, string sentence) =>
        _files.Refuses(
            $"{Header}@frequency monthly\n@missing false\n@equallength true\n@data\na:2000-01-01 00-00-00:1,2\n{series}\n",
            8,
            sentence
        );

    [Test]
    public void Numbers_are_checked() =>
        _files.Refuses("@attribute n numeric\n@data\nx:1\n", 3, "the attribute 'n' is 'x': expected a finite number");

    [Test]
    public void Names_of_attributes_are_those_of_columns()
    {
        string path = _files.Write("@attribute Value string\n@data\na:1\n");

        Refused.Argument(
            () => _files.Context.Data.LoadFromTsfFile(path),
            "Two columns have the name 'Value': give one of them another name."
        );
        Assert.That(
            _files.Context.Data.LoadFromTsfFile(path, "Id", "When", "Sold").Schema.Select(column => column.Name),
            Is.EqualTo(new[] { "Id", "Value", "When", "Sold" })
        );
    }

    [Test]
    public void Series_of_several_files_have_numbers_of_their_own()
    {
        string first = _files.Write("@attribute n numeric\n@data\n1:1,2\n2:3\n"),
            second = _files.Write("@attribute n numeric\n@data\n1:4\n"),
            other = _files.Write("@attribute n string\n@horizon 2\n@data\n1:4\n");
        MLContext ml = _files.Context;

        Assert.That(ml.Data.LoadFromTsfFile(new MultiFileSource(first, second)).GetColumn<int>("Series"), Is.EqualTo(new[] { 1, 1, 2, 3 }));
        IDataView mixed = ml.Data.LoadFromTsfFile(new MultiFileSource(first, other));
        Refused.Format(
            () => FormatFile.ReadAll(mixed),
            $"File '{other}', line 3: the file has the attributes n (string), the frequency none and the horizon 2, but the first file, "
                + "as it was opened, has the attributes n (numeric), the frequency none and the horizon none: load files of one kind "
                + "together."
        );
    }

    [Test]
    public void What_is_written_is_read([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        float[][] series =
        [
            .. Enumerable
                .Range(0, random.Next(1, 6))
                .Select(_ =>
                    Enumerable
                        .Range(0, random.Next(1, 50))
                        .Select(_ => random.Next(10) == 0 ? float.NaN : (float)(random.NextDouble() * Math.Pow(10, random.Next(-9, 9))))
                        .ToArray()
                ),
        ];
        string Text(float value) => float.IsNaN(value) ? "?" : value.ToString("R", CultureInfo.InvariantCulture);
        string lines = string.Join('\n', series.Select(values => $"s:{string.Join(',', values.Select(Text))}"));

        IDataView view = _files.Load($"@attribute series_name string\n@data\n{lines}");

        Assert.That(view.GetColumn<float>("Value"), Is.EqualTo(series.SelectMany(values => values)));
        Assert.That(view.GetColumn<int>("Series"), Is.EqualTo(series.SelectMany((values, i) => values.Select(_ => i + 1))));
    }

    [TestCase("hourly")]
    [TestCase("quarterly")]
    public void A_forecaster_trains_on_a_file_as_it_is(string frequency)
    {
        string Values(double size) =>
            string.Join(',', Enumerable.Range(0, 60).Select(t => (size * Math.Sin(t)).ToString("R", CultureInfo.InvariantCulture)));
        IDataView data = _files.Load(
            $"{Header}@frequency {frequency}\n@horizon 4\n@data\na:2000-03-31 00-00-00:{Values(1)}\na:2001-03-31 00-00-00:{Values(5)}\n"
        );

        RnnForecastingTransformer model = TinySeries
            .Estimator(
                _files.Context,
                options =>
                {
                    options.Columns = [new ForecastColumn { InputColumnName = "Value", OutputColumnName = "Forecast" }];
                    options.TimeColumnName = "Time";
                    options.SeriesKeyColumnName = "Series";
                }
            )
            .Fit(data);

        float[][] forecasts = TinySeries.Vectors(model.Transform(data));
        Assert.That(forecasts, Has.Length.EqualTo(120));
        Assert.That(
            forecasts.Where((_, row) => row % 60 >= 16),
            Has.All.Matches<float[]>(forecast => !forecast!.Any(value => !float.IsFinite(value)))
        );
    }

    [TestCase("hospital/hospital.tsf", 767, 84, 84, 12, "monthly")]
    [TestCase("tourism/tourism_monthly.tsf", 366, 91, 333, 24, "monthly")]
    [TestCase("tourism/tourism_quarterly.tsf", 427, 30, 130, 8, "quarterly")]
    [TestCase("tourism/tourism_yearly.tsf", 518, 11, 47, 4, "yearly")]
    public void Published_sets(string file, int series, int shortest, int longest, int horizon, string frequency)
    {
        IDataView view = _files.Context.Data.LoadFromTsfFile(SharedData.Require(file));
        int[] lengths = [.. view.GetColumn<int>("Series").CountBy(number => number).Select(count => count.Value)];

        Assert.That((lengths.Length, lengths.Min(), lengths.Max()), Is.EqualTo((series, shortest, longest)));
        Assert.That(FormatFile.Annotation<int>(view, "Value", "Horizon"), Is.EqualTo(horizon));
        Assert.That(FormatFile.Annotation<ReadOnlyMemory<char>>(view, "Value", "Frequency").ToString(), Is.EqualTo(frequency));
        Assert.That(view.GetColumn<float>("Value"), Has.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void Names_of_a_published_set_are_not_unique()
    {
        IDataView view = _files.Context.Data.LoadFromTsfFile(SharedData.Require("hospital/hospital.tsf"));

        Assert.That(view.GetColumn<string>("series_name").Distinct().Count(), Is.LessThan(767));
        Assert.That(
            view.GetColumn<DateTime>("Time").Take(85).TakeLast(2),
            Is.EqualTo(new DateTime[] { new(2006, 12, 1), new(2000, 1, 1) })
        );
    }
}
