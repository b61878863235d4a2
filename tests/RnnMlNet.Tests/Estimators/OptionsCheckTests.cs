using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Every option out of its range is refused when the trainer is made, by a sentence with its name and value.</summary>
[TestFixture]
public class OptionsCheckTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestCaseSource(typeof(WrongOptions), nameof(WrongOptions.All))]
    public void A_wrong_option_is_refused(Action<RnnOptions> configure, string option, string sentence)
    {
        foreach (TinyTask task in Enum.GetValues<TinyTask>())
        {
            Refused.Argument(() => Tiny.Trainer(_ml, task, configure: configure), sentence);
            var exception = Assert.Throws<ArgumentOutOfRangeException>(() => Tiny.Trainer(_ml, task, configure: configure))!;
            Assert.That(exception.ParamName, Is.EqualTo(option));
        }
    }

    [TestCaseSource(nameof(Right))]
    public void The_edge_of_an_options_range_is_accepted(Action<RnnOptions> configure) =>
        Assert.That(() => Tiny.Multiclass(_ml, configure: configure), Throws.Nothing);

    [Test]
    public void No_option_with_a_range_is_left_out()
    {
        string[] unbounded =
        [
            nameof(RnnOptions.Normalize),
            nameof(RnnOptions.ForStreaming),
            nameof(RnnOptions.FreezeEmbeddings),
            nameof(RnnOptions.Calibrate),
            nameof(RnnOptions.RestoreBestWeights),
            nameof(RnnOptions.FallbackToCpu),
            nameof(RnnOptions.KeepFreedMemory),
            nameof(RnnOptions.ValidationSet),
            nameof(RnnOptions.Seed),
            nameof(RnnOptions.ReplaceHead),
            nameof(RnnOptions.Progress),
            nameof(RnnOptions.CancellationToken),
        ];
        var tried = WrongOptions.All().Select(test => (string)test.Arguments[1]!).Distinct();
        Assert.That(tried.Concat(unbounded), Is.EquivalentTo(typeof(RnnOptions).GetProperties().Select(property => property.Name)));
    }

    [Test]
    public void The_short_overloads_check_too()
    {
        Refused.Argument(() => _ml.MulticlassClassification.Trainers.Rnn(hiddenSize: 0), "HiddenSize is 0; it must be at least 1.");
        Refused.Argument(() => _ml.BinaryClassification.Trainers.Rnn(maxEpochs: -1), "MaxEpochs is -1; it must be at least 1.");
        Refused.Argument(() => _ml.Regression.Trainers.Rnn(learningRate: 0), "LearningRate is 0; it must be above 0.");
    }

    [Test]
    public void A_regressions_loss_is_checked() =>
        Refused.Argument(
            () => _ml.Regression.Trainers.Rnn(new RnnRegressionTrainer.Options { Loss = (RegressionLoss)9 }),
            "Loss is 9; it must be one of Squared, Absolute, Huber."
        );

    private static IEnumerable<TestCaseData> Right()
    {
        yield return Fine(
            "all at their least",
            o =>
            {
                o.FeaturesPerStep =
                    o.HiddenSize =
                    o.Layers =
                    o.EmbeddingSize =
                    o.MaxEpochs =
                    o.BatchSize =
                    o.PatchLength =
                    o.ConvolutionFilters =
                    o.ConvolutionKernelSize =
                    o.ConvolutionLayers =
                    o.ConvolutionStride =
                    o.MinTokenCount =
                        1;
                o.LearningRate = float.Epsilon;
                o.Momentum = o.GradientClipNorm = 0;
                o.WeightDecay = 0;
                o.ValidationFraction = 0;
                o.EarlyStoppingPatience = 0;
                o.StoreMemoryLimit = 0;
            }
        );
        yield return Fine(
            "shares just below 1",
            o =>
            {
                o.Layers = 2;
                o.Dropout = o.InputDropout = o.HeadDropout = 0.999f;
                o.RecurrentDropout = o.Momentum = 0.999f;
                o.ValidationFraction = 0.999;
            }
        );
        yield return Fine("all poolings", o => o.Pooling = RandomNetwork.AllPooling);
        yield return Fine("a device by index and case", o => o.Device = "CUDA:12");
    }

    private static TestCaseData Fine(string name, Action<RnnOptions> configure) => new TestCaseData(configure).SetArgDisplayNames(name);
}
