using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Streaming;

/// <summary>
/// A forecast engine's checkpoint resumes with bit-identical results; one that is damaged or of an older format is an error with an
/// explanation.
/// </summary>
[TestFixture]
public class ForecastCheckpointFileTests
{
    private readonly MLContext _ml = new(seed: 1);
    private TemporaryFolder _folder = null!;
    private RnnForecastingTransformer _model = null!;

    private string Path => _folder.PathOf("series.rnn");

    private sealed class Answer
    {
        public float[] Forecast { get; set; } = [];
        public float[] Upper { get; set; } = [];
    }

    [OneTimeSetUp]
    public void Train()
    {
        _folder = new TemporaryFolder();
        _model = TinySeries
            .Estimator(_ml, o => o.SeriesKeyColumnName = "Key")
            .Fit(TinySeries.Load(_ml, [.. TinySeries.Steps(key: "a"), .. TinySeries.Steps(key: "b", level: 5)]));
    }

    [OneTimeTearDown]
    public void DeleteFolder()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    // More than a block of a megabyte holds.
    [Test]
    public void Many_series_go_on_to_the_bit()
    {
        using var engine = _ml.Forecasting.CreateForecastEngine<SeriesStep, Answer>(_model);
        string[] keys = [.. Enumerable.Range(0, 9000).Select(number => $"series {number}")];
        SeriesStep[] steps = TinySeries.Steps(50);
        foreach (SeriesStep step in steps)
        foreach (string key in keys)
            engine.Observe(new SeriesStep { Key = key, Value = step.Value });
        engine.CheckPoint(Path);

        using var opened = Open();
        Assert.That(new FileInfo(Path).Length, Is.GreaterThan(2 << 20));
        Assert.That((opened.Count, opened.StepsOf("series 7")), Is.EqualTo((9002, 50)));
        foreach (string key in new[] { "series 0", "series 8999", "a" })
        {
            Answer was = engine.Predict(key),
                now = opened.Predict(key);
            Assert.That((now.Forecast, now.Upper), Is.EqualTo((was.Forecast, was.Upper)), key);
        }
    }

    [Test]
    public void A_damaged_file_and_one_of_an_older_format_are_refused()
    {
        using (var engine = _ml.Forecasting.CreateForecastEngine<SeriesStep, Answer>(_model))
            engine.CheckPoint(Path);
        byte[] file = File.ReadAllBytes(Path);

        File.WriteAllBytes(Path, [.. Blocks.Seal(Blocks.Payload(file), version: 2), .. Blocks.Rest(file)]);
        Refused.Format(
            () => Open(),
            $"The checkpoint '{Path}' has format version 2, which this RnnMlNet does not read any more: begin with a new engine."
        );
        File.WriteAllBytes(Path, [.. file, 0]);
        Refused.Format(() => Open(), $"The checkpoint '{Path}' is damaged: 1 bytes follow where it should end.");
        File.WriteAllBytes(Path, file[..^1]);
        Refused.Format(() => Open(), $"The checkpoint '{Path}' is truncated: the file ends before it does.");
    }

    private RnnForecastEngine<SeriesStep, Answer> Open() => _ml.Forecasting.OpenForecastEngine<SeriesStep, Answer>(_model, Path);
}
