using RnnMlNet.Data.Series;
using Options = RnnMlNet.RnnForecastingOptions;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// Chooses the options that were left null from the series: their number, their lengths, the steps of their times, their season.
/// docs/forecasting.md has the rules; a value that is set always wins.
/// </summary>
internal sealed class ForecastDefaults
{
    // From this number of series on, each holds out one horizon; with fewer, a share of their steps, so that there are several origins to
    // measure at.
    private const int ManySeries = 20;
    private const double FewSeriesHoldOut = 0.2;

    // A season this many horizons long is longer than the look-back that a forecast needs.
    private const int LongSeason = 4;
    private const int MostToTry = 10000;

    // Fewer steps than those of a long window suffice for segments if they span several seasons.
    private const int LongOfSeasons = 12;
    private const int LeastUpdates = 1000,
        UsualUpdates = 2500,
        MostUpdates = 5000;

    private readonly Options _options;
    private readonly ForecastWarmStart? _previous;
    private readonly IReadOnlyList<TimeSeries> _series;
    private readonly int _horizon,
        _season,
        _window;
    private readonly int[] _lengths,
        _tails;

    private ForecastDefaults(Options options, IReadOnlyList<TimeSeries> series, TimeGrid? grid, ForecastWarmStart? previous)
    {
        (_options, _series, _horizon, _previous) = (options, series, options.Horizon, previous);
        // A series of future rows alone has no step yet.
        _lengths = [.. series.Select(one => one.Length).Where(length => length > 0).DefaultIfEmpty(0).Order()];
        HeldOut = options.ValidationFraction ?? (series.Count >= ManySeries ? Smallest : FewSeriesHoldOut);
        _tails = [.. series.Select(one => HeldOutEnd.First(one.Length, _horizon, HeldOut))];
        _season = options.SeasonLength ?? previous?.Layout.Season ?? new SeasonFinder(series).Find(grid);
        _window = options.WindowSize ?? previous?.Layout.Window ?? Window();
    }

    private bool HoldsOutHorizons => _series.Zip(_tails, (one, tail) => one.Length - tail).All(held => held <= _horizon);

    // So small that a horizon is more.
    private const double Smallest = 1e-3;

    private double HeldOut { get; }

    private int Median => _lengths[_lengths.Length / 2];

    /// <summary>The options of a Fit on some series.</summary>
    /// <param name="options">The options.</param>
    /// <param name="series">The series, at least one, as far as they are used.</param>
    /// <param name="grid">The time grid; null where there is none.</param>
    /// <param name="previous">The model to continue from, whose network supplies options left null; null for none.</param>
    public static ForecastSettings Resolve(
        Options options,
        IReadOnlyList<TimeSeries> series,
        TimeGrid? grid,
        ForecastWarmStart? previous = null
    ) => new ForecastDefaults(options, series, grid, previous).Settings();

    private ForecastSettings Settings()
    {
        Options o = _options;
        OptimizerKind optimizer = o.Optimizer ?? OptimizerKind.Adam;
        WindowLayout? layout = _previous?.Layout;
        ForecastModel model = _previous?.Model ?? Model();
        float[]? quantiles = o.Quantiles ?? (_previous is { Quantiles.Length: > 0 } ? _previous.Quantiles : null);
        ForecastLoss loss = o.Loss ?? (quantiles is null ? ForecastLoss.Absolute : ForecastLoss.Quantile);
        long windows = Math.Max(1, _tails.Sum(tail => (long)Math.Max(0, (long)tail - _horizon - _window + 1)) * _series[0].TargetCount);
        bool isSmall = windows < 2000;
        int batch =
            o.BatchSize
            ?? (
                windows >= 8000 ? 64
                : windows >= 2000 ? 32
                : 16
            );
        long updates =
            isSmall ? LeastUpdates
            : windows < 20000 ? UsualUpdates
            : MostUpdates;
        if (o.BatchSize is null)
            while (windows / batch > updates && batch < 256)
                batch *= 2;
        int epochs = o.MaxEpochs ?? (int)Math.Clamp(updates / Math.Max(1, windows / batch), 1, 100);
        return new ForecastSettings
        {
            WindowSize = _window,
            Horizon = _horizon,
            SeasonLength = _season,
            Model = model,
            SegmentLength = ForecastModels.HasSegments(model)
                ? o.SegmentLength ?? layout?.Segment ?? ForecastLayout.Segment(_window, _horizon)
                : 1,
            Cell = o.Cell ?? _previous?.Shape.Cell ?? CellKind.Gru,
            HiddenSize = o.HiddenSize ?? _previous?.Shape.HiddenSize ?? (isSmall ? 32 : 64),
            CategoryEmbeddingSize = o.CategoryEmbeddingSize,
            Dropout = o.Dropout ?? 0.1f,
            TeacherForcing = o.TeacherForcing ?? 0.5f,
            Normalization = o.Normalization ?? layout?.Normalization ?? WindowNormalization.MeanAndDeviation,
            Residual = o.Residual ?? layout?.Residual ?? NaiveErrors.Of(_series, _tails, _window, _horizon, _season).Best(),
            Differences = o.Differences ?? layout?.Differences ?? false,
            CycleLength = o.CycleLength ?? layout?.CycleLength ?? 0,
            Loss = loss,
            Quantiles = loss != ForecastLoss.Quantile ? [] : quantiles ?? o.QuantilesOfBounds,
            TriesResiduals = _previous is null && o.Residual is null && HeldOut > 0 && _series.Count < ManySeries && windows <= MostToTry,
            NaiveShare = o.NaiveShare,
            Refits = HeldOut > 0 && (o.TrainOnHeldOut ?? true),
            EnsembleSize = o.EnsembleSize ?? _previous?.EnsembleSize ?? (isSmall ? 3 : 1),
            MaxEpochs = epochs,
            BatchSize = batch,
            LearningRate = o.LearningRate ?? (isSmall ? 3e-3f : 2e-3f),
            Schedule = o.LearningRateSchedule ?? LearningRateSchedule.OneCycle,
            Optimizer = optimizer,
            WeightDecay = o.WeightDecay ?? TrainingSettings.WeightDecayOf(optimizer),
            WeightAveraging = o.WeightAveraging ?? 0,
            ValidationFraction = HeldOut,
            HoldsOutOneHorizon = o.ValidationFraction is null && HeldOut == Smallest && HoldsOutHorizons,
            Patience = o.EarlyStoppingPatience ?? 0,
            RestoresBest = o.RestoreBestWeights ?? true,
        };
    }

    private ForecastModel Model()
    {
        if (_options.Model != ForecastModel.Auto)
            return _options.Model;
        bool isLong = _window >= ForecastLayout.LongWindow || (_window >= LongOfSeasons && _season > 1 && _window >= 2 * _season);
        return isLong || _options.SegmentLength is not null ? ForecastModel.Segments : ForecastModel.Direct;
    }

    // Some seasons; without a season, some horizons. Short series must leave windows to train on, and nearly every series must have a
    // window.
    private int Window()
    {
        bool isSeasonal = _season > 1 && _season <= LongSeason * _horizon;
        int seasons =
            _season == 24 ? 7
            : _season <= 6 ? 4
            : _season <= 31 ? 3
            : _season <= 60 ? 2
            : 1;
        int wished = isSeasonal ? seasons * _season : Math.Clamp(LongSeason * _horizon, 8, 96);
        int held = Median - HeldOutEnd.First(Median, _horizon, HeldOut);
        int most = Median - held - _horizon - (isSeasonal ? (_series.Count >= ManySeries ? 3 : 2) * _season : 0);
        int size = Math.Min(wished, Math.Max(most, isSeasonal ? _season : 2));
        size = Math.Min(size, Math.Max(2, Median - held - _horizon));
        int shortest = _lengths[0],
            nearlyShortest = _lengths[_lengths.Length / 20];
        if (shortest < size)
            size = shortest >= size / 2 ? shortest : Math.Min(size, Math.Max(2, nearlyShortest));
        if (isSeasonal && size > _season)
            size -= size % _season;
        return ForecastLayout.WholeSegments(Math.Max(2, size), _horizon, shortest);
    }
}
