using System.Diagnostics;
using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using ScoringHost;

namespace RnnMlNet.Tests.Streaming;

/// <summary>An engine opened from a checkpoint resumes with the bit-identical results of the one that wrote it.</summary>
[TestFixture]
public class CheckPointTests
{
    private const int Steps = 12;
    private readonly MLContext _ml = new(seed: 1);
    private TemporaryFolder _folder = null!;

    private string Path => _folder.PathOf("series.rnn");

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void Goes_on_to_the_bit(
        [Values] CellKind cell,
        [Values(Pooling.Last, Pooling.Mean, Pooling.Max, Pooling.Attention, RandomNetwork.AllPooling)] Pooling pooling,
        [Values(ColumnKind.Flat, ColumnKind.Tokens)] ColumnKind kind
    )
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, kind, cell, 2, pooling);
        using var engine = Engine(model);
        string[] keys = ["", "a", "key ü 漢 \ud83d\ude00", "lone surrogate \ud83d", "lone surrogate \ude00"];
        Take(engine, keys, 0, 5);
        engine.CheckPoint(Path);
        using var opened = Open(model);

        Assert.That(opened.Count, Is.EqualTo(keys.Length));
        Assert.That(keys.Select(opened.StepsOf), Has.All.EqualTo(5));
        Assert.That(Take(opened, keys, 5, Steps), Is.EqualTo(Take(engine, keys, 5, Steps)));
    }

    [Test]
    public void A_fresh_process_goes_on_to_the_bit()
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer model = Tiny.Multiclass(_ml, configure: options => (options.Layers, options.Pooling) = (2, RandomNetwork.AllPooling))
            .Fit(data);
        string modelFile = _folder.PathOf("model.zip"),
            answers = _folder.PathOf("answers.txt");
        _ml.Model.Save(model, data.Schema, modelFile);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepInput, ClassPrediction>(model);
        _ = Streams.Lines(engine, first: 0, count: 10).ToArray();
        engine.CheckPoint(Path);

        ChildProcess.RunWell(TestPaths.ScoringHost, "stream", modelFile, Path, answers);
        Assert.That(File.ReadAllLines(answers), Is.EqualTo(Streams.Lines(engine, first: 10, count: 5)));
    }

    [Test]
    public void A_process_killed_while_it_writes_leaves_a_whole_file()
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassTransformer model = Tiny.Multiclass(_ml).Fit(data);
        string modelFile = _folder.PathOf("model.zip");
        _ml.Model.Save(model, data.Schema, modelFile);
        for (int round = 0; round < 4; round++)
        {
            using Process process = Process.Start(
                new ProcessStartInfo(Environment.ProcessPath!, [TestPaths.ScoringHost, "checkpoints", modelFile, Path])
                {
                    RedirectStandardOutput = true,
                }
            )!;
            Assert.That(process.StandardOutput.ReadLine(), Is.EqualTo("written"));
            Thread.Sleep(10 + 7 * round);
            process.Kill();
            process.WaitForExit();
            using var opened = _ml.Model.OpenSequencePredictionEngine<StepInput, ClassPrediction>(model, Path);
            Assert.That(opened.Count, Is.EqualTo(1000));
            Assert.That(Enumerable.Range(0, 1000).Select(i => opened.StepsOf($"series {i}")).Distinct().Count(), Is.EqualTo(1));
        }
    }

    [Test]
    public void The_order_of_use_is_kept()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Flat);
        using var engine = Engine(model);
        Take(engine, ["a", "b", "c", "d"], 0, 1);
        Take(engine, ["b"], 1, 2);
        engine.CheckPoint(Path);
        var evicted = new List<string>();
        using var opened = Open(model, new SequencePredictionEngineOptions { Capacity = 4, Evicted = evicted.Add });
        Take(opened, ["e", "f", "g", "h"], 0, 1);
        Assert.That(evicted, Is.EqualTo(new[] { "a", "c", "d", "b" }));
    }

    [Test]
    public void A_smaller_engine_keeps_those_used_last()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Flat);
        using var engine = Engine(model);
        Take(engine, ["a", "b", "c", "d"], 0, 1);
        engine.CheckPoint(Path);
        var evicted = new List<string>();
        var log = new LogCapture(_ml);
        using var opened = Open(model, new SequencePredictionEngineOptions { Capacity = 2, Evicted = evicted.Add });
        Assert.That(evicted, Is.EqualTo(new[] { "a", "b" }));
        Assert.That((opened.Count, opened.EvictedCount, log.Warnings.Length), Is.EqualTo((2, 2, 1)));
        Assert.That(Take(opened, ["c", "d"], 1, Steps), Is.EqualTo(Take(engine, ["c", "d"], 1, Steps)));
    }

    [Test]
    public void An_engine_without_series()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Flat);
        using (var engine = Engine(model))
            engine.CheckPoint(Path);
        using var opened = Open(model);
        Assert.That(opened.Count, Is.Zero);
    }

    /// <summary>More than one block of the file.</summary>
    [Test]
    public void Many_series()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Flat, change: shape => shape with { HiddenSize = 64 });
        using var engine = Engine(model);
        string[] keys = [.. Enumerable.Range(0, 3000).Select(i => $"series {i}")];
        StepRow step = new RandomSeries(1, seed: 1).Step(0);
        foreach (string key in keys)
            engine.Predict(key, step);
        engine.CheckPoint(Path);
        Assert.That(new FileInfo(Path).Length, Is.GreaterThan(3 << 20));
        using var opened = Open(model);
        Assert.That(keys.Select(opened.StepsOf), Has.All.EqualTo(1));
        Assert.That(opened.Predict(keys[1500], step).Score, Is.EqualTo(engine.Predict(keys[1500], step).Score));
    }

    [Test]
    public void Writing_goes_on_beside_and_replaces_the_file()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Flat);
        using var engine = Engine(model);
        Take(engine, ["a"], 0, 3);
        engine.CheckPoint(Path);
        Take(engine, ["a"], 3, 5);
        engine.CheckPoint(Path);
        using var opened = Open(model);
        Assert.That(opened.StepsOf("a"), Is.EqualTo(5));
        Assert.That(Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!), Is.EqualTo(new[] { Path }));
    }

    [Test]
    public void Another_model_is_named([Values] bool sameSizes)
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Flat),
            other = sameSizes
                ? RandomSeries.Model(_ml, ColumnKind.Flat, seed: 2)
                : RandomSeries.Model(_ml, ColumnKind.Flat, CellKind.Gru, layers: 1);
        using (var engine = Engine(model))
            engine.CheckPoint(Path);
        const string Sizes = "features 2, hidden size 4";
        string found = $"Lstm, {Sizes}, layers 2, directions 1, pooling Last|Mean|Max|Attention, outputs 2";
        string given = sameSizes ? found : $"Gru, {Sizes}, layers 1, directions 1, pooling Last|Mean|Max|Attention, outputs 2";
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => Open(other))!;
        Assert.That(
            exception.Message,
            Does.Match(
                $@"^The checkpoint '.*series\.rnn' was written with another model: its network is {Escaped(found)} \([0-9a-f]{{8}}\), "
                    + $@"the given model's is {Escaped(given)} \([0-9a-f]{{8}}\)\. Open it with the model that it was written with\."
            )
        );

        static string Escaped(string text) => System.Text.RegularExpressions.Regex.Escape(text);
    }

    /// <summary>How the training went, and whether the model was saved meanwhile, makes no other network of it.</summary>
    [Test]
    public void The_same_network_saved_and_loaded_is_the_same_model()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Flat);
        using var engine = Engine(model);
        Take(engine, ["a"], 0, 3);
        engine.CheckPoint(Path);
        using var opened = Open(SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, null), out _));
        Assert.That(Take(opened, ["a"], 3, Steps), Is.EqualTo(Take(engine, ["a"], 3, Steps)));
    }

    [Test]
    public void No_such_file() =>
        Assert.That(() => Open(RandomSeries.Model(_ml, ColumnKind.Flat)), Throws.InstanceOf<FileNotFoundException>());

    [Test]
    public void No_path([Values("", " ", null)] string? path)
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Flat);
        using var engine = Engine(model);
        Assert.That(() => engine.CheckPoint(path!), Throws.InstanceOf<ArgumentException>().With.Property("ParamName").EqualTo("path"));
        Assert.That(
            () => _ml.Model.OpenSequencePredictionEngine<StepRow, TargetsPrediction>(model, path!),
            Throws.InstanceOf<ArgumentException>().With.Property("ParamName").EqualTo("checkPointPath")
        );
    }

    private SequencePredictionEngine<StepRow, TargetsPrediction> Engine(ITransformer model) =>
        _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);

    private SequencePredictionEngine<StepRow, TargetsPrediction> Open(
        ITransformer model,
        SequencePredictionEngineOptions? options = null
    ) => _ml.Model.OpenSequencePredictionEngine<StepRow, TargetsPrediction>(model, Path, options);

    private static float[][] Take(SequencePredictionEngine<StepRow, TargetsPrediction> engine, string[] keys, int start, int end) =>
        [
            .. from key in keys
            let series = new RandomSeries(Steps, seed: key.Length)
            from t in Enumerable.Range(start, end - start)
            select engine.Predict(key, series.Step(t)).Score,
        ];
}
