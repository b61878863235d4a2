using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Transforms;
using RnnMlNet;
using Samples.Quickstart;
using Shared;

namespace Training;

/// <summary>
/// How long samples/Quickstart trains, its data read and its code compiled meanwhile: in a process that has just started.
/// </summary>
internal static class QuickstartPart
{
    public static void Measure(Verdict verdict)
    {
        using Process process = Child.Start("quickstart");
        double seconds = double.Parse(Child.Line(process), CultureInfo.InvariantCulture);
        Console.WriteLine(
            $"Quickstart trains in {seconds:0.0} s, at most {verdict.AtMost(Bars.Quickstart, seconds, "Quickstart's seconds").Trim()}"
        );
    }

    /// <summary>Trains as the sample does, in C#, and writes the seconds.</summary>
    public static int Run()
    {
        var ml = new MLContext(seed: 1);
        IDataView images = ml.Data.LoadFromTextFile<DigitImage>(
            Path.Combine(AppContext.BaseDirectory, "data", "digits.csv"),
            separatorChar: ','
        );
        IDataView train = ml.Data.TrainTestSplit(images, testFraction: 0.2, seed: 1).TrainSet;
        RnnMulticlassTrainer.Options options = DigitRecipe.Options();
        options.Engine = EngineKind.Simd;
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey(
                "Label",
                nameof(DigitImage.Digit),
                keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue
            )
            .Append(ml.MulticlassClassification.Trainers.Rnn(options));
        var clock = Stopwatch.StartNew();
        pipeline.Fit(train);
        Console.WriteLine(clock.Elapsed.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture));
        return 0;
    }
}
