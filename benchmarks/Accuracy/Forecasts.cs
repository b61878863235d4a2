using Accuracy.Sets;
using Microsoft.ML;
using RnnMlNet;

namespace Accuracy;

/// <summary>Fits of forecasters and what they come to, all of it through ML.NET's surface, a model file included.</summary>
internal static class Forecasts
{
    private const string Forecast = "Forecast",
        Lower = "Lower",
        Upper = "Upper";

    /// <summary>
    /// Errors over all test windows of ETTh1, in standardised units: trained on the first twelve months, validated on the next four.
    /// </summary>
    /// <param name="hours">The standardised hours.</param>
    /// <param name="column">All channels, or the oil's temperature.</param>
    /// <param name="options">The recipe, with the horizon.</param>
    public static ForecastMetrics Transformer(TransformerHour[] hours, string column, RnnForecastingEstimator.Options options)
    {
        var ml = new MLContext(options.Seed);
        IDataView data = ml.Data.LoadFromEnumerable(hours);
        ITransformer model = Reloaded(ml, Fit(ml, data, column, options), data);
        // A row forecasts what comes after it: the last row before the test months the first test window.
        IDataView tested = ml.Data.SkipRows(model.Transform(data), EttFile.Training + EttFile.Validation - 1);
        return ml.Forecasting.Evaluate(
            tested,
            column,
            Forecast,
            Lower,
            Upper,
            timeColumnName: nameof(TransformerHour.Time),
            wholeHorizonOnly: true
        );
    }

    /// <summary>The same of the seasonal naive forecast.</summary>
    public static ForecastMetrics TransformerNaive(TransformerHour[] hours, string column, int horizon, int season)
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(hours[(EttFile.Training + EttFile.Validation - season)..]);
        return ml.Forecasting.EvaluateSeasonalNaive(
            data,
            column,
            horizon,
            season,
            timeColumnName: nameof(TransformerHour.Time),
            wholeHorizonOnly: true
        );
    }

    /// <summary>The squared error over all windows of the validation months, in standardised units; the test months are not read.</summary>
    public static double TransformerValidation(TransformerHour[] hours, string column, RnnForecastingEstimator.Options options)
    {
        var ml = new MLContext(options.Seed);
        IDataView data = ml.Data.LoadFromEnumerable(hours[..(EttFile.Training + EttFile.Validation)]);
        IDataView validated = ml.Data.SkipRows(Fit(ml, data, column, options).Transform(data), EttFile.Training - 1);
        return ml
            .Forecasting.Evaluate(validated, column, Forecast, timeColumnName: nameof(TransformerHour.Time), wholeHorizonOnly: true)
            .MeanSquaredError;
    }

    /// <summary>Forecasts from origins that roll on, by a model trained before the first.</summary>
    /// <param name="months">All months.</param>
    /// <param name="plan">The origins.</param>
    /// <param name="options">The recipe, with the horizon.</param>
    public static BacktestResult Monthly(MonthlyValue[] months, MonthlyPlan plan, RnnForecastingEstimator.Options options)
    {
        const string Value = nameof(MonthlyValue.Value),
            Logarithm = "Logarithm";
        var ml = new MLContext(options.Seed);
        options.Columns = [new ForecastColumn { InputColumnName = plan.IsLogarithmic ? Logarithm : Value, OutputColumnName = Forecast }];
        options.TimeColumnName = nameof(MonthlyValue.Month);
        IEstimator<ITransformer> forecaster = ml.Forecasting.ForecastByRnn(options);
        if (plan.IsLogarithmic)
            forecaster = ml
                .Transforms.Expression(Logarithm, "x => log(x)", Value)
                .Append(forecaster)
                .Append(ml.Transforms.Expression(Forecast, "x => exp(x)", Forecast));
        return ml.Forecasting.Backtest(
            ml.Data.LoadFromEnumerable(months),
            forecaster,
            Value,
            Forecast,
            plan.Folds,
            options.Horizon,
            plan.Step,
            refit: false,
            seasonLength: plan.Season,
            timeColumnName: nameof(MonthlyValue.Month)
        );
    }

    private static RnnForecastingTransformer Fit(MLContext ml, IDataView data, string column, RnnForecastingEstimator.Options options)
    {
        options.Columns =
        [
            new ForecastColumn
            {
                InputColumnName = column,
                OutputColumnName = Forecast,
                ConfidenceLowerBoundColumn = Lower,
                ConfidenceUpperBoundColumn = Upper,
            },
        ];
        options.TimeColumnName = nameof(TransformerHour.Time);
        options.TrainSize = EttFile.Training + EttFile.Validation;
        options.ValidationFraction = (double)EttFile.Validation / (EttFile.Training + EttFile.Validation);
        return KeptModels.Fit(ml, data, options);
    }

    private static ITransformer Reloaded(MLContext ml, ITransformer model, IDataView data)
    {
        using var file = new MemoryStream();
        ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        return ml.Model.Load(file, out _);
    }
}

/// <summary>From which origins monthly series are forecast.</summary>
/// <param name="Folds">Origins; the last lies a horizon before the end.</param>
/// <param name="Step">Months from one to the next.</param>
/// <param name="Season">Months of a season, for the naive forecast.</param>
/// <param name="IsLogarithmic">Whether the logarithm is forecast: of a series whose seasons grow with it.</param>
internal sealed record MonthlyPlan(int Folds, int Step, int Season, bool IsLogarithmic);
