using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Months, named steps with gaps, business days and closed days, from training to an engine.</summary>
[TestFixture]
internal sealed class CalendarStepsTests : TimesFixture
{
    private static DateTime ClipAdded(DateTime first, int months, int day)
    {
        DateTime of = new DateTime(first.Year, first.Month, 1).AddMonths(months);
        return new DateTime(of.Year, of.Month, Math.Min(day, DateTime.DaysInMonth(of.Year, of.Month)));
    }

    [
        TestCase(2015, 2, 28, 1),
        TestCase(2015, 12, 28, 1),
        TestCase(2016, 2, 29, 1),
        TestCase(2019, 4, 30, 3),
        TestCase(2019, 1, 29, 1),
        TestCase(2019, 1, 30, 1),
        TestCase(2019, 1, 31, 1),
        TestCase(2019, 2, 28, 12)
    ]
    public void Months_keep_their_day(int year, int month, int day, int step)
    {
        var first = new DateTime(year, month, day);
        DateTime[] times = [.. Enumerable.Range(0, 80).Select(i => ClipAdded(first, step * i, day))];
        GoesOn(Rows(times), 50, o => o.CalendarFeatures = CalendarFeatures.DayOfMonth | CalendarFeatures.DayOfWeek);
        BacktestResult backtest = _ml.Forecasting.Backtest(_ml.Data.LoadFromEnumerable(Rows(times)), Estimator(), folds: 1);
        Assert.That(backtest.Folds[0].Forecasts.Select(forecast => forecast.Time), Is.EqualTo(times[^2..].Select(time => (DateTime?)time)));
    }

    [Test]
    public void A_named_step_with_gaps_is_kept_from_training_to_evaluation()
    {
        // Of two-hourly rows those are left that are 4 and 6 hours apart.
        Dated[] all = Rows(Enumerable.Range(0, 200).Select(i => new DateTime(2024, 1, 1).AddHours(2 * i)));
        int[] kept = [.. Enumerable.Range(0, 80).Select(i => 5 * (i / 2) + 2 * (i % 2))];
        Dated[] rows = [.. kept.Select(i => all[i])];
        RnnForecastingTransformer model = GoesOn(rows, 50, o => (o.Frequency, o.MissingSteps) = ("2 hours", MissingSteps.LastValue));
        Assert.That(model.Trained.Grid!.StepText, Is.EqualTo("02:00:00"));

        // All gaps of 4 hours: who compares would find other steps.
        Dated[] even = [.. all.Where((_, i) => i % 2 == 0)];
        IDataView view = model.Transform(_ml.Data.LoadFromEnumerable(even));
        float[][] forecasts = TinySeries.Vectors(view);
        ForecastMetrics metrics = _ml.Forecasting.Evaluate(view, "Value", "Forecast", timeColumnName: "Time");
        Assert.That(
            (metrics.Steps[0].Count, metrics.Steps[1].Count),
            Is.EqualTo((0L, metrics.Count)),
            "One step ahead there is never a " + "row."
        );
        double[] errors =
        [
            .. Enumerable
                .Range(0, even.Length - 1)
                .Where(t => float.IsFinite(forecasts[t][1]))
                .Select(t => Math.Abs((double)forecasts[t][1] - even[t + 1].Value)),
        ];
        Assert.That(metrics.MeanAbsoluteError, Is.EqualTo(errors.Average()).Within(1e-6));
    }

    [Test]
    public void Business_days_and_closed_days_are_kept_from_training_to_evaluation()
    {
        DateOnly[] closed = [new(2024, 12, 25), new(2024, 12, 26), new(2025, 1, 1), new(2025, 4, 18), new(2025, 4, 21)];
        DateTime[] days =
        [
            .. Enumerable
                .Range(0, 300)
                .Select(day => new DateTime(2024, 9, 2).AddDays(day))
                .Where(day =>
                    day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !closed.Contains(DateOnly.FromDateTime(day))
                ),
        ];
        void Closed(RnnForecastingEstimator.Options o) =>
            (o.Calendar, o.CalendarFeatures) = (new SeriesCalendar { ClosedDays = [.. closed] }, CalendarFeatures.DayOfWeek);
        RnnForecastingTransformer model = GoesOn(Rows(days), 100, Closed);
        IDataView data = _ml.Data.LoadFromEnumerable(Rows(days)),
            view = model.Transform(data);
        Assert.That(
            _ml.Forecasting.Evaluate(view, "Value", "Forecast", timeColumnName: "Time").Steps.Select(step => step.Count),
            Is.EqualTo(new long[] { days.Length - 6, days.Length - 7 })
        );
        BacktestResult backtest = _ml.Forecasting.Backtest(data, Estimator(Closed), folds: 30, refit: false);
        Assert.That(
            backtest.Folds.SelectMany(fold => fold.Forecasts).Select(forecast => forecast.Time),
            Is.EqualTo(days[^60..].Select(day => (DateTime?)day))
        );
        Refused.Operation(
            () => Estimator().Fit(data),
            "The series has no row for 2024-12-25 00:00:00 (5 such steps; rows are 1 "
                + "business day apart), and MissingSteps is Refuse: set it to LastValue or Linear to impute such steps, or correct the "
                + "data. List days that never have a row in the ClosedDays of the Calendar."
        );
        Refused.Operation(
            () =>
                _ml.Forecasting.Backtest(
                    data,
                    _ml.Transforms.CopyColumns("Copy", "Value").Append(Estimator(Closed)),
                    "Value",
                    "Forecast",
                    folds: 1,
                    horizon: 2,
                    timeColumnName: "Time"
                ),
            "give Backtest the RnnForecastingEstimator itself, which has its TimeZone, Frequency and Calendar."
        );
        using var engine = _ml.Forecasting.CreateForecastEngine<Dated, Answer>(model);
        Refused.Operation(
            () => engine.Observe(new Dated { Time = new DateTime(2025, 4, 18), Value = 1 }),
            "The series has a row at "
                + "2025-04-18 00:00:00, which is a day without a step (steps are 1 business day apart): leave the row out."
        );
    }
}
