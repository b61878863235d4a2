using Accuracy.Sets;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

namespace Accuracy.Defaults;

/// <summary>The sets of labelled series of the UCR and UEA archives.</summary>
internal static class SeriesSets
{
    /// <summary>The group's name.</summary>
    public const string Group = "series";

    private const double MostSeconds = 10;
    private const int SelectionFolds = 3;

    private static readonly (string Name, double? Bar, string Published)[] _sets =
    [
        ("BasicMotions", null, "MLSTM-FCN .955; ROCKET 1.0, 1NN-DTW .975"),
        ("JapaneseVowels", null, "LSTM .797, TWIESN .965, LSTNet .981; ROCKET .962"),
        ("ItalyPowerDemand", null, "LSTM-FCN .963, TWIESN .880; ROCKET .970"),
        ("GunPoint", null, "TWIESN .961; ROCKET 1.0, 1NN-DTW .907"),
        ("LSST", .65, "MLSTM-FCN .528, TapNet .513; Hydra .665, ROCKET .637"),
        ("Libras", null, "MLSTM-FCN .853, TapNet .878; ROCKET .900"),
        ("UWaveGestureLibrary", .915, "MLSTM-FCN .859, LSTNet .878; ROCKET .941"),
        ("FingerMovements", null, "MLSTM-FCN .550; ROCKET .540, near chance"),
        ("SwedishLeaf", null, "LSTM-FCN .979, TWIESN .825; ROCKET .962"),
        ("MedicalImages", null, "LSTM-FCN .801, TWIESN .649; ROCKET .807"),
        ("CBF", null, "LSTM-FCN .998, TWIESN .890; ROCKET 1.0"),
        ("Coffee", null, "LSTM-FCN 1.0, TWIESN .971; ROCKET 1.0"),
        ("PowerCons", null, "MambaSL 1.0; ROCKET .933"),
        ("Plane", null, "LSTM-FCN 1.0, TWIESN 1.0; ROCKET 1.0"),
        ("AllGestureWiimoteX", null, "MambaSL .753; 1NN-DTW .717"),
        ("GestureMidAirD1", null, "MambaSL .708; 1NN-DTW .639"),
    ];

    /// <summary>The training rows in three folds.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    public static IEnumerable<SelectionSet> Selection(string data, Predicate<string> isWanted)
    {
        foreach (string name in _sets.Select(set => set.Name).Where(name => isWanted(name)))
        {
            TimeSeries[] rows = TsFile.Read(Path.Combine(data, name, $"{name}_TRAIN.ts"), out int features);
            yield return SelectionSet.Of<TimeSeries, RnnMulticlassTrainer.Options>(
                Group,
                name,
                SelectionFolds,
                SelectionSet.Divide(rows, row => row.Class, SelectionFolds),
                (train, test, options) => Measure(train, test, features, options)
            );
        }
    }

    private static Outcome Measure(TimeSeries[] train, TimeSeries[] test, int features, RnnMulticlassTrainer.Options options)
    {
        (options.FeatureColumnName, options.FeaturesPerStep) = (nameof(TimeSeries.Values), features);
        var ml = new MLContext(options.Seed);
        return Measuring.Multiclass(
            ml,
            Label(ml).Append(ml.MulticlassClassification.Trainers.Rnn(options)),
            ml.Data.LoadFromEnumerable(train),
            ml.Data.LoadFromEnumerable(test)
        );
    }

    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    /// <param name="threads">Threads of a fit.</param>
    public static IEnumerable<DefaultSet> All(string data, Predicate<string> isWanted, int threads) =>
        _sets.Where(set => isWanted(set.Name)).Select(set => Of(data, set.Name, set.Bar, set.Published, threads));

    private static DefaultSet Of(string data, string name, double? bar, string published, int threads)
    {
        string file = Path.Combine(data, name, name);
        TimeSeries[] train = TsFile.Read($"{file}_TRAIN.ts", out int features),
            test = TsFile.Read($"{file}_TEST.ts", out _);
        int[] lengths = [.. train.Concat(test).Select(series => series.Values.Length / features).Distinct().Order()];
        string steps = lengths.Length == 1 ? $"{lengths[0]}" : $"{lengths[0]}-{lengths[^1]}";
        string rows =
            $"{train.Length}/{test.Length}, T {steps}, F {features}, {train.Select(series => series.Class).Distinct().Count()} classes";

        Outcome Rnn(RnnMulticlassTrainer.Options options)
        {
            options.Threads = threads;
            return Measure(train, test, features, options);
        }

        Outcome Peer(Func<MLContext, IEstimator<ITransformer>> trainer)
        {
            var ml = new MLContext(seed: 1);
            var pipeline = Label(ml).Append(ml.Transforms.NormalizeMeanVariance("Features")).AppendCacheCheckpoint(ml).Append(trainer(ml));
            return Measuring.Multiclass(ml, pipeline, Flat(ml, train, lengths[^1] * features), Flat(ml, test, lengths[^1] * features));
        }

        return new DefaultSet(
            name,
            Group,
            "accuracy",
            LowerIsBetter: false,
            bar,
            MostSeconds,
            rows,
            published,
            seed => Rnn(new RnnMulticlassTrainer.Options { Seed = seed }),
            seed => Rnn(Recipes.Series(Recipes.Plain(new RnnMulticlassTrainer.Options { Seed = seed }))),
            [
                ("Sdca", () => Peer(ml => ml.MulticlassClassification.Trainers.SdcaMaximumEntropy())),
                ("LightGbm", () => Peer(ml => ml.MulticlassClassification.Trainers.LightGbm())),
            ]
        );
    }

    private static IEstimator<ITransformer> Label(MLContext ml) =>
        ml.Transforms.Conversion.MapValueToKey("Label", nameof(TimeSeries.Class));

    // Flattened, and filled up with zeros to the longest.
    private static IDataView Flat(MLContext ml, TimeSeries[] series, int width)
    {
        var schema = SchemaDefinition.Create(typeof(FlatSeries));
        schema[nameof(FlatSeries.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        return ml.Data.LoadFromEnumerable(
            series
                .Select(one =>
                {
                    var values = new float[width];
                    one.Values.CopyTo(values, 0);
                    return new FlatSeries { Features = values, Class = one.Class };
                })
                .ToArray(),
            schema
        );
    }

    private sealed class FlatSeries
    {
        public float[] Features { get; set; } = [];

        public string Class { get; set; } = "";
    }
}
