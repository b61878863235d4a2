using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data.Formats;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Formats;

/// <summary>Trainers on files in the format of the time series archives, and the published sets.</summary>
[TestFixture]
internal sealed class TsFileTrainingTests : TsFileFixture
{
    [Test]
    public void A_classifier_trains_on_a_file_as_it_is()
    {
        var random = new Random(1);
        string rows = string.Join(
            '\n',
            Enumerable
                .Range(0, 60)
                .Select(i =>
                {
                    float level = i % 2 == 0 ? 1 : -1;
                    float[] values = [.. Enumerable.Range(0, random.Next(3, 9)).Select(_ => level + (float)random.NextDouble())];
                    string channel = string.Join(',', values.Select(Text));
                    return $"{channel}:{channel}:{(i % 2 == 0 ? "high" : "low")}";
                })
        );
        MLContext ml = _files.Context;
        IDataView data = _files.Load($"@dimensions 2\n@classLabel true high low\n@data\n{rows}\n");
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey("Label")
            .Append(
                ml.MulticlassClassification.Trainers.Rnn(
                    new RnnMulticlassTrainer.Options
                    {
                        HiddenSize = 4,
                        MaxEpochs = 10,
                        LearningRate = 0.02f,
                        EnsembleSize = 1,
                    }
                )
            );

        using var model = pipeline.Fit(data);
        using var stream = new MemoryStream();
        ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = ml.Model.Load(stream, out DataViewSchema schema);

        Assert.That(ml.MulticlassClassification.Evaluate(loaded.Transform(data)).MacroAccuracy, Is.EqualTo(1));
        Assert.That(schema["Features"].Type, Is.EqualTo(data.Schema["Features"].Type), "a saved model knows the channels");
        using var engine = ml.Model.CreatePredictionEngine<Recording, Prediction>(loaded);
        Assert.That(engine.Predict(new Recording { Features = [1, 1, 1.5f, 1.5f, 1, 2] }).Score[0], Is.GreaterThan(0.5));
    }

    [Test]
    public void A_regression_trains_once_missing_values_are_replaced()
    {
        var random = new Random(1);
        string rows = string.Join(
            '\n',
            Enumerable
                .Range(0, 40)
                .Select(_ =>
                {
                    int level = random.Next(5);
                    return $"{level},?,{level}:{level},{level},?:{level}";
                })
        );
        MLContext ml = _files.Context;
        IDataView data = _files.Load($"@missing true\n@targetlabel true\n@data\n{rows}\n");
        var trainer = ml.Regression.Trainers.Rnn(
            new RnnRegressionTrainer.Options
            {
                HiddenSize = 4,
                MaxEpochs = 20,
                LearningRate = 0.02f,
                BatchSize = 4,
                EnsembleSize = 1,
            }
        );

        using var model = ml.Transforms.ReplaceMissingValues("Features").Append(trainer).Fit(data);

        Assert.That(model.LastTransformer.Model.History.SkippedRows, Is.Zero);
        Assert.That(ml.Regression.Evaluate(model.Transform(data)).RSquared, Is.GreaterThan(0.5));
    }

    private sealed class Recording
    {
        [VectorType]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }

    [TestCase("BasicMotions", 40, 40, 100, 100, 6, 4)]
    [TestCase("JapaneseVowels", 270, 370, 7, 29, 12, 9)]
    [TestCase("ItalyPowerDemand", 67, 1029, 24, 24, 1, 2)]
    [TestCase("GunPoint", 50, 150, 150, 150, 1, 2)]
    [TestCase("LSST", 2459, 2466, 36, 36, 6, 14)]
    [TestCase("Libras", 180, 180, 45, 45, 2, 15)]
    [TestCase("UWaveGestureLibrary", 120, 320, 315, 315, 3, 8)]
    [TestCase("FingerMovements", 316, 100, 50, 50, 28, 2)]
    [TestCase("SwedishLeaf", 500, 625, 128, 128, 1, 15)]
    [TestCase("MedicalImages", 381, 760, 99, 99, 1, 10)]
    [TestCase("CBF", 30, 900, 128, 128, 1, 3)]
    [TestCase("Coffee", 28, 28, 286, 286, 1, 2)]
    [TestCase("PowerCons", 180, 180, 144, 144, 1, 2)]
    [TestCase("Plane", 105, 105, 144, 144, 1, 7)]
    [TestCase("AllGestureWiimoteX", 300, 700, 2, 385, 1, 10)]
    [TestCase("GestureMidAirD1", 208, 130, 80, 360, 1, 26)]
    [TestCase("GestureMidAirD2", 208, 130, 80, 360, 1, 26)]
    [TestCase("DodgerLoopDay", 78, 80, 288, 288, 1, 7)]
    [TestCase("DodgerLoopGame", 20, 138, 288, 288, 1, 2)]
    [TestCase("DodgerLoopWeekend", 20, 138, 288, 288, 1, 2)]
    [TestCase("FloodModeling1", 471, 202, 266, 266, 1, 0)]
    [TestCase("CardanoSentiment", 74, 33, 24, 24, 2, 0)]
    public void Published_sets(string name, int train, int test, int shortest, int longest, int channels, int classes)
    {
        IDataView[] parts =
        [
            .. new[] { "TRAIN", "TEST" }.Select(part => _files.Context.Data.LoadFromTsFile(SharedData.Require($"{name}/{name}_{part}.ts"))),
        ];
        float[][][] rows = [.. parts.Select(part => part.GetColumn<float[]>("Features").ToArray())];
        int[] lengths = [.. rows.SelectMany(part => part).Select(row => row.Length)];

        Assert.That((rows[0].Length, rows[1].Length), Is.EqualTo((train, test)));
        Assert.That(((VectorDataViewType)parts[0].Schema["Features"].Type).Dimensions, Is.EqualTo(new[] { 0, channels }));
        Assert.That((lengths.Min(), lengths.Max()), Is.EqualTo((shortest * channels, longest * channels)));
        Assert.That(
            rows.SelectMany(part => part).SelectMany(row => row).Any(float.IsNaN),
            Is.EqualTo(name.StartsWith("Dodger", StringComparison.Ordinal))
        );
        if (classes == 0)
            Assert.That(parts[0].GetColumn<float>("Label"), Has.All.Matches<float>(float.IsFinite));
        else
            Assert.That(parts[0].GetColumn<string>("Label").Distinct().Count(), Is.EqualTo(classes));
    }
}
