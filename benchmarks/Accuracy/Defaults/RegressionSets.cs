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

    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    /// <param name="threads">Threads of a fit.</param>
    public static IEnumerable<DefaultSet> All(string data, Predicate<string> isWanted, int threads)
    {
        if (isWanted("C-MAPSS FD001"))
            yield return Engines(data, "FD001", 14.8, "LSTM 14.93-16.14; DCNN 12.61, XGBoost 15.85, ridge 17.47", Recipes.LifeView, threads);
        if (isWanted("C-MAPSS FD002"))
            yield return Engines(data, "FD002", 20, "LSTM 24.49, BiLSTM 23.18; DCNN 22.36", Recipes.LifeView with { Columns = CmapssFile.AllColumns, Stride = 4 }, threads);
        if (isWanted("FloodModeling1"))
            yield return Flood(data, threads);
    }

    private static DefaultSet Engines(string data, string subset, double bar, string published, LifeView view, int threads)
    {
        string folder = Path.Combine(data, $"CMAPSS_{subset}");
        LabelledNumbers[] Rows(EngineStretch[] stretches) => [.. stretches.Select(stretch => new LabelledNumbers { Values = stretch.Cycles, Label = stretch.RemainingLife })];
        LabelledNumbers[] train = Rows(CmapssFile.Train(folder, view, subset)), test = Rows(CmapssFile.Test(folder, view, subset));
        return Of($"C-MAPSS {subset}", train, test, view.Columns.Length, bar, $"{train.Length}/{test.Length} windows, T up to {view.Window}, F {view.Columns.Length}", published, threads);
    }

    private static DefaultSet Flood(string data, int threads)
    {
        LabelledNumbers[] Rows(string part) => [.. TsFile.Read(Path.Combine(data, "FloodModeling1", $"FloodModeling1_{part}.ts"), out _)
            .Select(series => new LabelledNumbers { Values = series.Values, Label = float.Parse(series.Class, System.Globalization.CultureInfo.InvariantCulture) })];
        LabelledNumbers[] train = Rows("TRAIN"), test = Rows("TEST");
        return Of("FloodModeling1", train, test, 1, null, $"{train.Length}/{test.Length}, T 266, F 1", "MultiROCKET .0040, InceptionTime .0067, ROCKET .0139, ridge .0180; mean .0189", threads);
    }

    private static DefaultSet Of(string name, LabelledNumbers[] train, LabelledNumbers[] test, int features, double? bar, string rows, string published, int threads)
    {
        int width = train.Concat(test).Max(row => row.Values.Length);

        Outcome Rnn(RnnRegressionTrainer.Options options)
        {
            (options.FeatureColumnName, options.FeaturesPerStep, options.Threads) = (nameof(LabelledNumbers.Values), features, threads);
            var ml = new MLContext(options.Seed);
            return Measuring.Regression(ml, ml.Regression.Trainers.Rnn(options), ml.Data.LoadFromEnumerable(train), ml.Data.LoadFromEnumerable(test), "Label");
        }

        Outcome Peer(Func<MLContext, IEstimator<ITransformer>> trainer)
        {
            var ml = new MLContext(seed: 1);
            var pipeline = ml.Transforms.NormalizeMeanVariance("Features", nameof(LabelledNumbers.Values)).AppendCacheCheckpoint(ml).Append(trainer(ml));
            return Measuring.Regression(ml, pipeline, Flat(ml, train, width), Flat(ml, test, width), "Label");
        }

        return new DefaultSet(name, Group, "RMSE", LowerIsBetter: true, bar, null, rows, published,
            seed => Rnn(new RnnRegressionTrainer.Options { Seed = seed }),
            seed => Rnn(Recipes.Life(Recipes.Plain(new RnnRegressionTrainer.Options { Seed = seed }))),
            [("Sdca", () => Peer(ml => ml.Regression.Trainers.Sdca())), ("LightGbm", () => Peer(ml => ml.Regression.Trainers.LightGbm()))]);
    }

    // Flattened, and filled up with zeros before the first step, so that last steps stand below one another.
    private static IDataView Flat(MLContext ml, LabelledNumbers[] rows, int width)
    {
        var schema = SchemaDefinition.Create(typeof(LabelledNumbers));
        schema[nameof(LabelledNumbers.Values)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        return ml.Data.LoadFromEnumerable(rows.Select(row =>
        {
            var values = new float[width];
            row.Values.CopyTo(values, width - row.Values.Length);
            return new LabelledNumbers { Values = values, Label = row.Label };
        }).ToArray(), schema);
    }

    private sealed class LabelledNumbers
    {
        [VectorType]
        public float[] Values { get; set; } = [];

        public float Label { get; set; }
    }
}
