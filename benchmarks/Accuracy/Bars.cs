using Accuracy.Sets;
using RnnMlNet;

namespace Accuracy;

/// <summary>The sets, read from the data folder, with their bars and published figures.</summary>
internal static class Bars
{
    public static IEnumerable<AccuracyBar> All(string data) =>
        [
            Series(data, "JapaneseVowels", 12, .97, "LSTM .797, TWIESN .965, LSTNet .981; ROCKET .962, 1NN-DTW .949"),
            Series(data, "ItalyPowerDemand", 1, .955, "LSTM-FCN .963, TWIESN .880; ROCKET .970, 1NN-DTW .950"),
            Series(data, "BasicMotions", 6, .95, "MLSTM-FCN .955; ROCKET 1.0, 1NN-DTW .975"),
            Series(data, "GunPoint", 1, .93, "TWIESN .961; ROCKET 1.0, 1NN-DTW .907"),
            Trec(data),
            Spam(data),
            Life(data),
            Chunks(data),
        ];

    private static AccuracyBar Series(string data, string name, int features, double bar, string published)
    {
        TimeSeries[] train = TsFile.Read(Path.Combine(data, name, $"{name}_TRAIN.ts")),
            test = TsFile.Read(Path.Combine(data, name, $"{name}_TEST.ts"));
        int[] lengths = [.. train.Concat(test).Select(series => series.Values.Length / features).Distinct().Order()];
        string steps = lengths.Length == 1 ? $"{lengths[0]}" : $"{lengths[0]}-{lengths[^1]}";
        return new(
            name,
            "series",
            $"{train.Length}/{test.Length}, T {steps}, F {features}, {train.Select(s => s.Class).Distinct().Count()} classes",
            "accuracy",
            bar,
            false,
            published,
            seed =>
                Experiments.Series(train, test, features, Recipes.Series(Recipes.Plain(new RnnMulticlassTrainer.Options { Seed = seed })))
        );
    }

    private static AccuracyBar Trec(string data)
    {
        LabelledText[] train = TrecFile.Read(Path.Combine(data, "TREC", "TREC.train")),
            test = TrecFile.Read(Path.Combine(data, "TREC", "TREC.test"));
        return new(
            "TREC-6",
            "text",
            $"{train.Length}/{test.Length}, {train.Select(t => t.Class).Distinct().Count()} classes",
            "accuracy",
            .88,
            false,
            "LSTM-CNN .961 (pretrained vectors); CNN-rand .882-.912, CNN-nonstatic .928-.936",
            seed => Experiments.Texts(train, test, Recipes.Text(Recipes.Plain(new RnnMulticlassTrainer.Options { Seed = seed })))
        );
    }

    private static AccuracyBar Spam(string data)
    {
        var (train, test) = HeldOut.Split(SmsSpamFile.Read(Path.Combine(data, "SMSSpam", "SMSSpamCollection")));
        return new(
            "SMSSpam",
            "text",
            $"{train.Length}/{test.Length}, 2 classes",
            "F1",
            .94,
            false,
            "Embedding+LSTM F1 .943; linear SVC accuracy .9935 (own splits)",
            seed => Experiments.Spam(train, test, Recipes.Text(Recipes.Plain(new RnnBinaryTrainer.Options { Seed = seed })))
        );
    }

    private static AccuracyBar Chunks(string data)
    {
        ChunkedSentence[] train = ConllFile.Read(Path.Combine(data, "CoNLL2000", "train.txt"), tagColumn: ^1),
            test = ConllFile.Read(Path.Combine(data, "CoNLL2000", "test.txt"), tagColumn: ^1);
        return new(
            "CoNLL2000",
            "chunks",
            $"{train.Length}/{test.Length} sentences, {train.SelectMany(s => s.Tags).Distinct().Count()} tags",
            "chunk F1",
            .91,
            false,
            "words only, Senna vectors: LSTM .901, BI-LSTM .938; random vectors plus features .929, .936; CRF .937",
            seed => Experiments.Chunks(train, test, Recipes.Chunks(Recipes.Plain(new RnnSequenceTaggerTrainer.Options { Seed = seed })))
        );
    }

    private static AccuracyBar Life(string data)
    {
        string folder = Path.Combine(data, "CMAPSS_FD001");
        LifeView view = Recipes.LifeView;
        EngineStretch[] train = CmapssFile.Train(folder, view),
            test = CmapssFile.Test(folder, view);
        return new(
            "C-MAPSS FD001",
            "life",
            $"{train.Length}/{test.Length} windows, T up to {view.Window}, F {view.Columns.Length}",
            "RMSE",
            15.5,
            true,
            "LSTM 14.93-16.14; DCNN 12.61, CNN 18.45, XGBoost 15.85, ridge 17.47",
            seed =>
                Experiments.Life(
                    train,
                    test,
                    view.Columns.Length,
                    Recipes.Life(Recipes.Plain(new RnnRegressionTrainer.Options { Seed = seed }))
                )
        );
    }
}
