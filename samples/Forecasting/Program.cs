// Forecasts the carbon dioxide at Mauna Loa two years ahead, with an interval for each month.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using RnnMlNet;
using Samples;
using Samples.Forecasting;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);

// 1. Load with ML.NET's own loader: one row per month.
string dataPath = Path.Combine(AppContext.BaseDirectory, "data", "co2-concentration.csv");
IDataView months = ml.Data.Cache(ml.Data.LoadFromTextFile<Co2Month>(dataPath, separatorChar: ',', hasHeader: true));

// 2. Backtest: forecast from five origins in the past, each time by a model trained only on the data before it.
// Co2Recipe.cs has the columns and the horizon. The window, the season and the network are chosen from the months.
Console.WriteLine("Backtest: five origins two years apart, 24 months ahead of each");
Stopwatch clock = Stopwatch.StartNew();
BacktestResult backtest = ml.Forecasting.Backtest(
    months,
    ml.Forecasting.ForecastByRnn(Co2Recipe.Options()),
    folds: 5,
    seasonLength: Co2Recipe.Season
);
Console.WriteLine(backtest);
Console.WriteLine($"({clock.Elapsed.TotalSeconds:0.0} s)");
Console.WriteLine();

// 3. Train on all but the last two years.
Co2Month[] all = [.. ml.Data.CreateEnumerable<Co2Month>(months, reuseRowObject: false)];
Co2Month[] before = all[..^Co2Recipe.Horizon],
    after = all[^Co2Recipe.Horizon..];
RnnForecastingEstimator.Options options = Co2Recipe.Options();
options.Progress = new ConsoleProgress();
Console.WriteLine($"Training on the months up to {before[^1].Month:yyyy-MM}");
clock.Restart();
RnnForecastingTransformer model = ml.Forecasting.ForecastByRnn(options).Fit(ml.Data.LoadFromEnumerable(before));
TrainingSummary.Write(model.Histories, clock.Elapsed);

// 4. Save, load, forecast. The engine starts with the end of the training series, and observes new months as they arrive.
string modelPath = Path.Combine(AppContext.BaseDirectory, "co2-model.zip");
ml.Model.Save(model, months.Schema, modelPath);
using var engine = ml.Forecasting.CreateForecastEngine<Co2Month, Co2Forecast>(ml.Model.Load(modelPath, out _));
Co2Forecast forecast = engine.Predict();
ForecastTable.Write(forecast, after);

string chartPath = Path.Combine(AppContext.BaseDirectory, "co2-forecast.png");
ForecastChart.Save(all[^(6 * Co2Recipe.Season)..^Co2Recipe.Horizon], forecast, after, chartPath);
Console.WriteLine();
Console.WriteLine($"The chart is in {chartPath}");

// 5. Forecasts follow new months.
Array.ForEach(after, engine.Observe);
Co2Forecast next = engine.Predict();
Console.WriteLine(
    $"After {after[^1].Month:yyyy-MM}: {next.Forecast[0]:0.00} ppm next month, and {next.Forecast[11]:0.00} ({next.Lower[11]:0.00} to "
        + $"{next.Upper[11]:0.00}) in a year; {after[^1].Co2:0.00} now."
);
