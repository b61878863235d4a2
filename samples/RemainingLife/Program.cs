// Predicts how many days a machine has left from its sensor readings so far: regression on sequences of different lengths.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;
using Samples;
using Samples.RemainingLife;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);

// 1. Simulated pumps run to failure (PumpYard.cs); training and test set have different pumps.
PumpHistory[] trainRows = [.. new PumpYard(seed: 1).Run(pumps: 500, looks: 5)];
PumpHistory[] testRows = [.. new PumpYard(seed: 2).Run(pumps: 200, looks: 1)];
PumpHistory[] validationRows = [.. new PumpYard(seed: 3).Run(pumps: 100, looks: 4)];
IDataView train = ml.Data.LoadFromEnumerable(trainRows);
IDataView test = ml.Data.LoadFromEnumerable(testRows);
Console.WriteLine(
    $"{trainRows.Length} histories of {trainRows.Min(row => row.Days)} to {trainRows.Max(row => row.Days)} days, {PumpHistory.Sensors} "
        + $"sensors a day (made-up pumps)"
);
Console.WriteLine();

// 2. Train. The readings are one flat column of any length; FeaturesPerStep is the number of values per day.
// Rows of one pump resemble each other, so the validation rows come from pumps of their own instead of a random share of the rows.
// All other options are chosen from the data, and listed in the model's History.Options.
var trainer = ml.Regression.Trainers.Rnn(
    new RnnRegressionTrainer.Options
    {
        FeatureColumnName = nameof(PumpHistory.Readings),
        FeaturesPerStep = PumpHistory.Sensors,
        ValidationSet = ml.Data.LoadFromEnumerable(validationRows),
        Progress = new ConsoleProgress(),
    }
);
Console.WriteLine("Training on days of sensor readings");
Stopwatch clock = Stopwatch.StartNew();
var model = trainer.Fit(train);
TrainingSummary.Write(model.Model.Histories, clock.Elapsed);

// 3. Baselines: always the mean, and a linear model of features of each history (HistorySummary.cs).
var linear = ml.Transforms.NormalizeMeanVariance("Features", nameof(PumpHistory.Summary)).Append(ml.Regression.Trainers.Sdca()).Fit(train);
float mean = trainRows.Average(row => row.DaysLeft);
RegressionMetrics recurrentErrors = ml.Regression.Evaluate(model.Transform(test));
RegressionMetrics linearErrors = ml.Regression.Evaluate(linear.Transform(test));

Console.WriteLine($"Error on {testRows.Length} other pumps, in days");
Console.WriteLine("    RMSE    MAE");
Console.WriteLine(
    $"  {recurrentErrors.RootMeanSquaredError, 6:0.0} {recurrentErrors.MeanAbsoluteError, 6:0.0}   recurrent network on the whole history"
);
Console.WriteLine(
    $"  {linearErrors.RootMeanSquaredError, 6:0.0} {linearErrors.MeanAbsoluteError, 6:0.0}   linear model (Sdca) of "
        + $"{HistorySummary.Size} numbers about it"
);
Console.WriteLine(
    $"  {Math.Sqrt(testRows.Average(row => Math.Pow(row.DaysLeft - mean, 2))), 6:0.0} "
        + $"{testRows.Average(row => Math.Abs(row.DaysLeft - mean)), 6:0.0}   always {mean:0} days, the mean"
);
Console.WriteLine();

// 4. Some pumps, each as a line of days.
using var engine = ml.Model.CreatePredictionEngine<PumpHistory, LifePrediction>(model);
Console.WriteLine("Pumps of the test: days run (=), days left (-)");
foreach (PumpHistory pump in testRows[..6])
{
    float predicted = engine.Predict(pump).Score;
    Console.WriteLine($"  true      {pump.DaysLeft, 4:0} {LifeBar.Of(pump.Days, pump.DaysLeft)}");
    Console.WriteLine($"  predicted {predicted, 4:0} {LifeBar.Of(pump.Days, predicted)}");
    Console.WriteLine();
}
