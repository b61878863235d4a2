using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>
/// Reads series from a data view in one pass over its rows, which may be in any order where there is a time column.
/// </summary>
/// <param name="host">Logs and creates the errors.</param>
/// <param name="data">The rows.</param>
/// <param name="binding">Their columns.</param>
internal sealed class SeriesReader(IHost host, IDataView data, SeriesBinding binding)
{
    private const int RowsBetweenChecks = 256;

    private readonly Dictionary<string, RawSeries> _byKey = new(StringComparer.Ordinal);
    private readonly List<RawSeries> _series = [];
    private readonly ChunkedList<RowPosition> _rows = new();

    /// <summary>The time grid that the times must be on, as those of a model's training; null to infer it.</summary>
    public TimeGrid? Grid { get; init; }

    /// <summary>The earlier part of each series by key: a series that continues it starts with it.</summary>
    public IReadOnlyDictionary<string, KeyedSeries>? Before { get; init; }

    /// <summary>
    /// Steps that a forecast is made from. A series continues its earlier part where fewer steps are missing between, and they may be
    /// imputed, as an engine does.
    /// </summary>
    public int LookBack { get; init; } = 1;

    /// <summary>Steps beyond a series' end that need calendar features.</summary>
    public int Ahead { get; init; }

    /// <summary>
    /// Whether imputation is logged. False where series are read only for comparison: their missing values count nowhere, and the
    /// forecaster imputes its own.
    /// </summary>
    public bool LogsMadeUp { get; init; } = true;

    /// <summary>The id of a series by its key and number, which the network embeds; null where it embeds none.</summary>
    public Func<string, int, float>? IdOf { get; init; }

    public CancellationToken Cancellation { get; init; }

    /// <summary>
    /// Whether the host's cancellation ends the reading, as in a Fit. A model keeps working after its context was cancelled, as those that
    /// read no series do: AutoML cancels a trial's context when the trial is done, the winner's too.
    /// </summary>
    public bool EndsWithHost { get; init; } = true;

    /// <exception cref="InvalidOperationException">A row has no series, times are duplicate or irregular, or values are missing and
    /// MissingSteps is Refuse.</exception>
    public SeriesSet Read()
    {
        ReadRows();
        int[][] orders = [.. _series.Select(series => series.Order(host, TimeColumn, Kind))];
        TimeGrid? grid = binding.Time is null
            ? null
            : Grid
                ?? new TimeGridFinder(
                    host,
                    Kind,
                    binding.Columns,
                    [.. _series.Select((series, s) => (series.Key, series.Times(orders[s])))]
                ).Find();
        SeriesPositions[] placed =
        [
            .. _series.Select(
                (series, s) =>
                    new SeriesPositions(host, TimeColumn, grid, series, orders[s], Before?.GetValueOrDefault(series.Key), MostGap)
            ),
        ];
        // Before anything of their length is allocated.
        new GapCheck(host, binding.Columns, grid).Check(placed);
        SeriesBuild[] builds = [.. placed.Select(places => new SeriesBuild(host, binding, grid, places, Ahead))];
        var rows = new ChunkedList<RowPosition>();
        for (int row = 0; row < _rows.Count; row++)
            rows.Add(new RowPosition(_rows[row].Series, placed[_rows[row].Series].Steps[_rows[row].Step]));
        long imputed = builds.Sum(build => build.Imputed);
        Warn(imputed, builds);
        WarnOfOffsets(grid, builds);
        WarnOfCalendar(grid, builds);
        return new SeriesSet([.. builds.Select(build => build.Result)], grid, rows)
        {
            Imputed = imputed,
            OneHot = new OneHotChannels([.. SeriesBinding.AreOneHot(binding.Past)], [.. SeriesBinding.AreOneHot(binding.Known)]),
            StaticNumbers = binding.StaticCount,
        };
    }

    private string TimeColumn => binding.Columns.Time ?? "";

    private int MostGap => binding.Columns.MissingSteps == MissingSteps.Refuse ? 0 : LookBack - 1;

    private TimeKind Kind =>
        binding.Time is DataViewSchema.Column time ? TimeReader.KindOf(time.Type, binding.Columns.Zone) : TimeKind.Number;

    private void ReadRows()
    {
        using DataViewRowCursor cursor = data.GetRowCursor(binding.All);
        SeriesKeyReader? keys = binding.Key is DataViewSchema.Column key ? SeriesKeyReader.Open(host, cursor, key) : null;
        TimeReader? times = binding.Time is DataViewSchema.Column time ? TimeReader.Open(host, cursor, time, binding.Columns.Zone) : null;
        var numbers = new NumbersReader(cursor, [.. binding.Targets, .. binding.Past, .. binding.Known]);
        var statics = new StaticReader(cursor, binding);
        var staticValues = new float[statics.Width];
        var values = new float[binding.TargetCount + binding.PastCount + binding.Known.Sum(SeriesBinding.Width)];
        while (cursor.MoveNext())
        {
            if (_rows.Count % RowsBetweenChecks == 0)
                CheckAlive();
            statics.Read(staticValues);
            RawSeries series = Find(keys?.Read() ?? "", staticValues);
            StaticValues.Check(host, binding.Columns.Static, series.Name, series.Statics, staticValues);
            numbers.Read(values);
            if (Array.Exists(values, float.IsInfinity))
                throw host.Except(
                    $"Row {_rows.Count} has an infinite value in one of the columns "
                        + string.Join(", ", binding.All.Select(column => $"'{column.Name}'"))
                        + ": correct it, or make it NaN and set MissingSteps."
                );
            _rows.Add(new RowPosition(series.Number, series.Count));
            series.Add(values, times?.Read() ?? new RowTime(series.Count));
        }
    }

    private void CheckAlive()
    {
        if (EndsWithHost)
            host.CheckAlive();
        Cancellation.ThrowIfCancellationRequested();
    }

    private RawSeries Find(string key, float[] statics)
    {
        if (!_byKey.TryGetValue(key, out RawSeries? series))
        {
            float[] own = StaticValues.Of(statics, IdOf?.Invoke(key, _series.Count));
            _byKey.Add(key, series = new RawSeries(key, _series.Count) { Statics = own });
            _series.Add(series);
        }
        return series;
    }

    private void Warn(long imputed, SeriesBuild[] builds)
    {
        if (imputed == 0 || !LogsMadeUp)
            return;
        using IChannel log = host.Start("Reading series");
        log.Warning(
            $"{imputed} missing values were imputed ({binding.Columns.MissingSteps}), the first "
                + $"{builds.First(build => build.Imputed > 0).FirstImputed}. Forecast errors are not measured at them."
        );
    }

    // Only a Fit infers the grid; a model's users were warned when it was trained.
    private void WarnOfOffsets(TimeGrid? grid, SeriesBuild[] builds)
    {
        bool areUsed =
            Grid is null && LogsMadeUp && binding.Columns.CalendarCount > 0 && grid is { Kind: TimeKind.OffsetMoment, IsOfClock: false };
        if (!areUsed || !builds.Any(build => build.Result.Offsets.Changes.Count > 1))
            return;
        using IChannel log = host.Start("Reading series");
        log.Warning(
            $"The offsets in column '{TimeColumn}' change, as summer time makes them, and CalendarFeatures are by their clock: steps to "
                + $"come count by the last offset. "
                + "Set TimeZone to the zone's name, and they have its clock."
        );
    }

    // Holidays come back every year.
    private void WarnOfCalendar(TimeGrid? grid, SeriesBuild[] builds)
    {
        if (Grid is not null || grid is null || builds.Length == 0 || binding.Columns.Days?.Last is not DateOnly last)
            return;
        DateOnly end = builds.Max(build => DateOnly.FromDateTime(grid.ClockAt(build.Result, build.Result.Steps.Length)));
        if (end.DayNumber - last.DayNumber <= DaysOfYear)
            return;
        using IChannel log = host.Start("Reading series");
        log.Warning(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The Calendar ends with {last:yyyy-MM-dd}, more than a year before the last row, {end:yyyy-MM-dd}: the days after it "
                    + $"count as days without holidays. Give it the holidays of all years, those to forecast included."
            )
        );
    }

    private const int DaysOfYear = 366;
}
