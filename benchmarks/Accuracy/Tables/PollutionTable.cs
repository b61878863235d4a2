using System.Globalization;
using Accuracy.Defaults;
using Accuracy.Sets;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

namespace Accuracy.Tables;

/// <summary>
/// Hourly air pollution with missing values and a category, the wind's direction: PM2.5 a day ahead, trained on 2010 to 2013, measured on
/// 2014. The bar is the better of persistence and of LightGbm on the last day's values.
/// </summary>
internal sealed class PollutionTable : ITableCase
{
    private const int Ahead = 24,
        Window = 48,
        Lags = 24,
        TestYear = 2014;

    private readonly Hour[] _hours;
    private readonly Lazy<double> _bar;

    /// <param name="data">The data folder.</param>
    public PollutionTable(string data)
    {
        _hours = Read(Path.Combine(data, "beijing_pm25", "PRSA_data.csv"));
        _bar = new Lazy<double>(() => Math.Min(Persistence(), LightGbm()));
    }

    public string Name => "beijing_pm25";

    public string Measure => "RMSE";

    public bool LowerIsBetter => true;

    public double? Bar => _bar.Value;

    public Outcome Run(int seed, int threads)
    {
        var ml = new MLContext(seed);
        var pipeline = ml
            .Transforms.GroupIntoSequences(
                new SequenceGroupingOptions
                {
                    OrderColumnName = nameof(Hour.Time),
                    Columns =
                    [
                        new SequenceStepColumns("Winds", nameof(Hour.Wind)),
                        new SequenceStepColumns("Numbers", nameof(Hour.Pm25), nameof(Hour.Weather), nameof(Hour.Clock)),
                    ],
                    Labels = [SequenceLabel.Last(nameof(Hour.DayAhead), "Label")],
                    Windows = SequenceWindows.Sliding(Window, stride: 2),
                }
            )
            .Append(
                ml.Regression.Trainers.Rnn(
                    new RnnRegressionTrainer.Options
                    {
                        ChannelColumnNames = ["Numbers", "Winds"],
                        MissingValues = MissingValues.LastValue,
                        Seed = seed,
                        Threads = threads,
                    }
                )
            );
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var model = pipeline.Fit(ml.Data.LoadFromEnumerable(_hours.Where(hour => hour.Time.Year < TestYear)));
        double seconds = clock.Elapsed.TotalSeconds;
        model.OfType<SequenceGroupingTransformer>().Single().Windows = SequenceWindows.Sliding(Window);
        IDataView scored = model.Transform(ml.Data.LoadFromEnumerable(_hours.SkipWhile(hour => hour.Time.Year < TestYear)));
        return new Outcome(Error(scored.GetColumn<float>("Label").Zip(scored.GetColumn<float>("Score"))), double.NaN, seconds);
    }

    private double Persistence()
    {
        float last = float.NaN;
        var pairs = new List<(float, float)>();
        foreach (Hour hour in _hours)
        {
            last = float.IsNaN(hour.Pm25) ? last : hour.Pm25;
            if (hour.Time.Year == TestYear)
                pairs.Add((hour.DayAhead, last));
        }
        double error = Error(pairs.Skip(Window - 1));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"       {Name}: persistence {error:0.00}"));
        return error;
    }

    private double LightGbm()
    {
        var ml = new MLContext(seed: 1);
        LagRow[] rows =
        [
            .. Enumerable
                .Range(Lags - 1, _hours.Length - Lags + 1)
                .Select(last => new LagRow
                {
                    Year = _hours[last].Time.Year,
                    Label = _hours[last].DayAhead,
                    Features = [.. Enumerable.Range(0, Lags).SelectMany(lag => _hours[last - lag].All())],
                })
                .Where(row => !float.IsNaN(row.Label)),
        ];
        var schema = SchemaDefinition.Create(typeof(LagRow));
        schema[nameof(LagRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        ITransformer model = ml
            .Regression.Trainers.LightGbm()
            .Fit(ml.Data.LoadFromEnumerable(rows.Where(row => row.Year < TestYear), schema));
        IDataView scored = model.Transform(ml.Data.LoadFromEnumerable(rows.Where(row => row.Year == TestYear).Skip(Window - 1), schema));
        double error = Error(scored.GetColumn<float>("Label").Zip(scored.GetColumn<float>("Score")));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"       {Name}: LightGbm on {Lags} hours {error:0.00}"));
        return error;
    }

    private static double Error(IEnumerable<(float Label, float Score)> pairs) =>
        Math.Sqrt(pairs.Where(pair => !float.IsNaN(pair.Label)).Average(pair => Math.Pow(pair.Label - pair.Score, 2)));

    private static Hour[] Read(string path)
    {
        string[] winds = ["cv", "NE", "NW", "SE"];
        Hour[] hours =
        [
            .. SharedData
                .ReadLines(path)
                .Skip(1)
                .Select(line => line.Split(','))
                .Select(fields =>
                {
                    float Number(int field) => fields[field] == "NA" ? float.NaN : float.Parse(fields[field], CultureInfo.InvariantCulture);
                    var time = new DateTime((int)Number(1), (int)Number(2), (int)Number(3), (int)Number(4), 0, 0);
                    double day = 2 * Math.PI * time.Hour / 24,
                        year = 2 * Math.PI * time.DayOfYear / 366;
                    return new Hour
                    {
                        Time = time,
                        Pm25 = Number(5),
                        Weather = [Number(6), Number(7), Number(8), Number(10), Number(11), Number(12)],
                        Clock = [(float)Math.Sin(day), (float)Math.Cos(day), (float)Math.Sin(year), (float)Math.Cos(year)],
                        Wind = fields[9],
                        WindNumber = Array.IndexOf(winds, fields[9]),
                    };
                }),
        ];
        for (int i = 0; i < hours.Length; i++)
            hours[i].DayAhead = i + Ahead < hours.Length ? hours[i + Ahead].Pm25 : float.NaN;
        return hours;
    }

    private sealed class Hour
    {
        public DateTime Time { get; set; }

        public float Pm25 { get; set; }

        [VectorType(6)]
        public float[] Weather { get; set; } = [];

        [VectorType(4)]
        public float[] Clock { get; set; } = [];

        public string Wind { get; set; } = "";

        public int WindNumber { get; set; }

        public float DayAhead { get; set; }

        public IEnumerable<float> All() => [Pm25, .. Weather, .. Clock, WindNumber];
    }

    private sealed class LagRow
    {
        public int Year { get; set; }

        public float Label { get; set; }

        public float[] Features { get; set; } = [];
    }
}
