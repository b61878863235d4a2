using Accuracy.Sets;
using Microsoft.ML;
using RnnMlNet;

namespace Accuracy;

/// <summary>Forecasters with and without what they may know beside the target: a calendar, past, known and static columns.</summary>
internal static class CovariateForecasts
{
    private const string Forecast = "Forecast";

    /// <summary>Demand a day ahead, from each of the last days, by a model trained before the first.</summary>
    /// <param name="halfHours">The half hours.</param>
    /// <param name="holidays">The holidays; null for a forecaster that does not know them.</param>
    /// <param name="days">Days to forecast.</param>
    /// <param name="options">The recipe.</param>
    public static BacktestResult Electricity(
        HalfHour[] halfHours,
        CalendarDay[]? holidays,
        int days,
        RnnForecastingEstimator.Options options
    )
    {
        var ml = new MLContext(options.Seed);
        options.Columns = [new ForecastColumn { InputColumnName = nameof(HalfHour.Demand), OutputColumnName = Forecast }];
        (options.TimeColumnName, options.TimeZone) = (nameof(HalfHour.Time), ElectricityFile.TimeZone);
        options.Calendar = holidays is null ? null : new SeriesCalendar { Holidays = holidays };
        return ml.Forecasting.Backtest(
            ml.Data.LoadFromEnumerable(halfHours),
            ml.Forecasting.ForecastByRnn(options),
            folds: days,
            step: ElectricityFile.HalfHoursOfDay,
            refit: false,
            seasonLength: 7 * ElectricityFile.HalfHoursOfDay
        );
    }

    /// <summary>The mean absolute error of the forecasts of some days, by the local clock.</summary>
    public static double ErrorOn(BacktestResult result, IEnumerable<CalendarDay> days)
    {
        var dates = days.Select(day => day.Date).ToHashSet();
        return result
            .Folds.SelectMany(fold => fold.Forecasts)
            .Where(forecast => dates.Contains(DateOnly.FromDateTime(forecast.Time!.Value)))
            .Average(forecast => Math.Abs((double)forecast.Actual - forecast.Forecast));
    }

    /// <summary>Transactions of all branches, a quarter of a year ahead from two origins, by a model trained before the first.</summary>
    /// <param name="weeks">The weeks.</param>
    /// <param name="hasCovariates">Whether the forecaster has the other columns.</param>
    /// <param name="options">The recipe.</param>
    public static BacktestResult Branches(BranchWeek[] weeks, bool hasCovariates, RnnForecastingEstimator.Options options)
    {
        var ml = new MLContext(options.Seed);
        return ml.Forecasting.Backtest(
            ml.Data.LoadFromEnumerable(weeks),
            ml.Forecasting.ForecastByRnn(OfBranches(options, hasCovariates)),
            folds: 2,
            step: BranchFile.Horizon,
            refit: false,
            seasonLength: BranchFile.Season
        );
    }

    /// <summary>
    /// The mean absolute error of forecasts of new branches from their first window, a year, by a model trained on the other branches
    /// before the weeks that are forecast; and that of the same weeks a year before.
    /// </summary>
    /// <param name="weeks">The weeks; the last are forecast.</param>
    /// <param name="newBranches">The branches that the model has never seen.</param>
    /// <param name="options">The recipe.</param>
    public static (double Error, double SeasonalNaive) NewBranches(
        BranchWeek[] weeks,
        IReadOnlySet<string> newBranches,
        RnnForecastingEstimator.Options options
    )
    {
        var ml = new MLContext(options.Seed);
        DateTime origin = weeks.Max(week => week.Week).AddDays(-7 * BranchFile.Horizon);
        RnnForecastingTransformer model = ml
            .Forecasting.ForecastByRnn(OfBranches(options, hasCovariates: true))
            .Fit(ml.Data.LoadFromEnumerable(weeks.Where(week => week.Week <= origin && !newBranches.Contains(week.Branch))));
        BranchWeek[] first =
        [
            .. weeks.Where(week => newBranches.Contains(week.Branch) && week.Week > origin.AddDays(-7 * BranchFile.Season)),
        ];
        IDataView forecasts = model.Transform(ml.Data.LoadFromEnumerable(first));
        // A new branch has one whole window before what is forecast, and its rows after that are known columns to the forecaster.
        float[][] values = [.. ml.Data.CreateEnumerable<Outlook>(forecasts, reuseRowObject: false).Select(row => row.Forecast)];
        double own = 0,
            naive = 0;
        foreach (var branch in first.Zip(values).GroupBy(row => row.First.Branch))
        {
            (BranchWeek Week, float[] Forecast)[] rows = [.. branch.OrderBy(row => row.First.Week)];
            float[] forecast = rows[BranchFile.Season - 1].Forecast;
            for (int h = 0; h < BranchFile.Horizon; h++)
            {
                float value = rows[BranchFile.Season + h].Week.Transactions;
                own += Math.Abs((double)value - forecast[h]);
                naive += Math.Abs((double)value - rows[h].Week.Transactions);
            }
        }
        int count = newBranches.Count * BranchFile.Horizon;
        return (own / count, naive / count);
    }

    private static RnnForecastingEstimator.Options OfBranches(RnnForecastingEstimator.Options options, bool hasCovariates)
    {
        options.Columns = [new ForecastColumn { InputColumnName = nameof(BranchWeek.Transactions), OutputColumnName = Forecast }];
        (options.TimeColumnName, options.SeriesKeyColumnName) = (nameof(BranchWeek.Week), nameof(BranchWeek.Branch));
        options.PastColumnNames = hasCovariates ? [nameof(BranchWeek.Others)] : [];
        options.KnownColumnNames = hasCovariates ? [nameof(BranchWeek.Holidays)] : [];
        options.StaticColumnNames = hasCovariates ? [nameof(BranchWeek.Region)] : [];
        return options;
    }

    private sealed class Outlook
    {
        public float[] Forecast { get; set; } = [];
    }
}
