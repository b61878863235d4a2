using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Networks;

/// <summary>Networks that are too large: an error before rows are read, and long before memory for them is allocated.</summary>
[TestFixture]
public class NetworkSizeTests
{
    private const long LargestAllocation = 64 << 20;
    private const string Ending = ": set a smaller HiddenSize, EmbeddingSize, Layers or HeadHiddenSizes";

    private static readonly NetworkShape _lstm = new()
    {
        Cell = CellKind.Lstm,
        Features = 3,
        HiddenSize = 8192,
        Outputs = 2,
    };

    [Test]
    public void The_largest_that_fit()
    {
        Assert.That(NetworkSize.Problem(_lstm), Is.Null);
        Assert.That(NetworkSize.Problem(_lstm with { HiddenSize = 11_500 }), Is.Null);
    }

    [Test]
    public void Weights_beyond_a_file()
    {
        Assert.That(
            NetworkSize.Problem(_lstm with { HiddenSize = 20_000 }),
            Is.EqualTo($"1,600,440,002 weights are 6,401 MB, where a " + $"model file holds 2,146 MB of them{Ending}")
        );
        Assert.That(
            NetworkSize.Problem(_lstm with { Features = 0, Vocabulary = int.MaxValue, EmbeddingSize = 64, HiddenSize = 4 }),
            Does.StartWith("137,438,954,")
        );
    }

    [Test]
    public void Sizes_whose_products_would_overflow()
    {
        Assert.That(
            NetworkSize.Problem(_lstm with { HiddenSize = int.MaxValue }),
            Is.EqualTo("HiddenSize: 2,147,483,647, where 67,108,864 is the most")
        );
        Assert.That(
            NetworkSize.Problem(
                _lstm with
                {
                    HiddenSize = 1 << 26,
                    Bidirectional = true,
                    Layers = 1 << 16,
                    Pooling = RandomNetwork.AllPooling,
                    HeadHiddenSizes = [1 << 26],
                }
            ),
            Does.Contain(" weights are ")
        );
        Assert.That(NetworkSize.Problem(_lstm with { Layers = 1 << 17 }), Is.EqualTo("Layers: 131,072, where 65,536 is the most"));
        Assert.That(NetworkSize.Problem(_lstm with { Features = int.MaxValue }), Does.StartWith("features per step: "));
        Assert.That(NetworkSize.Problem(_lstm with { Outputs = int.MaxValue }), Does.StartWith("outputs: "));
    }

    [TestCase(60_000, 1)]
    [TestCase(1 << 26, 1)]
    [TestCase(4096, 1000)]
    public void A_trainer_says_so_before_it_reads_rows(int hiddenSize, int layers)
    {
        var ml = new MLContext(seed: 1);
        foreach (TinyTask task in Enum.GetValues<TinyTask>())
            Refused(() =>
                Tiny.Trainer(ml, task, configure: options => (options.HiddenSize, options.Layers) = (hiddenSize, layers))
                    .Fit(TinyData.Load(ml))
            );
        Refused(() =>
            TinyTags.Trainer(ml, configure: options => (options.HiddenSize, options.Layers) = (hiddenSize, layers)).Fit(TinyTags.Load(ml))
        );
    }

    [TestCase(60_000, 16, 4, ForecastModel.Auto)]
    [TestCase(8, 1 << 26, 4, ForecastModel.Direct)]
    [TestCase(8, 16, 1 << 26, ForecastModel.Direct)]
    [TestCase(8, 1 << 26, 1 << 26, ForecastModel.Segments)]
    [TestCase(1 << 26, 16, 4, ForecastModel.EncoderDecoder)]
    public void A_forecaster_says_so_before_it_reads_series(int hiddenSize, int window, int horizon, ForecastModel model)
    {
        var ml = new MLContext(seed: 1);
        Refused(() =>
            TinySeries
                .Estimator(
                    ml,
                    options =>
                        (options.HiddenSize, options.WindowSize, options.Horizon, options.Model) = (hiddenSize, window, horizon, model)
                )
                .Fit(TinySeries.Load(ml))
        );
    }

    private static void Refused(Action fit)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => fit(), Throws.InvalidOperationException.With.Message.StartsWith("The network is impossible. "));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(LargestAllocation));
    }
}
