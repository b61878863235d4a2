using Microsoft.ML;
using Microsoft.ML.Transforms;
using NUnit.Framework;
using PuppeteerSharp;
using RnnMlNet.Programs.Tests.Eng;
using RnnMlNet.Programs.Tests.Support;
using RnnMlNet.Tests.Support;
using Samples.Quickstart;
using Samples.Waves;

namespace RnnMlNet.Programs.Tests.Samples;

/// <summary>samples/Browser, published as a user does it, in a real browser: its scores are those of ML.NET's side.</summary>
public class BrowserTests
{
    private const double Tolerance = 1e-6;

    // Compressing the files takes half of the time, and the server of the test sends none of those.
    private const string Uncompressed = "-p:CompressionEnabled=false";

    private readonly MLContext _ml = new(seed: 1);
    private TemporaryFolder _folder = null!;
    private IBrowser? _browser;
    private string _site = "";

    [OneTimeSetUp]
    public async Task PublishAndStartTheBrowser()
    {
        _folder = new TemporaryFolder();
        _browser = await Chromium.Start(_folder.PathOf("profile"));
        string project = Path.Combine(TestPaths.RepositoryRoot, "samples", "Browser");
        ProgramRun run = ProgramRun.Of(
            Environment.ProcessPath!,
            ["publish", project, "-c", "Release", "-o", _folder.PathOf("site"), "-v:q", Uncompressed]
        );
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        Assert.That(run.Output, Does.Not.Contain("warning"));
        _site = _folder.PathOf(Path.Combine("site", "wwwroot"));
    }

    [OneTimeTearDown]
    public async Task Clean()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_digit_that_is_drawn_is_recognised()
    {
        ITransformer model = TrainDigits();
        using var web = new WebFolder(_site, Files(digits: Saved(model), waves: null));
        await using SamplePage page = await SamplePage.Open(_browser!, web.Address);
        await page.Wait("#digit-milliseconds");
        Assert.That(await page.Number("#digit-milliseconds"), Is.Positive);
        using var engine = _ml.Model.CreatePredictionEngine<DigitImage, DigitPrediction>(model);

        foreach ((string digit, (double X, double Y)[][] strokes) in Strokes)
        {
            await page.Draw("#drawing", strokes);
            DigitPrediction expected = engine.Predict(new DigitImage { Pixels = await page.Numbers("#pixels", "data-values") });
            Assert.That(await page.Text("#digit"), Is.EqualTo(digit));
            Assert.That($"{expected.PredictedDigit}", Is.EqualTo(digit));
            Assert.That(await page.Numbers("#digit-scores", "data-scores"), Is.EqualTo(expected.Score).Within(Tolerance));
            Assert.That(await page.Text("#digit-scores .best .name"), Is.EqualTo(digit), "the bar that stands out");
            await page.Click("#clear");
            Assert.That(await page.Text("#digit"), Is.EqualTo("?"));
        }
        page.AssertNoErrors();
    }

    [Test]
    public async Task A_stream_is_scored_after_each_step()
    {
        const int Steps = 40;
        ITransformer model = WaveRecipe
            .Pipeline(_ml, maxEpochs: 15)
            .Fit(_ml.Data.LoadFromEnumerable(WaveRecipe.Recordings(count: 200, seed: 1)));
        using var web = new WebFolder(_site, Files(digits: null, waves: Saved(model)));
        await using SamplePage page = await SamplePage.Open(_browser!, web.Address);
        await page.Wait("#wave-milliseconds");
        Assert.That(await page.Number("#wave-milliseconds"), Is.Positive);

        await page.Click("#square");
        var scores = new List<float>();
        for (int step = 1; step <= Steps; step++)
        {
            await page.Click("#step");
            Assert.That(await page.Number("#wave-steps"), Is.EqualTo(step));
            scores.AddRange(await page.Numbers("#wave-scores", "data-scores"));
        }

        Assert.That(await page.Text("#wave"), Is.EqualTo("square"));
        float[] values = await page.Numbers("#signal", "data-values");
        Assert.That(values, Has.Length.EqualTo(Steps));
        IDataView row = _ml.Data.LoadFromEnumerable([new Recording { Values = values, Waves = [.. values.Select(_ => "square")] }]);
        Assert.That(scores, Is.EqualTo(Scores.Of(model, row).Single()).Within(Tolerance));

        await page.Click("#run");
        await page.WaitFor($"Number(document.querySelector('#wave-steps').textContent) > {Steps + 3}");
        await page.Click("#run");
        await page.Click("#reset");
        Assert.That(await page.Number("#wave-steps"), Is.Zero);
        page.AssertNoErrors();
    }

    [Test]
    public async Task Without_models_the_page_says_how_to_make_them()
    {
        using var web = new WebFolder(_site, Files(digits: null, waves: [1, 2, 3]));
        await using SamplePage page = await SamplePage.Open(_browser!, web.Address);
        await page.Wait("#digits .problem");
        await page.Wait("#waves .problem");
        Assert.That(
            await page.Text("#digits .problem"),
            Is.EqualTo(
                "There is no digits.rnn beside this page. This command makes it: "
                    + "dotnet run --project samples/Quickstart -- samples/Browser/wwwroot/digits.rnn"
            )
        );
        Assert.That(
            await page.Text("#waves .problem"),
            Does.StartWith("waves.rnn is not a model that this page can read: The model " + "file's part")
        );
    }

    private ITransformer TrainDigits()
    {
        string data = Path.Combine(TestPaths.RepositoryRoot, "samples", "Quickstart", "data", "digits.csv");
        RnnMulticlassTrainer.Options options = DigitRecipe.Options();
        (options.EnsembleSize, options.MaxEpochs) = (2, 15);
        return _ml
            .Transforms.Conversion.MapValueToKey(
                "Label",
                nameof(DigitImage.Digit),
                keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue
            )
            .Append(_ml.MulticlassClassification.Trainers.Rnn(options))
            .Append(_ml.Transforms.Conversion.MapKeyToValue(nameof(DigitPrediction.PredictedDigit), "PredictedLabel"))
            .Fit(_ml.Data.LoadFromTextFile<DigitImage>(data, separatorChar: ','));
    }

    private static byte[] Saved(ITransformer model)
    {
        using var file = new MemoryStream();
        model.SaveRuntimeModel(file);
        return file.ToArray();
    }

    private static Dictionary<string, byte[]?> Files(byte[]? digits, byte[]? waves) =>
        new() { ["digits.rnn"] = digits, ["waves.rnn"] = waves };

    // Digits as a hand draws them, from 0 to 1 of the area's width and height.
    private static Dictionary<string, (double X, double Y)[][]> Strokes { get; } =
        new()
        {
            ["0"] =
            [
                [.. Enumerable.Range(0, 25).Select(i => i * Math.PI / 12).Select(a => (0.5 + 0.28 * Math.Sin(a), 0.5 - 0.4 * Math.Cos(a)))],
            ],
            ["3"] =
            [
                [(.28, .15), (.5, .1), (.68, .2), (.68, .35), (.48, .48), (.68, .6), (.72, .75), (.55, .9), (.28, .85)],
            ],
            ["4"] =
            [
                [(.5, .08), (.25, .6), (.78, .6)],
                [(.62, .4), (.6, .95)],
            ],
        };
}
