using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

// Scores every regression <name>.zip of a folder on the rows <name>.idv beside it, and says of each, a line each:
//   <name> vectors <bits>
//   <name> transform <numbers>      the scores of all rows by Transform
//   <name> predict <numbers>        the same by a PredictionEngine
//   <name> verify <True or False>   VerifyScores at a tolerance of 1e-6
//   <name> missing <way>: <why>     each way that VerifyScores could not run
if (args is not [var folder])
{
    Console.Error.WriteLine("Usage: KernelHost <folder>");
    return 2;
}

var ml = new MLContext();
foreach (string file in Directory.EnumerateFiles(folder, "*.zip").Order(StringComparer.Ordinal))
{
    using var model = (RnnRegressionTransformer)ml.Model.Load(file, out _);
    IDataView rows = ml.Data.LoadFromBinary(Path.ChangeExtension(file, ".idv"));
    ScoreVerification verification = model.VerifyScores(rows, tolerance: 1e-6);
    Say("vectors", verification.VectorBits.ToString()!);
    Say("transform", Text(model.Transform(rows).GetColumn<float[]>("Score")));
    Say("predict", Text(Predicted(model, rows)));
    Say("verify", verification.IsWithinTolerance.ToString());
    foreach (VerifiedPath way in verification.Paths.Where(way => !way.WasRun))
        Say("missing", $"{way.Name}: {way.NotRun}");
    if (!verification.IsWithinTolerance)
        Console.Error.WriteLine(verification);

    void Say(string what, string value) => Console.WriteLine($"{Path.GetFileNameWithoutExtension(file)} {what} {value}");
}
return 0;

float[][] Predicted(ITransformer model, IDataView rows)
{
    using var engine = ml.Model.CreatePredictionEngine<Sequence, Targets>(model, new PredictionEngineOptions { OwnsTransformer = false });
    return [.. ml.Data.CreateEnumerable<Sequence>(rows, reuseRowObject: false).Select(row => engine.Predict(row).Score)];
}

static string Text(IEnumerable<float[]> scores) =>
    string.Join(' ', scores.SelectMany(score => score).Select(number => number.ToString("R", CultureInfo.InvariantCulture)));

internal sealed class Sequence
{
    public float[] Steps { get; set; } = [];
}

internal sealed class Targets
{
    public float[] Score { get; set; } = [];
}
