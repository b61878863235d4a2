using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>
/// Reads series out of a data view: in one pass over its rows, which may stand in any order where there is a time column.
/// </summary>
/// <param name="host">Whose log and errors.</param>
/// <param name="data">The rows.</param>
/// <param name="binding">Their columns.</param>
internal sealed class SeriesReader(IHost host, IDataView data, SeriesBinding binding)
{
    private const int RowsBetweenChecks = 256;

    private readonly Dictionary<string, RawSeries> _byKey = new(StringComparer.Ordinal);
    private readonly List<RawSeries> _series = [];
    private readonly ChunkedList<RowPosition> _rows = new();

    /// <summary>The steps that the times must lie on, as those that a model was trained on do; null to find them.</summary>
    public TimeGrid? Grid { get; init; }

    /// <summary>What came before the data, by series: a series that goes on there begins with it.</summary>
    public IReadOnlyDictionary<string, KeyedSeries>? Before { get; init; }

    /// <summary>
    /// Steps that a forecast is made from. A series goes on where fewer are missing after what came before, if they are made up, as an
    /// engine does.
    /// </summary>
    public int LookBack { get; init; } = 1;

    /// <summary>Steps beyond a series' end that the calendar's numbers are needed for.</summary>
    public int Ahead { get; init; }

    /// <summary>
    /// Whether the log says what was made up. Not where series are read only to compare with them: what is missing there counts nowhere,
    /// and how the forecaster makes it up is another matter.
    /// </summary>
    public bool LogsMadeUp { get; init; } = true;

    public CancellationToken Cancellation { get; init; }

    /// <summary>
    /// Whether the host's cancellation ends the reading: a Fit's does. A model goes on where its context was cancelled, as those that read
    /// no series do: AutoML cancels a trial's context when the trial is done, the winner's too.
    /// </summary>
    public bool EndsWithHost { get; init; } = true;

    /// <exception cref="InvalidOperationException">A row is of no series, times are twice or irregular, or values are missing and are not
    /// to be made up.</exception>
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
        return new SeriesSet([.. builds.Select(build => build.Result)], grid, rows) { Imputed = imputed };
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
        var values = new float[binding.TargetCount + binding.PastCount + binding.Known.Sum(SeriesBinding.Width)];
        while (cursor.MoveNext())
        {
            if (_rows.Count % RowsBetweenChecks == 0)
                CheckAlive();
            RawSeries series = Find(keys?.Read() ?? "");
            numbers.Read(values);
            if (Array.Exists(values, float.IsInfinity))
                throw host.Except(
                    $"Row {_rows.Count} has an infinite value in one of the columns "
                        + string.Join(", ", binding.All.Select(column => $"'{column.Name}'"))
                        + ": mend it, or make it NaN and set MissingSteps."
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

    private RawSeries Find(string key)
    {
        if (!_byKey.TryGetValue(key, out RawSeries? series))
        {
            _byKey.Add(key, series = new RawSeries(key, _series.Count));
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
            $"{imputed} missing values were made up ({binding.Columns.MissingSteps}), the first "
                + $"{builds.First(build => build.Imputed > 0).FirstImputed}. No error of a forecast is measured at them."
        );
    }

    // Of a Fit alone, which finds its steps: whose model it is has been told.
    private void WarnOfOffsets(TimeGrid? grid, SeriesBuild[] builds)
    {
        bool areUsed =
            Grid is null
            && LogsMadeUp
            && binding.Columns.Calendar != CalendarFeatures.None
            && grid is { Kind: TimeKind.OffsetMoment, IsOfClock: false };
        if (!areUsed || !builds.Any(build => build.Result.Offsets.Changes.Count > 1))
            return;
        using IChannel log = host.Start("Reading series");
        log.Warning(
            $"The offsets in column '{TimeColumn}' change, as summer time makes them, and CalendarFeatures are by their clock: steps to "
                + $"come count by the last offset. "
                + "Set TimeZone to the zone's name, and they have its clock."
        );
    }
}
