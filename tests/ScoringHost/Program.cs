using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using ScoringHost;

// An application that only scores. Until it streams it names no type of RnnMlNet: a saved model brings it in by its name, as it would
// anywhere.
//   score   <model.zip> <rows.idv> <scores.txt>   Transform
//   predict <model.zip> <rows.idv> <scores.txt>   PredictionEngine, for classifiers over the column Matrix [5, 2]
//   stream  <model.zip> <checkpoint> <scores.txt> SequencePredictionEngine from a checkpoint, for such classifiers too
//   checkpoints <model.zip> <checkpoint>          writes checkpoints until it is killed
if (args is ["stream", var streamed, var checkPoint, var answers])
{
    File.WriteAllLines(answers, Streams.Lines(new MLContext(), streamed, checkPoint));
    return 0;
}
if (args is ["checkpoints", var saved, var file])
{
    Streams.CheckPointForever(new MLContext(), saved, file);
    return 0;
}
if (args is not [("score" or "predict") and var command, var modelFile, var rowsFile, var scoresFile])
{
    Console.Error.WriteLine(
        "Usage: ScoringHost score|predict <model.zip> <rows.idv> <scores.txt>, stream <model.zip> <checkpoint> <scores.txt>, or "
            + "checkpoints <model.zip> <checkpoint>"
    );
    return 2;
}

Console.WriteLine($"before: {string.Join(' ', Loaded.Assemblies())}");
var ml = new MLContext();
ITransformer model = ml.Model.Load(modelFile, out _);
IDataView rows = ml.Data.LoadFromBinary(rowsFile);
File.WriteAllLines(scoresFile, command == "score" ? ScoreText.Lines(model.Transform(rows)) : Predictions.Lines(ml, model, rows));
Console.WriteLine($"after: {string.Join(' ', Loaded.Assemblies())}");
Console.WriteLine($"native: {string.Join(' ', Loaded.NativeTorch())}");
return 0;

/// <summary>What is loaded in this process of what a model could have brought in.</summary>
internal static class Loaded
{
    public static IEnumerable<string> Assemblies() =>
        AppDomain
            .CurrentDomain.GetAssemblies()
            .Select(assembly => assembly.GetName().Name!)
            .Where(name => name is "RnnMlNet" or "TorchSharp");

    public static IEnumerable<string> NativeTorch() =>
        Process
            .GetCurrentProcess()
            .Modules.Cast<ProcessModule>()
            .Select(module => module.ModuleName)
            .Where(name => name.Contains("torch", StringComparison.OrdinalIgnoreCase) && name != "TorchSharp.dll");
}
