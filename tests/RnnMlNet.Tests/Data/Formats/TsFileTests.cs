using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data.Formats;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Formats;

/// <summary>What a file in the format of the time series archives becomes.</summary>
[TestFixture]
internal sealed class TsFileTests : TsFileFixture
{
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
}
