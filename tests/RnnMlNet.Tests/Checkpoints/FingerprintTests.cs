using NUnit.Framework;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Checkpoints;

[TestFixture]
public class FingerprintTests
{
    private static readonly string[] _others = ["the trainer", "Seed", "the training data", "the validation data", "the previous model"];

    [Test]
    public void Differences_are_named_with_what_was_and_what_is()
    {
        var was = new Fingerprint([new("HiddenSize", "32"), new("Layers", "1"), new("Old", "x")]);
        var now = new Fingerprint([new("Layers", "1"), new("HiddenSize", "64"), new("New", "y")]);

        Assert.That(was.DifferencesTo(now), Is.EqualTo(["HiddenSize was 32, is 64", "Old was x, is unknown", "New was unknown, is y"]));
        Assert.That(was.DifferencesTo(was), Is.Empty);
    }

    [Test]
    public void Values_are_in_words_that_every_machine_writes_alike()
    {
        var options = new RnnRegressionTrainer.Options
        {
            LearningRate = 0.015f,
            HeadHiddenSizes = [8, 4],
            ChannelColumnNames = ["a", "b"],
            Pooling = Pooling.Mean | Pooling.Max,
        };
        Dictionary<string, string> entries = Of(options).Entries.ToDictionary(entry => entry.Name, entry => entry.Value);

        Assert.That(entries["the trainer"], Is.EqualTo("RnnRegressionTrainer"));
        Assert.That(entries["LearningRate"], Is.EqualTo("0.015"));
        Assert.That(entries["HeadHiddenSizes"], Is.EqualTo("[8, 4]"));
        Assert.That(entries["ChannelColumnNames"], Is.EqualTo("['a', 'b']"));
        Assert.That(entries["Pooling"], Is.EqualTo("Mean, Max"));
        Assert.That(entries["FeaturesPerStep"], Is.EqualTo("null"));
        Assert.That(entries["Seed"], Is.EqualTo("7"));
        Assert.That(entries["Loss"], Is.EqualTo("Squared"));
        Assert.That(entries["the training data"], Is.EqualTo("some rows"));
        Assert.That(entries["the previous model"], Is.EqualTo("none"));
    }

    // An option that is new to the library must be put into one of the two lists by its author.
    [Test]
    public void Every_option_must_be_the_same_or_is_named_as_free()
    {
        string[] fixedOptions =
        [
            "LabelColumnName",
            "FeatureColumnName",
            "ChannelColumnNames",
            "StaticColumnNames",
            "StaticUse",
            "TimeColumnName",
            "NormalizeBy",
            "NormalizeByDecimals",
            "MissingValues",
            "CategoryEmbeddingSize",
            "CharacterColumnName",
            "CharacterEmbeddingSize",
            "CharacterFilters",
            "ExampleWeightColumnName",
            "GroupColumnNames",
            "FeaturesPerStep",
            "Layout",
            "Normalize",
            "ForStreaming",
            "PatchLength",
            "ConvolutionFilters",
            "ConvolutionKernelSize",
            "ConvolutionLayers",
            "ConvolutionStride",
            "MinTokenCount",
            "Calibrate",
            "Cell",
            "CustomCell",
            "HiddenSize",
            "Layers",
            "Bidirectional",
            "ResidualConnections",
            "LayerNormalization",
            "Pooling",
            "HeadHiddenSizes",
            "ForgetBias",
            "EmbeddingSize",
            "FreezeEmbeddings",
            "Dropout",
            "RecurrentDropout",
            "InputDropout",
            "HeadDropout",
            "Augmentation",
            "JitterDeviation",
            "ScalingDeviation",
            "TimeWarpDeviation",
            "EnsembleSize",
            "MaxEpochs",
            "BatchSize",
            "GradientAccumulationSteps",
            "LearningRate",
            "LearningRateDecay",
            "LearningRateSchedule",
            "Optimizer",
            "Momentum",
            "WeightDecay",
            "WeightAveraging",
            "GradientClipNorm",
            "ValidationFraction",
            "EarlyStoppingPatience",
            "EarlyStoppingMinDelta",
            "RestoreBestWeights",
            "ReplaceHead",
            "Loss",
            "NormalizeLabel",
            "TrainingPrecision",
            "AllowTensorFloat32",
        ];

        Assert.That(
            Of(new RnnRegressionTrainer.Options()).Entries.Select(entry => entry.Name),
            Is.EquivalentTo(fixedOptions.Concat(_others))
        );
        Assert.That(
            fixedOptions.Concat(FitFingerprint.FreeOptions),
            Is.EquivalentTo(typeof(RnnRegressionTrainer.Options).GetProperties().Select(property => property.Name))
        );
    }

    [Test]
    public void Every_option_of_a_forecaster_must_be_the_same_or_is_named_as_free()
    {
        string[] fixedOptions =
        [
            "Columns",
            "TimeColumnName",
            "SeriesKeyColumnName",
            "PastColumnNames",
            "KnownColumnNames",
            "StaticColumnNames",
            "EmbedSeries",
            "CalendarFeatures",
            "MissingSteps",
            "TimeZone",
            "Frequency",
            "Calendar",
            "WindowSize",
            "Horizon",
            "VariableHorizon",
            "ConfidenceLevel",
            "IntervalAdaptation",
            "TrainSize",
            "Model",
            "SegmentLength",
            "Cell",
            "HiddenSize",
            "CategoryEmbeddingSize",
            "Dropout",
            "EnsembleSize",
            "TeacherForcing",
            "Normalization",
            "Residual",
            "SeasonLength",
            "CycleLength",
            "Differences",
            "NaiveShare",
            "TrainOnHeldOut",
            "Loss",
            "Quantiles",
            "MaxEpochs",
            "BatchSize",
            "GradientAccumulationSteps",
            "LearningRate",
            "LearningRateDecay",
            "LearningRateSchedule",
            "Optimizer",
            "Momentum",
            "WeightDecay",
            "WeightAveraging",
            "GradientClipNorm",
            "ValidationFraction",
            "EarlyStoppingPatience",
            "EarlyStoppingMinDelta",
            "RestoreBestWeights",
            "AllowTensorFloat32",
        ];
        var options = new RnnForecastingEstimator.Options
        {
            Columns =
            [
                new ForecastColumn
                {
                    InputColumnName = "A",
                    OutputColumnName = "B",
                    ConfidenceLowerBoundColumn = "C",
                },
            ],
        };
        Fingerprint fingerprint = Of(options);
        Assert.That(fingerprint.Entries.Select(entry => entry.Name), Is.EquivalentTo(fixedOptions.Concat(_others)));
        Assert.That(
            fixedOptions
                .Concat(FitFingerprint.FreeOptions)
                .Intersect(typeof(RnnForecastingEstimator.Options).GetProperties().Select(property => property.Name)),
            Is.EquivalentTo(typeof(RnnForecastingEstimator.Options).GetProperties().Select(property => property.Name))
        );
        Assert.That(fingerprint.Entries.Single(entry => entry.Name == "Columns").Value, Is.EqualTo("[A to B, C]"));
    }

    [Test]
    public void MaxEpochs_counts_where_the_schedule_is_planned_over_it([Values] LearningRateSchedule schedule)
    {
        Fingerprint ten = Of(new RnnBinaryTrainer.Options { MaxEpochs = 10, LearningRateSchedule = schedule }),
            twenty = Of(new RnnBinaryTrainer.Options { MaxEpochs = 20, LearningRateSchedule = schedule });

        bool isPlanned = schedule is LearningRateSchedule.OneCycle or LearningRateSchedule.Cosine;
        Assert.That(ten.DifferencesTo(twenty), Is.EqualTo(isPlanned ? ["MaxEpochs was 10, is 20"] : Array.Empty<string>()));
    }

    [Test]
    public void A_checksum_is_of_all_that_a_row_holds()
    {
        SequenceStore Store(float step = 1, float label = 2, float weight = 3, int length = 2, bool swapped = false)
        {
            var store = new SequenceStore(features: 1, labelWidth: 1);
            float[] first = new float[length],
                second = [4, 5];
            first[0] = step;
            store.Add(SequenceView.OfSteps(swapped ? second : first, 1), [label], weight);
            store.Add(SequenceView.OfSteps(swapped ? first : second, 1), [label], weight);
            return store;
        }
        string checksum = Checksum.Of(Store());
        string[] others =
        [
            .. new[] { Store(step: 1.0001f), Store(label: 0), Store(weight: 1), Store(length: 3), Store(swapped: true) }.Select(
                Checksum.Of
            ),
        ];

        Assert.That(Checksum.Of(Store()), Is.EqualTo(checksum));
        Assert.That(others.Append(checksum), Is.Unique);
        Assert.That(checksum, Does.Match("^[0-9A-F]{16}$"));
    }

    // The same numbers, cut elsewhere.
    [Test]
    public void A_checksum_tells_rows_apart()
    {
        SequenceStore Tokens(params int[][] rows)
        {
            var store = new SequenceStore(features: 0, labelWidth: 1);
            foreach (int[] row in rows)
                store.Add(SequenceView.OfTokens(row), [0], 1);
            return store;
        }
        Assert.That(Checksum.Of(Tokens([1, 2], [3])), Is.Not.EqualTo(Checksum.Of(Tokens([1], [2, 3]))));
    }

    [Test]
    public void A_networks_checksum_is_of_its_weights_and_scaling()
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Gru));
        TrainedNetwork[] others =
        [
            network,
            TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Gru), seed: 2) with
            {
                FeatureScaling = network.FeatureScaling,
                LabelScaling = network.LabelScaling,
            },
            network with
            {
                FeatureScaling = null,
            },
            network with
            {
                LabelScaling = null,
            },
        ];
        Assert.That(others.Select(Checksum.Of), Is.Unique);
        Assert.That(
            Checksum.Of(network with { History = Histories.TwoEpochs with { SkippedRows = 99 } }),
            Is.EqualTo(Checksum.Of(network))
        );
    }

    private static Fingerprint Of(RnnTrainingOptions options) =>
        FitFingerprint.Of(options, seed: 7, "some rows", "none of its own", warmStart: null);
}
