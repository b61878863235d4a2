using System.Globalization;
using RnnMlNet.Runtime;

namespace Samples.NativeAot;

/// <summary>The last readings of a machine as a row of the network: lines of time, regime, three sensors, age and maker.</summary>
internal static class MachineReadings
{
    public static void Diagnose(SequenceModel model, string csv)
    {
        string[][] lines = [.. File.ReadLines(csv).Select(line => line.Split(','))];
        SequenceInput input = model.Input;
        // A step is its numbers, its time as two values, and the ids of its categories. An empty field is a missing value.
        float[] steps =
        [
            .. lines.SelectMany(line =>
            {
                var (days, seconds) = SequenceInput.TimeOf(DateTime.Parse(line[0], CultureInfo.InvariantCulture));
                return new[] { Number(line[2]), Number(line[3]), Number(line[4]), days, seconds, input.StepCategories[0].IdOf(line[1]) };
            }),
        ];
        // What holds for all steps: the numbers, then the ids.
        float[] statics = [Number(lines[^1][5]), input.StaticCategories[0].IdOf(lines[^1][6])];

        var scores = new float[model.ScoreLength(lines.Length)];
        model.Score(steps, statics, scores);
        Console.WriteLine($"Scores: {Bits.Of(scores)}");
        var found = new bool[scores.Length];
        model.PredictedLabels(scores, found);
        for (int fault = 0; fault < found.Length; fault++)
            Console.WriteLine(
                $"{model.ClassNames[fault]}: {(found[fault] ? "yes" : "no")} (probability {SequenceModel.Probability(scores[fault]):0.00})"
            );
    }

    private static float Number(string field) => field.Length == 0 ? float.NaN : float.Parse(field, CultureInfo.InvariantCulture);
}

/// <summary>Numbers as their bits.</summary>
internal static class Bits
{
    public static string Of(float[] numbers) =>
        string.Join(' ', numbers.Select(number => BitConverter.SingleToUInt32Bits(number).ToString("x8", CultureInfo.InvariantCulture)));
}
