using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data.Formats;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Formats;

[TestFixture]
internal sealed class TsFileTests
{
    private FormatFile _files = null!;

    [SetUp]
    public void SetUp() => _files = new FormatFile("ts", (ml, path) => ml.Data.LoadFromTsFile(path));

    [TearDown]
    public void TearDown() => _files.Dispose();

    [Test]
    public void Channels_become_the_features_of_a_step()
    {
        IDataView view = _files.Load(
            """
            # A comment: with colons, commas and @tags.
            @problemName Two
            @timeStamps false
            @missing true
            @univariate false
            @dimensions 2
            @equalLength false
            @classLabel true up down

            @data
            1,2.5,-3e1:10,?,30:up
            # Another comment.
            4:40: down

            """
        );

        Assert.That(
            view.Schema.Select(column => $"{column.Name} {column.Type}"),
            Is.EqualTo(["Features Vector<Single, *, 2>", "Label String"])
        );
        Assert.That(view.GetColumn<float[]>("Features"), Is.EqualTo(new[] { new[] { 1, 10, 2.5f, float.NaN, -30, 30 }, [4, 40] }));
        Assert.That(view.GetColumn<string>("Label"), Is.EqualTo(new[] { "up", "down" }));
        Assert.That(
            FormatFile
                .Annotation<VBuffer<ReadOnlyMemory<char>>>(view, "Label", "ClassLabels")
                .DenseValues()
                .Select(name => name.ToString()),
            Is.EqualTo(new[] { "up", "down" })
        );
    }

    [Test]
    public void A_target_is_a_number()
    {
        IDataView view = _files.Load("@univariate true\n@targetlabel true\n@data\n1,2:0.25\n3,4:-1e2\n5,6:?\n");

        Assert.That(view.Schema["Label"].Type, Is.EqualTo(NumberDataViewType.Single));
        Assert.That(view.GetColumn<float>("Label"), Is.EqualTo(new[] { 0.25f, -100, float.NaN }));
        Assert.That(view.Schema["Features"].Type.ToString(), Is.EqualTo("Vector<Single, *, 1>"));
    }

    [Test]
    public void A_file_without_labels_has_no_column_of_them()
    {
        IDataView view = _files.Load("@classLabel false\n@data\n1,2:3,4\nNaN,6:7,8\n");

        Assert.That(view.Schema.Select(column => column.Name), Is.EqualTo(new[] { "Features" }));
        Assert.That(view.GetColumn<float[]>("Features"), Is.EqualTo(new float[][] { [1, 3, 2, 4], [float.NaN, 7, 6, 8] }));
    }

    [Test]
    public void Classes_need_not_be_listed()
    {
        IDataView view = _files.Load("@classLabel true\n@data\n1:a b\n2:c\n");

        Assert.That(view.GetColumn<string>("Label"), Is.EqualTo(new[] { "a b", "c" }));
        Assert.That(view.Schema["Label"].Annotations.Schema.Count, Is.Zero);
    }

    [Test]
    public void Dates_are_the_times_of_the_steps()
    {
        IDataView view = _files.Load(
            "@timestamps true\n@dimension 2\n@targetlabel true\n@data\n"
                + "(2004-08-10 18:00:00,1.5),(2004-08-10 19:30:00,?):(2004-08-10 18:00:00,3), (2004-08-10 19:30:00, 4):7\n"
                + "(2004-08-10 18:00:00.25,5):(2004-08-10 18:00:00.25,6):8\n"
        );
        var evening = new DateTime(2004, 8, 10, 18, 0, 0);

        Assert.That(view.Schema["Times"].Type.ToString(), Is.EqualTo("Vector<DateTime>"));
        Assert.That(
            view.GetColumn<DateTime[]>("Times"),
            Is.EqualTo(new DateTime[][] { [evening, evening.AddHours(1.5)], [evening.AddSeconds(0.25)] })
        );
        Assert.That(view.GetColumn<float[]>("Features"), Is.EqualTo(new float[][] { [1.5f, 3, float.NaN, 4], [5, 6] }));
    }

    [Test]
    public void Whole_numbers_are_times_too()
    {
        IDataView view = _files.Load("@timestamps true\n@classLabel true a\n@data\n(0,1),(2,2),(5,3):a\n");

        Assert.That(view.GetColumn<long[]>("Times"), Is.EqualTo(new long[][] { [0, 2, 5] }));
    }

    [TestCase("@classlabel true a\r\n@data\r\n1,2:a\r\n", TestName = "Carriage returns")]
    [TestCase("@CLASSLABEL TRUE a\n@DATA\n1,2:a", TestName = "Upper case")]
    [TestCase(
        "@univariate true\n@dimensions 1\n@seriesLength 2\n@equalLength true\n@classLabel true a\n@data\n1,2:a",
        TestName = "All stated"
    )]
    public void Spellings_of_one_file(string content)
    {
        IDataView view = _files.Load(content);

        Assert.That(view.GetColumn<float[]>("Features"), Is.EqualTo(new float[][] { [1, 2] }));
        Assert.That(view.GetColumn<string>("Label"), Is.EqualTo(new[] { "a" }));
    }

    [TestCase(
        "@colour red\n",
        1,
        "the tag '@colour' is unknown; expected @problemname, @timestamps, @missing, @univariate, @dimensions, "
            + "@dimension, @equallength, @serieslength, @classlabel, @targetlabel or @data: correct it, or write it as a comment after #"
    )]
    [TestCase("@missing true\n@MISSING true\n", 2, "the tag @missing occurs a second time: remove one of them")]
    [TestCase("@dimension 2\n@dimensions 2\n", 2, "the number of dimensions is stated a second time: remove one of the tags")]
    [TestCase("@missing maybe\n", 1, "expected true or false after @missing, received 'maybe'")]
    [TestCase("@dimensions 0\n", 1, "expected a whole number of at least 1 after @dimensions, received '0'")]
    [TestCase(
        "@missing true\n1,2:a\n",
        2,
        "expected a tag such as @problemname, a comment after # or @data, received '1,2:a': write @data " + "before the first row"
    )]
    [TestCase("@missing true\n", 1, "the file ends before @data: expected @data and a row on each line after it")]
    [TestCase("", 0, "the file ends before @data: expected @data and a row on each line after it")]
    [TestCase("@data 1,2\n", 1, "expected @data alone, received '@data 1,2': begin the rows on the next line")]
    [TestCase("@data\n", 1, "no row follows @data: expected a series on each line after it")]
    [TestCase("@univariate true\n@dimensions 2\n@data\n", 3, "@univariate is true, but @dimensions is 2: correct one of them")]
    [TestCase(
        "@equalLength false\n@seriesLength 2\n@data\n",
        3,
        "@equalLength is false, but @seriesLength states one length, 2: correct " + "one of them"
    )]
    [TestCase("@classLabel\n", 1, "expected true or false after @classlabel, received ''")]
    [TestCase("@classLabel false a b\n", 1, "@classLabel is false, but classes follow: write true, or remove them")]
    [TestCase("@classLabel true a b a\n", 1, "the class 'a' is listed a second time: remove one of them")]
    [TestCase(
        "@classLabel true a\n@targetLabel true\n",
        2,
        "both @classLabel and @targetLabel are true: set the one that the rows do not " + "have to false"
    )]
    public void Headers_are_checked(string content, int line, string sentence) => _files.Refuses(content, line, sentence);

    [TestCase(
        "@dimensions 2",
        "1:2:a\n1:2:3:a",
        2,
        "expected 2 channels as stated in the header, received 3: channels have a colon between " + "them, and the label follows the last"
    )]
    [TestCase(
        "@missing true",
        "1:2:a\n1:a",
        2,
        "expected 2 channels as in the file's first row, received 1: channels have a colon between "
            + "them, and the label follows the last"
    )]
    [TestCase("@missing true", "1,2", 1, "expected values, a colon and a label, received '1,2' without a colon")]
    [TestCase(
        "@missing true",
        "1,2:3:a",
        1,
        "channel 2 has 1 step, but channel 1 2: give all channels of a series one length, with ? where a " + "value is missing"
    )]
    [TestCase(
        "@seriesLength 2",
        "1,2:a\n1:a",
        2,
        "expected 2 steps as @seriesLength states, received 1: complete the series, or set "
            + "@equalLength to false and remove @seriesLength"
    )]
    [TestCase(
        "@equalLength true",
        "1,2:a\n1:a",
        2,
        "expected 2 steps as in the file's first row, received 1: complete the series, or set " + "@equalLength to false"
    )]
    [TestCase("@missing true", "1,2:c", 1, "the class 'c' is not one of @classLabel (a, b): correct it, or add it there")]
    [TestCase("@missing true", "1,2:", 1, "the class after the last colon is empty: write one of the classes")]
    [TestCase("@missing false", "1,?:a", 1, "step 2 of channel 1 is missing ('?'), but @missing is false: set @missing to true")]
    [TestCase("@missing false", "1:NaN:a", 1, "step 1 of channel 2 is missing ('NaN'), but @missing is false: set @missing to true")]
    [TestCase("@missing true", "1,,2:a", 1, "step 2 of channel 1 is '': expected a finite number, or ? for a missing value")]
    [TestCase("@missing true", "1,x:a", 1, "step 2 of channel 1 is 'x': expected a finite number, or ? for a missing value")]
    [TestCase("@missing true", "1,1e39:a", 1, "step 2 of channel 1 is '1e39': expected a finite number, or ? for a missing value")]
    [TestCase("@missing true", "Infinity:a", 1, "step 1 of channel 1 is 'Infinity': expected a finite number, or ? for a missing value")]
    [TestCase(
        "@missing true",
        "(0,1),(1,2):a",
        1,
        "step 1 of channel 1 is '(0': expected a finite number, or ? for a missing value; for "
            + "times in brackets set @timeStamps to true"
    )]
    [TestCase(
        "@missing true",
        "1:a\n@missing false",
        2,
        "expected a row after @data, received the tag '@missing false': move it before @data"
    )]
    public void Rows_are_checked(string tag, string rows, int row, string sentence) =>
        _files.Refuses($"{tag}\n@classLabel true a b\n@data\n{rows}\n", 3 + row, sentence);

    [TestCase("1,2:7", "step 1 of channel 1: expected (time,value) as @timeStamps is true, with commas between the steps, received '1,2'")]
    [TestCase(
        "(1,2)(2,3):7",
        "step 2 of channel 1: expected (time,value) as @timeStamps is true, with commas between the steps, received " + "'(2,3)'"
    )]
    [TestCase("(1):7", "step 1 of channel 1: expected (time,value) as @timeStamps is true, with commas between the steps, received '(1)'")]
    [TestCase("(1,2),:7", "step 2 of channel 1: expected (time,value) as @timeStamps is true, with commas between the steps, received ''")]
    [TestCase("(1.5,2):7", "step 1 of channel 1 has the time '1.5': expected yyyy-MM-dd HH:mm:ss or a whole number")]
    [TestCase(
        "(2004-13-01 00:00:00,2):7",
        "step 1 of channel 1 has the time '2004-13-01 00:00:00': expected yyyy-MM-dd HH:mm:ss or a whole " + "number"
    )]
    [TestCase(
        "(1,2),(2004-01-01 00:00:00,3):7",
        "step 2 of channel 1 has the time '2004-01-01 00:00:00', but the file's first time is a "
            + "whole number: write all times in one form"
    )]
    [TestCase(
        "(1,2),(1,3):7",
        "step 2 of channel 1 has the time '1', which is not after that of the step before: sort the steps, and remove "
            + "one of two at the same time"
    )]
    [TestCase(
        "(2,2),(1,3):7",
        "step 2 of channel 1 has the time '1', which is not after that of the step before: sort the steps, and remove "
            + "one of two at the same time"
    )]
    [TestCase(
        "(1,2),(2,3):(1,2),(3,3):7",
        "step 2 of channel 2 is at another time than in channel 1: give all channels of a series the same "
            + "times, with ? where a value is missing"
    )]
    [TestCase("(1,2):x", "the target 'x' after the last colon is not a finite number: write a number, or ? for a missing one")]
    public void Times_and_targets_are_checked(string row, string sentence) =>
        _files.Refuses($"@timestamps true\n@targetlabel true\n@data\n{row}\n", 4, sentence);

    [Test]
    public void Several_files_are_one_after_another()
    {
        string first = _files.Write("@classLabel true a b\n@data\n1,2:a\n"),
            second = _files.Write("@classLabel true a b\n@data\n3:b\n");

        IDataView view = _files.Context.Data.LoadFromTsFile(new MultiFileSource(first, second), "Series", "Class");

        Assert.That(view.GetColumn<float[]>("Series"), Is.EqualTo(new float[][] { [1, 2], [3] }));
        Assert.That(view.GetColumn<string>("Class"), Is.EqualTo(new[] { "a", "b" }));
    }

    [TestCase("@targetlabel true\n@data\n3:1", "1 channel, no times, targets")]
    [TestCase("@classLabel true a\n@data\n3:a", "1 channel, no times, the classes a")]
    [TestCase("@timestamps true\n@classLabel true a b\n@data\n(1,3):(1,4):a", "2 channels, whole numbers as times, the classes a b")]
    public void Files_of_another_kind_are_refused(string other, string kind)
    {
        string first = _files.Write("@classLabel true a b\n@data\n1,2:a\n"),
            second = _files.Write(other);
        IDataView view = _files.Context.Data.LoadFromTsFile(new MultiFileSource(first, second));

        Refused.Format(
            () => FormatFile.ReadAll(view),
            $"the rows have {kind}, but those of the first file, as it was opened, have 1 channel, no times, the classes a b: load files "
                + "of one kind together."
        );
    }

    [Test]
    public void A_file_that_changed_after_it_was_opened_is_refused()
    {
        string path = _files.Write("@data\n1,2\n");
        IDataView view = _files.Context.Data.LoadFromTsFile(path);
        File.WriteAllText(path, "@data\n1:2\n");

        Refused.Format(() => FormatFile.ReadAll(view), "the rows have 2 channels, no times, no labels, but those of the first file");
    }

    [Test]
    public void What_is_written_is_read([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        int channels = random.Next(1, 4);
        float[][] rows = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Row(random, channels))];
        string content =
            $"@dimensions {channels}\n@classLabel true x y\n@data\n"
            + string.Join('\n', rows.Select((row, i) => $"{Channels(row, channels)}:{(i % 2 == 0 ? "x" : "y")}"));

        IDataView view = _files.Load(content);

        Assert.That(view.GetColumn<float[]>("Features"), Is.EqualTo(rows));
        Assert.That(view.GetColumn<string>("Label"), Is.EqualTo(rows.Select((_, i) => i % 2 == 0 ? "x" : "y")));
    }

    private static float[] Row(Random random, int channels)
    {
        int steps = random.Next(1, 40);
        return
        [
            .. Enumerable
                .Range(0, steps * channels)
                .Select(_ => random.Next(10) == 0 ? float.NaN : (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-9, 9)))),
        ];
    }

    private static string Channels(float[] row, int channels) =>
        string.Join(':', Enumerable.Range(0, channels).Select(f => string.Join(',', row.Where((_, i) => i % channels == f).Select(Text))));

    private static string Text(float value) => float.IsNaN(value) ? "?" : value.ToString("R", CultureInfo.InvariantCulture);

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
