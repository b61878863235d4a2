using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Tests.Support;

/// <summary>A drawn long table, and a drawn definition of its sequences, with the options of a trainer that fits both.</summary>
internal sealed class DrawnRows
{
    private static readonly string[] _times =
    [
        nameof(LongRow.Cycle),
        nameof(LongRow.Seconds),
        nameof(LongRow.Time),
        nameof(LongRow.Moment),
    ];

    private readonly string _time;
    private readonly bool _hasRuns;
    private readonly bool _hasWords;
    private readonly bool _hasStepTimes;
    private readonly bool _hasMissing;
    private readonly SequenceGroupingOptions _options;
    private readonly LongRow[] _rows;

    public DrawnRows(MLContext ml, SequenceGapRule? rule, int seed)
    {
        var random = new Random(seed + 100 * (int)(rule ?? (SequenceGapRule)7));
        bool Draw() => random.Next(2) == 0;
        _time = _times[random.Next(_times.Length)];
        (_hasRuns, _hasWords, _hasStepTimes, _hasMissing) = (Draw(), Draw(), Draw(), Draw());
        string step =
            _time is nameof(LongRow.Cycle) or nameof(LongRow.Seconds) ? "1"
            : _time == nameof(LongRow.Moment) ? "1 hour"
            : ((string[])["1 hour", "month", "business day"])[random.Next(3)];
        // Words alone, or numbers, or both.
        bool hasNumbers = !_hasWords || Draw();
        _options = new SequenceGroupingOptions
        {
            Columns =
            [
                .. hasNumbers ? new[] { new SequenceStepColumns("Numbers", "A", "B", "C") } : [],
                .. _hasWords ? new[] { new SequenceStepColumns("Words", "Word") } : [],
            ],
            KeyColumnNames = _hasRuns ? ["Unit", "Run"] : ["Unit"],
            OrderColumnName = _time,
            StaticColumnNames = ["Site"],
            StepTimesColumnName = _hasStepTimes ? "Times" : null,
            Labels = [SequenceLabel.Last("Y", "Label")],
            Gaps = rule is SequenceGapRule given ? SequenceGaps.Of(given, step, maxFilledSteps: 10) : null,
        };
        _rows = Rows(seed, rule, step);
        if (_hasMissing && hasNumbers)
            foreach (LongRow row in _rows)
                row.A = random.Next(4) == 0 ? float.NaN : row.A;
        Table = ml.Data.LoadFromEnumerable(_rows);
        // Windows for scoring alone; for training all steps.
        if (Draw())
            _options.Windows = SequenceWindows.Last(1 + random.Next(5));
        Definition = ml.Transforms.GroupIntoSequences(_options);
    }

    public IDataView Table { get; }

    public SequenceGroupingEstimator Definition { get; }

    public IEnumerable<LongRow> InOrderOfTime => _rows.OrderBy(row => row.Cycle);

    public void Configure(RnnRegressionTrainer.Options options)
    {
        if (_options.Columns.Length > 1)
            options.ChannelColumnNames = ["Numbers", "Words"];
        else
            options.FeatureColumnName = _options.Columns[0].OutputColumnName;
        if (_options.Columns is [{ OutputColumnName: "Words" }])
            options.EmbeddingSize = 3;
        else if (_hasMissing)
            options.MissingValues = MissingValues.LastValue;
        if (_hasStepTimes)
            options.TimeColumnName = "Times";
        if (_hasStepTimes && _options.Columns is [{ OutputColumnName: "Words" }])
            options.EmbeddingSize = null;
    }

    public string[] KeyColumnNames => _options.KeyColumnNames;

    /// <summary>The name of a row's series.</summary>
    public string NameOf(LongRow row) => _hasRuns ? $"{row.Unit}/{row.Run}" : row.Unit;

    public object TimeOf(LongRow row) =>
        _time switch
        {
            nameof(LongRow.Cycle) => row.Cycle,
            nameof(LongRow.Seconds) => row.Seconds,
            nameof(LongRow.Time) => row.Time,
            _ => row.Moment,
        };

    public IEnumerable<string> NamesIn(IDataView view) =>
        _hasRuns
            ? view.GetColumn<string>("Unit").Zip(view.GetColumn<int>("Run"), (unit, run) => $"{unit}/{run}")
            : view.GetColumn<string>("Unit");

    public IEnumerable<object> TimesIn(IDataView view) =>
        _time switch
        {
            nameof(LongRow.Cycle) => view.GetColumn<int>("LastTime").Cast<object>(),
            nameof(LongRow.Seconds) => view.GetColumn<double>("LastTime").Cast<object>(),
            nameof(LongRow.Time) => view.GetColumn<DateTime>("LastTime").Cast<object>(),
            _ => view.GetColumn<DateTimeOffset>("LastTime").Cast<object>(),
        };

    private LongRow[] Rows(int seed, SequenceGapRule? rule, string step)
    {
        LongRow[] rows = LongTable.Draw(seed, units: 12);
        if (rule == SequenceGapRule.Refuse)
            rows = LongTable.WithoutGaps(rows);
        foreach (LongRow row in rows)
        {
            if (_hasRuns)
                row.Unit = $"u{int.Parse(row.Unit[1..], CultureInfo.InvariantCulture) / 2}";
            if (step == "month")
                row.Time = new DateTime(2026, 1, 31, 8, 0, 0).AddMonths(row.Cycle);
            else if (step == "business day")
                row.Time = new DateTime(2026, 3, 2).AddDays(row.Cycle / 5 * 7 + row.Cycle % 5);
        }
        return rows;
    }
}
