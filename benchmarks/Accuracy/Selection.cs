using System.Globalization;
using Accuracy.Sets;
using RnnMlNet;

namespace Accuracy;

/// <summary>
/// How the recipes were chosen: candidates against each other by cross-validation on the training rows. The test files are never opened
/// here.
/// </summary>
internal static class Selection
{
    private const int Folds = 4;
    private const int HeldOutSentences = 1000;

    /// <summary>Prints each candidate's mean over sets and folds, task by task.</summary>
    public static void Run(string data, string? task, string? only, int threads)
    {
        if (task is null or "series")
            Series(data, only, threads);
        if (task is null or "text")
            Texts(data, only, threads);
        if (task is null or "life")
            Life(data, only, threads);
        if (task is null or "chunks")
            Chunks(data, only);
        if (task is null or "forecast")
            ForecastSelection.Run(data, only);
        if (task is null or "covariates")
            CovariateSelection.Run(data, only);
    }

    private static void Series(string data, string? only, int threads)
    {
        (string Name, int Features)[] sets = [("JapaneseVowels", 12), ("ItalyPowerDemand", 1), ("BasicMotions", 6), ("GunPoint", 1)];
        foreach (var (name, change) in Candidates.Series.Where(c => only is null || c.Name.Contains(only, StringComparison.Ordinal)))
            Print(
                "series",
                name,
                [
                    .. sets.Select(set =>
                    {
                        TimeSeries[] rows = TsFile.Read(Path.Combine(data, set.Name, $"{set.Name}_TRAIN.ts"));
                        return CrossValidate(
                            rows,
                            row => row.Class,
                            threads,
                            (train, test, seed) =>
                            {
                                var options = Recipes.Series(Recipes.Plain(new RnnMulticlassTrainer.Options { Seed = seed }));
                                change(options);
                                return Experiments.Series(train, test, set.Features, options);
                            }
                        );
                    }),
                ]
            );
    }

    private static void Texts(string data, string? only, int threads)
    {
        LabelledText[] trec = TrecFile.Read(Path.Combine(data, "TREC", "TREC.train"));
        LabelledText[] spam = HeldOut.Split(SmsSpamFile.Read(Path.Combine(data, "SMSSpam", "SMSSpamCollection"))).Train;
        foreach (var (name, change) in Candidates.Texts.Where(c => only is null || c.Name.Contains(only, StringComparison.Ordinal)))
            Print(
                "text",
                name,
                [
                    CrossValidate(
                        trec,
                        row => row.Class,
                        threads,
                        (train, test, seed) =>
                        {
                            var options = Recipes.Text(Recipes.Plain(new RnnMulticlassTrainer.Options { Seed = seed }));
                            change(options);
                            return Experiments.Texts(train, test, options);
                        }
                    ),
                    CrossValidate(
                        spam,
                        row => row.Class,
                        threads,
                        (train, test, seed) =>
                        {
                            var options = Recipes.Text(Recipes.Plain(new RnnBinaryTrainer.Options { Seed = seed }));
                            change(options);
                            return Experiments.Spam(train, test, options);
                        }
                    ),
                ]
            );
    }

    private static void Life(string data, string? only, int threads)
    {
        foreach (var (name, view, change) in Candidates.Life.Where(c => only is null || c.Name.Contains(only, StringComparison.Ordinal)))
        {
            EngineStretch[] rows = CmapssFile.Train(Path.Combine(data, "CMAPSS_FD001"), view);
            Print(
                "life",
                name,
                [
                    CrossValidateEngines(
                        rows,
                        threads,
                        (train, test, seed) =>
                        {
                            var options = Recipes.Life(Recipes.Plain(new RnnRegressionTrainer.Options { Seed = seed }));
                            change(options);
                            return Experiments.Life(train, test, view.Columns.Length, options);
                        }
                    ),
                ]
            );
        }
    }

    /// <summary>One fold, because the set is large: trained on all but the last thousand training sentences, measured on those.</summary>
    private static void Chunks(string data, string? only)
    {
        ChunkedSentence[] rows = ConllFile.Read(Path.Combine(data, "CoNLL2000", "train.txt"), tagColumn: ^1);
        foreach (var (name, change) in Candidates.Chunks.Where(c => only is null || c.Name.Contains(only, StringComparison.Ordinal)))
        {
            var options = Recipes.Chunks(Recipes.Plain(new RnnSequenceTaggerTrainer.Options { Seed = 1 }));
            change(options);
            Print(
                "chunks",
                name,
                [
                    [Experiments.Chunks(rows[..^HeldOutSentences], rows[^HeldOutSentences..], options)],
                ]
            );
        }
    }

    /// <summary>Stratified folds; the seed of a fold's training is its number.</summary>
    private static double[] CrossValidate<T>(T[] rows, Func<T, string> classOf, int threads, Func<T[], T[], int, double> measure)
        where T : class
    {
        var random = new Random(1);
        var fold = new Dictionary<T, int>();
        foreach (T[] group in rows.GroupBy(classOf).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.ToArray()))
        {
            random.Shuffle(group);
            for (int i = 0; i < group.Length; i++)
                fold[group[i]] = i % Folds;
        }
        return RunFolds(threads, k => measure([.. rows.Where(row => fold[row] != k)], [.. rows.Where(row => fold[row] == k)], k + 1));
    }

    /// <summary>Folds of whole engines, so that no engine is on both sides; measured at a cut of each engine, as in the test.</summary>
    private static double[] CrossValidateEngines(
        EngineStretch[] rows,
        int threads,
        Func<EngineStretch[], EngineStretch[], int, double> measure
    ) =>
        RunFolds(
            threads,
            k =>
            {
                var random = new Random(k);
                EngineStretch[] cuts =
                [
                    .. rows.Where(row => row.Engine % Folds == k)
                        .GroupBy(row => row.Engine)
                        .SelectMany(engine =>
                        {
                            EngineStretch[] windows = [.. engine];
                            random.Shuffle(windows);
                            return windows.Take(10);
                        }),
                ];
                return measure([.. rows.Where(row => row.Engine % Folds != k)], cuts, k + 1);
            }
        );

    private static double[] RunFolds(int threads, Func<int, double> measure)
    {
        var results = new double[Folds];
        Parallel.For(0, Folds, new ParallelOptions { MaxDegreeOfParallelism = threads }, k => results[k] = measure(k));
        return results;
    }

    private static void Print(string task, string candidate, double[][] perSet)
    {
        string sets = string.Join(
            "   ",
            perSet.Select(folds => string.Create(CultureInfo.InvariantCulture, $"{folds.Average(), 7:0.0000}"))
        );
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{task, -7} {candidate, -34} {sets}   mean {perSet.Average(folds => folds.Average()), 7:0.0000}"
            )
        );
    }
}
