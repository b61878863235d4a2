// Forecasting: carbon dioxide two years ahead, with bounds. Backtest, train, save, load, forecast.
//
//     dotnet run samples/lessons/forecasting.cs
//
// The notebook samples/notebooks/forecasting.ipynb has the same lines, with more explanation.
// Outside this repository, replace the line #:project by #:package RnnMlNet@0.1.0
#:project ../../src/Extension/RnnMlNet.csproj
// Single-file programs default to native compilation, and ML.NET generates code at run time.
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

// 1. A row is a month.
string samples = Path.Combine(AppContext.GetData("EntryPointFileDirectoryPath") as string ?? ".", "..");
var ml = new MLContext(seed: 1);
IDataView months = ml.Data.LoadFromTextFile<Co2Month>(
    Path.Combine(samples, "Forecasting", "data", "co2-concentration.csv"),
    separatorChar: ',',
    hasHeader: true
);
Co2Month[] all = [.. ml.Data.CreateEnumerable<Co2Month>(months, reuseRowObject: false)];
Console.WriteLine($"{all.Length} months, {all[0].Month:yyyy-MM} to {all[^1].Month:yyyy-MM}, {all[0].Co2:0.0} to {all[^1].Co2:0.0} ppm");

// 2. The estimator forecasts Horizon months, with bounds for 95 % of the values.
// Five months of the first years were not measured; they are interpolated linearly.
// The window, the season and the network are chosen from the series; an option that is set takes precedence.
var options = new RnnForecastingEstimator.Options
{
    Columns =
    [
        new ForecastColumn
        {
            InputColumnName = "Co2",
            OutputColumnName = "Forecast",
            ConfidenceLowerBoundColumn = "Lower",
            ConfidenceUpperBoundColumn = "Upper",
        },
    ],
    TimeColumnName = "Month",
    MissingSteps = MissingSteps.Linear,
    Horizon = 24,
};
var forecaster = ml.Forecasting.ForecastByRnn(options);

// 3. Backtest: forecast from origins in the past, each time by a model trained only on the data before it.
// A useful forecaster beats the naive forecast, which repeats the last year.
BacktestResult backtest = ml.Forecasting.Backtest(months, forecaster, folds: 2, seasonLength: 12);
Console.WriteLine(
    $"mean absolute error: {backtest.Metrics.MeanAbsoluteError:0.00} ppm, of the naive forecast: "
        + $"{backtest.SeasonalNaive.MeanAbsoluteError:0.00} ppm"
);

// 4. Train on all but the last two years, which are the test set. The history has the chosen options; these are some of them.
Co2Month[] before = all[..^24],
    after = all[^24..];
RnnForecastingTransformer model = forecaster.Fit(ml.Data.LoadFromEnumerable(before));
TrainingHistory history = model.History;
string[] shown = ["WindowSize", "SeasonLength", "Model", "Cell", "HiddenSize", "EnsembleSize", "MaxEpochs", "LearningRate"];
foreach (string option in shown)
    Console.WriteLine($"{option, -15}{history.Options[option]}");
Console.WriteLine(history.Plot());

// 5. Save, load, forecast. An engine starts with the end of the training series.
string modelPath = Path.Combine(Path.GetTempPath(), $"co2-{Guid.NewGuid():N}.zip");
ml.Model.Save(model, months.Schema, modelPath);
var engine = ml.Forecasting.CreateForecastEngine<Co2Month, Co2Forecast>(ml.Model.Load(modelPath, out _));
File.Delete(modelPath);
Co2Forecast forecast = engine.Predict();
for (int h = 0; h < 24; h += 3)
    Console.WriteLine(
        $"{after[h].Month:yyyy-MM}  {forecast.Forecast[h]:0.0}  ({forecast.Lower[h]:0.0} to {forecast.Upper[h]:0.0})  measured "
            + $"{after[h].Co2:0.0}"
    );
int within = Enumerable.Range(0, 24).Count(h => after[h].Co2 >= forecast.Lower[h] && after[h].Co2 <= forecast.Upper[h]);
Console.WriteLine($"{within} of 24 months lie within their bounds.");

// The same as a plot. Transform forecasts at each row, and ^25 is the row two years before the last.
IDataView forecasts = model.Transform(months);
Plot plot = ml.Forecasting.Plot(
    forecasts,
    "Co2",
    "Forecast",
    "Lower",
    "Upper",
    timeColumnName: "Month",
    origin: ^25,
    history: 60,
    confidenceLevel: 0.95f
);
Console.WriteLine(plot);

// 6. The engine observes new months as they arrive, without further training.
foreach (Co2Month month in after)
    engine.Observe(month);
Co2Forecast next = engine.Predict();
Console.WriteLine(
    $"After {after[^1].Month:yyyy-MM}: {next.Forecast[0]:0.0} ppm in a month, {next.Forecast[11]:0.0} ({next.Lower[11]:0.0} to "
        + $"{next.Upper[11]:0.0}) in a year."
);

class Co2Month
{
    [LoadColumn(0)]
    public DateTime Month { get; set; }

    [LoadColumn(1)]
    public float Co2 { get; set; }
}

class Co2Forecast
{
    public float[] Forecast { get; set; } = [];

    public float[] Lower { get; set; } = [];

    public float[] Upper { get; set; } = [];
}
