using Accuracy.Sets;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using SharedData = RnnMlNet.Tests.Support.SharedData;

namespace RnnMlNet.Programs.Tests.Benchmarks;

/// <summary>The data sets as published: sizes, lengths, classes, and values read by eye from the files.</summary>
[TestFixture]
public class AccuracySetsTests
{
    [TestCase("JapaneseVowels", 270, 370, 12, 7, 29, 9)]
    [TestCase("ItalyPowerDemand", 67, 1029, 1, 24, 24, 2)]
    [TestCase("BasicMotions", 40, 40, 6, 100, 100, 4)]
    [TestCase("GunPoint", 50, 150, 1, 150, 150, 2)]
    public void Series(string name, int train, int test, int features, int shortest, int longest, int classes)
    {
        TimeSeries[] training = TsFile.Read(SharedData.Require($"{name}/{name}_TRAIN.ts")),
            testing = TsFile.Read(SharedData.Require($"{name}/{name}_TEST.ts"));
        int[] lengths = [.. training.Concat(testing).Select(series => series.Values.Length)];

        Assert.That((training.Length, testing.Length), Is.EqualTo((train, test)));
        Assert.That(lengths.Select(length => length % features), Is.All.Zero);
        Assert.That((lengths.Min() / features, lengths.Max() / features), Is.EqualTo((shortest, longest)));
        Assert.That(training.Select(series => series.Class).Distinct().Count(), Is.EqualTo(classes));
        Assert.That(testing.Select(series => series.Class).Distinct(), Is.EquivalentTo(training.Select(series => series.Class).Distinct()));
    }

    [Test]
    public void Channels_become_the_features_of_a_step()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("two.ts");
        File.WriteAllText(path, "# a comment\n@classLabel true a b\n@data\n1,2,3:10,20,30:a\n4:40: b\n");

        TimeSeries[] series = TsFile.Read(path);

        Assert.That(series.Select(s => s.Class), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(series[0].Values, Is.EqualTo(new float[] { 1, 10, 2, 20, 3, 30 }));
        Assert.That(series[1].Values, Is.EqualTo(new float[] { 4, 40 }));
    }

    [Test]
    public void Questions()
    {
        LabelledText[] train = TrecFile.Read(SharedData.Require("TREC/TREC.train")),
            test = TrecFile.Read(SharedData.Require("TREC/TREC.test"));

        Assert.That((train.Length, test.Length), Is.EqualTo((5452, 500)));
        Assert.That(train.Select(text => text.Class).Distinct(), Is.EquivalentTo(new[] { "ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM" }));
        Assert.That((train[0].Class, train[0].Text), Is.EqualTo(("DESC", "how did serfdom develop in and then leave russia ?")));
    }

    [Test]
    public void Messages_stand_once_and_on_one_side()
    {
        LabelledText[] all = SmsSpamFile.Read(SharedData.Require("SMSSpam/SMSSpamCollection"));
        var (train, test) = HeldOut.Split(all);

        Assert.That(all, Has.Length.EqualTo(5171));
        Assert.That((train.Length, test.Length), Is.EqualTo((4138, 1033)));
        Assert.That(train.Intersect(test), Is.Empty);
        Assert.That(HeldOut.Split(all).Test, Is.EqualTo(test), "The split is always the same.");
        double Spam(LabelledText[] texts) => texts.Count(text => text.Class == "spam") / (double)texts.Length;
        Assert.That(Spam(train), Is.EqualTo(Spam(test)).Within(0.001));
    }

    [Test]
    public void Chunks()
    {
        ChunkedSentence[] train = ConllFile.Read(SharedData.Require("CoNLL2000/train.txt"), tagColumn: ^1),
            test = ConllFile.Read(SharedData.Require("CoNLL2000/test.txt"), tagColumn: ^1);

        Assert.That((train.Length, test.Length), Is.EqualTo((8936, 2012)));
        Assert.That(
            (train.Sum(sentence => sentence.Words.Length), test.Sum(sentence => sentence.Words.Length)),
            Is.EqualTo((211727, 47377))
        );
        Assert.That(
            train.Concat(test).Select(sentence => sentence.Tags.Length),
            Is.EqualTo(train.Concat(test).Select(sentence => sentence.Words.Length))
        );
        Assert.That(train.SelectMany(sentence => sentence.Tags).Distinct().Count(), Is.EqualTo(22));
        Assert.That((train[0].Words[0], train[0].Tags[0]), Is.EqualTo(("Confidence", "B-NP")));
    }

    [Test]
    public void Words_that_training_does_not_know_are_what_they_look_like()
    {
        string[] often = [.. Enumerable.Repeat("the", 2), "Walked", "walked", "walked"];
        string[] rare = ["baking", "cooking", "making", "taking", "waking", "Xerxes-1", "U.N."];
        var words = new WordTokens([new ChunkedSentence { Words = [.. often, .. rare] }]);

        Assert.That(words.Of("the"), Is.EqualTo("the"));
        Assert.That(words.Of("baking"), Is.EqualTo("small king"), "A rare word of training itself.");
        Assert.That(words.Of("shaking"), Is.EqualTo("small king"));
        Assert.That(words.Of("sing"), Is.EqualTo("small ing"));
        Assert.That(words.Of("blue"), Is.EqualTo("small any"));
        Assert.That(words.Of("Zanzibar"), Is.Empty, "Too few capitalised words are rare.");
    }

    [Test]
    public void Engines()
    {
        string folder = Path.GetDirectoryName(SharedData.Require("CMAPSS_FD001/RUL_FD001.txt"))!;
        var view = new LifeView(Window: 50, Stride: 1, CmapssFile.AllColumns);
        EngineStretch[] train = CmapssFile.Train(folder, view),
            test = CmapssFile.Test(folder, view);

        Assert.That(train, Has.Length.EqualTo(20631 - 100 * 19), "A window ends at each cycle from the 20th on.");
        Assert.That(train.Select(stretch => stretch.Engine).Distinct(), Is.EqualTo(Enumerable.Range(1, 100)));
        Assert.That(train.Max(stretch => stretch.Cycles.Length), Is.EqualTo(50 * 24));
        Assert.That(
            train.Where(stretch => stretch.Engine == 1).Select(stretch => stretch.RemainingLife).TakeLast(3),
            Is.EqualTo(new[] { 2f, 1, 0 })
        );
        Assert.That(test, Has.Length.EqualTo(100));
        Assert.That(test.Max(stretch => stretch.RemainingLife), Is.EqualTo(CmapssFile.Cap));
        Assert.That(test[0].Cycles.Length, Is.EqualTo(31 * 24), "Test engine 1 was seen for 31 cycles.");
        Assert.That(test[0].RemainingLife, Is.EqualTo(112));
    }

    [Test]
    public void Engines_seen_by_the_sensors_that_change()
    {
        string folder = Path.GetDirectoryName(SharedData.Require("CMAPSS_FD001/RUL_FD001.txt"))!;
        float[] all = CmapssFile.Test(folder, new LifeView(50, 1, CmapssFile.AllColumns))[0].Cycles,
            some = CmapssFile.Test(folder, new LifeView(50, 1, CmapssFile.ChangingSensors))[0].Cycles;

        Assert.That(some, Has.Length.EqualTo(31 * 14));
        Assert.That(some[..2], Is.EqualTo(new[] { all[3 + 1], all[3 + 2] }), "Sensors 2 and 3 come after three settings and sensor 1.");
        Assert.That(some[13], Is.EqualTo(all[23]), "Sensor 21 is a cycle's last.");
    }
}
