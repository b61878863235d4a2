using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>tests/TorchSharpHost: Microsoft.ML.TorchSharp and RnnMlNet in one process, on one TorchSharp and one libtorch.</summary>
public sealed class BesideMlNetsTorchTrainersTests
{
    [Test]
    public void Our_networks_train_and_their_trainers_can_be_made_in_one_process()
    {
        string[] lines = ChildProcess
            .RunWell(TestPaths.Program("tests", "TorchSharpHost"))
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.That(
            lines,
            Is.EqualTo(
                new[]
                {
                    "TorchSharp 0.107.0.0",
                    // Only ObjectDetection's network calls it, in the form of 0.102.7: docs/beside-torchsharp.md.
                    "Calls of Microsoft.ML.TorchSharp that this TorchSharp does not have: interpolate",
                    "RnnMlNet on Simd: learnt",
                    "RnnMlNet on Torch: learnt",
                    "TextClassification: PredictedLabel, Score",
                    "NamedEntityRecognition: PredictedLabel",
                    "QuestionAnswer: Score",
                    "SentenceSimilarity: Score",
                    "ObjectDetection: PredictedLabel, PredictedBoundingBoxes, Score",
                    "RnnMlNet on Torch: learnt",
                }
            )
        );
    }
}
