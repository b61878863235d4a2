using Accuracy.Sets;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

namespace Accuracy.Defaults;

/// <summary>The sets whose label is a number.</summary>
internal static class RegressionSets
{
    /// <summary>The group's name.</summary>
    public const string Group = "numbers";

    private const int SelectionParts = 5;

    private static readonly EngineSet[] _engines =
    [
        new("FD001", Recipes.LifeView, 14.8, "LSTM 14.93-16.14; DCNN 12.61, XGBoost 15.85, ridge 17.47"),
        new("FD002", Recipes.LifeView with { Columns = CmapssFile.AllColumns, Stride = 4 }, 20, "LSTM 24.49, BiLSTM 23.18; DCNN 22.36"),
    ];

    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    /// <param name="threads">Threads of a fit.</param>
    public static IEnumerable<DefaultSet> All(string data, Predicate<string> isWanted, int threads)
    {
        foreach (EngineSet set in _engines.Where(set => isWanted($"C-MAPSS {set.Subset}")))
            yield return Engines(data, set, threads);
        if (isWanted("FloodModeling1"))
            yield return Flood(data, threads);
    }

    /// <summary>A fifth of the engines held out; floods in three folds.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    public static IEnumerable<SelectionSet> Selection(string data, Predicate<string> isWanted)
    {
        foreach (var (subset, view, _, _) in _engines.Where(set => isWanted($"C-MAPSS {set.Subset}")))
        {
            EngineStretch[] rows = CmapssFile.Train(Path.Combine(data, $"CMAPSS_{subset}"), view, subset);
            yield return OfRows(
                $"C-MAPSS {subset}",
                folds: 1,
                view.Columns.Length,
                fold =>
                    (
                        Rows([.. rows.Where(row => row.Engine % SelectionParts != fold)]),
                        Rows([.. rows.Where(row => row.Engine % SelectionParts == fold)])
                    )
            );
        }
        if (isWanted("FloodModeling1"))
            yield return OfRows("FloodModeling1", folds: 3, 1, SelectionSet.Divide(Floods(data, "TRAIN"), _ => "", parts: 3));
    }

    private static SelectionSet OfRows(
        string name,
        int folds,
        int features,
        Func<int, (LabelledNumbers[] Train, LabelledNumbers[] Test)> divided
    ) =>
        SelectionSet.Of<LabelledNumbers, RnnRegressionTrainer.Options>(
            Group,
            name,
            folds,
            divided,
            (train, test, options) => Measure(train, test, features, options)
        );

    private static DefaultSet Engines(string data, EngineSet set, int threads)
    {
        var (subset, view, bar, published) = set;
        string folder = Path.Combine(data, $"CMAPSS_{subset}");
        LabelledNumbers[] train = Rows(CmapssFile.Train(folder, view, subset)),
            test = Rows(CmapssFile.Test(folder, view, subset));
        return Of(
            $"C-MAPSS {subset}",
            train,
            test,
            view.Columns.Length,
            bar,
            $"{train.Length}/{test.Length} windows, T up to {view.Window}, F {view.Columns.Length}",
            published,
            threads
        );
    }

    private static LabelledNumbers[] Rows(EngineStretch[] stretches) =>
        [.. stretches.Select(stretch => new LabelledNumbers { Values = stretch.Cycles, Label = stretch.RemainingLife })];

    private static LabelledNumbers[] Floods(string data, string part)
    {
        var ml = new MLContext();
        string path = Path.Combine(data, "FloodModeling1", $"FloodModeling1_{part}.ts");
        IDataView rows = ml.Data.LoadFromTsFile(path, nameof(LabelledNumbers.Values), nameof(LabelledNumbers.Label));
        return [.. ml.Data.CreateEnumerable<LabelledNumbers>(rows, reuseRowObject: false)];
    }

    private static DefaultSet Flood(string data, int threads)
    {
        LabelledNumbers[] train = Floods(data, "TRAIN"),
            test = Floods(data, "TEST");
        return Of(
            "FloodModeling1",
            train,
            test,
            1,
            null,
            $"{train.Length}/{test.Length}, T 266, F 1",
            "MultiROCKET .0040, InceptionTime .0067, ROCKET .0139, ridge .0180; mean .0189",
            threads
        );
    }

    private static DefaultSet Of(
        string name,
        LabelledNumbers[] train,
        LabelledNumbers[] test,
        int features,
        double? bar,
        string rows,
        string published,
        int threads
    )
    {
        int width = train.Concat(test).Max(row => row.Values.Length);

        Outcome Rnn(RnnRegressionTrainer.Options options)
        {
            options.Threads = threads;
            return Measure(train, test, features, options);
        }

        Outcome Peer(Func<MLContext, IEstimator<ITransformer>> trainer)
        {
            var ml = new MLContext(seed: 1);
            var pipeline = ml
                .Transforms.NormalizeMeanVariance("Features", nameof(LabelledNumbers.Values))
                .AppendCacheCheckpoint(ml)
                .Append(trainer(ml));
            return Measuring.Regression(ml, pipeline, Flat(ml, train, width), Flat(ml, test, width), "Label");
        }

        return new DefaultSet(
            name,
            Group,
            "RMSE",
            LowerIsBetter: true,
            bar,
            null,
            rows,
            published,
            seed => Rnn(new RnnRegressionTrainer.Options { Seed = seed }),
            seed => Rnn(Recipes.Life(Recipes.Plain(new RnnRegressionTrainer.Options { Seed = seed }))),
            [("Sdca", () => Peer(ml => ml.Regression.Trainers.Sdca())), ("LightGbm", () => Peer(ml => ml.Regression.Trainers.LightGbm()))]
        );
    }

    private static Outcome Measure(LabelledNumbers[] train, LabelledNumbers[] test, int features, RnnRegressionTrainer.Options options)
    {
        (options.FeatureColumnName, options.FeaturesPerStep) = (nameof(LabelledNumbers.Values), features);
        var ml = new MLContext(options.Seed);
        return Measuring.Regression(
            ml,
            ml.Regression.Trainers.Rnn(options),
            ml.Data.LoadFromEnumerable(train),
            ml.Data.LoadFromEnumerable(test),
            "Label"
        );
    }

    // Flattened, and filled up with zeros before the first step, so that last steps stand below one another.
    private static IDataView Flat(MLContext ml, LabelledNumbers[] rows, int width)
    {
        var schema = SchemaDefinition.Create(typeof(LabelledNumbers));
        schema[nameof(LabelledNumbers.Values)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        return ml.Data.LoadFromEnumerable(
            rows.Select(row =>
                {
                    var values = new float[width];
                    row.Values.CopyTo(values, width - row.Values.Length);
                    return new LabelledNumbers { Values = values, Label = row.Label };
                })
                .ToArray(),
            schema
        );
    }

    private sealed record EngineSet(string Subset, LifeView View, double Bar, string Published);

    private sealed class LabelledNumbers
    {
        [VectorType]
        public float[] Values { get; set; } = [];

        public float Label { get; set; }
    }
}
