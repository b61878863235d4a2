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

    [TestCaseSource(nameof(Wrong))]
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
        var tried = Wrong().Select(test => (string)test.Arguments[1]!).Distinct();
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

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case(
            o => o.LabelColumnName = " ",
            nameof(RnnOptions.LabelColumnName),
            "LabelColumnName is empty; it must name a column."
        );
        yield return Case(
            o => o.FeatureColumnName = "",
            nameof(RnnOptions.FeatureColumnName),
            "FeatureColumnName is empty; it must name a column."
        );
        yield return Case(
            o => o.ExampleWeightColumnName = "",
            nameof(RnnOptions.ExampleWeightColumnName),
            "ExampleWeightColumnName is empty; it must name a column."
        );
        yield return Case(
            o => o.GroupColumnNames = ["A", " "],
            nameof(RnnOptions.GroupColumnNames),
            "GroupColumnNames is empty; it must name a column."
        );
        yield return Case(
            o => o.GroupColumnNames = [],
            nameof(RnnOptions.GroupColumnNames),
            "GroupColumnNames is empty: name at least one column, or leave it null."
        );
        yield return Case(
            o => o.GroupColumnNames = ["A", "B", "A"],
            nameof(RnnOptions.GroupColumnNames),
            "GroupColumnNames names a column twice: A, B, A."
        );
        yield return Case(
            o => o.ChannelColumnNames = [],
            nameof(RnnOptions.ChannelColumnNames),
            "ChannelColumnNames is empty: name at least one column"
        );
        yield return Case(
            o => o.ChannelColumnNames = ["A", ""],
            nameof(RnnOptions.ChannelColumnNames),
            "ChannelColumnNames is empty; it must name a column."
        );
        yield return Case(
            o => o.ChannelColumnNames = ["A", "B", "A"],
            nameof(RnnOptions.ChannelColumnNames),
            "ChannelColumnNames names a column twice: A, B, A."
        );
        yield return Case(
            o => o.StaticColumnNames = ["A", "A"],
            nameof(RnnOptions.StaticColumnNames),
            "StaticColumnNames names a column twice: A, A."
        );
        yield return Case(
            o => (o.ResidualConnections, o.Layers) = (true, 1),
            nameof(RnnOptions.ResidualConnections),
            "ResidualConnections is true, but Layers is 1, and a layer adds the states of the layers below: set Layers to 2 or more, or "
                + "leave it null, or ResidualConnections."
        );
        yield return Case(
            o => o.LayerNormalization = (LayerNormalization)3,
            nameof(RnnOptions.LayerNormalization),
            "LayerNormalization is 3; it must be one of None, LayerNorm, RmsNorm."
        );
        yield return Case(
            o => (o.LayerNormalization, o.HiddenSize) = (LayerNormalization.RmsNorm, 1),
            nameof(RnnOptions.LayerNormalization),
            "LayerNormalization is RmsNorm, but HiddenSize is 1, and normalised states of so few units say nothing: set a larger "
                + "HiddenSize, or leave LayerNormalization null."
        );
        yield return Case(
            o => o.StaticUse = (StaticUse)3,
            nameof(RnnOptions.StaticUse),
            "StaticUse is 3; it must be one of Head, InitialState, Both."
        );
        yield return Case(
            o => o.StaticUse = StaticUse.InitialState,
            nameof(RnnOptions.StaticUse),
            "StaticUse is InitialState, but StaticColumnNames is null, so that there are no static values: name their columns, or leave "
                + "StaticUse Head."
        );
        yield return Case(
            o => (o.StaticUse, o.StaticColumnNames, o.CustomCell) = (StaticUse.Both, ["A"], "mine"),
            nameof(RnnOptions.StaticUse),
            "StaticUse is Both, but the cell is 'mine', and what its state consists of only the cell itself knows: leave StaticUse Head, "
                + "or set Cell to a built-in one."
        );
        yield return Case(o => o.TimeColumnName = "", nameof(RnnOptions.TimeColumnName), "TimeColumnName is empty; it must name a column.");
        yield return Case(
            o => o.NormalizeBy = [],
            nameof(RnnOptions.NormalizeBy),
            "NormalizeBy is empty: name at least one column, or leave it null."
        );
        yield return Case(
            o => o.NormalizeBy = [.. "ABCDEFGHI".Select(letter => $"{letter}")],
            nameof(RnnOptions.NormalizeBy),
            "NormalizeBy names 9 columns; 8 are the most: make one key of them."
        );
        yield return Case(
            o => (o.NormalizeBy, o.Normalize) = (["A"], false),
            nameof(RnnOptions.NormalizeBy),
            "NormalizeBy is set, but Normalize is false"
        );
        yield return Case(
            o => (o.NormalizeBy, o.PatchLength) = (["A"], 4),
            nameof(RnnOptions.NormalizeBy),
            "NormalizeBy standardises single time steps, but PatchLength is 4"
        );
        yield return Case(
            o => o.NormalizeByDecimals = 7,
            nameof(RnnOptions.NormalizeByDecimals),
            "NormalizeByDecimals is 7; it must be at most 6."
        );
        yield return Case(
            o => o.MissingValues = (MissingValues)4,
            nameof(RnnOptions.MissingValues),
            "MissingValues is 4; it must be one of SkipRow, Zero, LastValue, Mean."
        );
        yield return AtLeastOne(nameof(RnnOptions.CategoryEmbeddingSize), (o, value) => o.CategoryEmbeddingSize = value);
        yield return AtLeastOne(nameof(RnnOptions.CharacterEmbeddingSize), (o, value) => o.CharacterEmbeddingSize = value);
        yield return AtLeastOne(nameof(RnnOptions.CharacterFilters), (o, value) => o.CharacterFilters = value);
        yield return Case(
            o => (o.CharacterColumnName, o.CharacterFilters) = ("Words", 1025),
            nameof(RnnOptions.CharacterFilters),
            "CharacterFilters is 1025; it must be at most 1024."
        );
        yield return Case(
            o => o.CharacterEmbeddingSize = 8,
            nameof(RnnOptions.CharacterEmbeddingSize),
            "CharacterEmbeddingSize and CharacterFilters are sizes of the vectors of words' characters, but CharacterColumnName is null"
        );
        yield return Case(o => o.CharacterColumnName = " ", nameof(RnnOptions.CharacterColumnName), "CharacterColumnName is empty");
        yield return Case(
            o => (o.CharacterColumnName, o.ChannelColumnNames) = ("Words", ["A"]),
            nameof(RnnOptions.CharacterColumnName),
            "CharacterColumnName is 'Words', but ChannelColumnNames is set"
        );
        yield return Case(
            o => (o.ChannelColumnNames, o.FeaturesPerStep) = (["A", "B"], 3),
            nameof(RnnOptions.FeaturesPerStep),
            "FeaturesPerStep is 3, but ChannelColumnNames names 2 channels"
        );
        yield return AtLeastOne(nameof(RnnOptions.FeaturesPerStep), (o, value) => o.FeaturesPerStep = value);
        yield return Case(
            o => o.Layout = (SequenceLayout)5,
            nameof(RnnOptions.Layout),
            "Layout is 5; it must be one of StepMajor, FeatureMajor."
        );

        yield return Case(
            o => o.Cell = (CellKind)77,
            nameof(RnnOptions.Cell),
            "Cell is 77; it must be one of Elman, ElmanRelu, Gru, Lstm, MinGru, MinLstm, SLstm, Lru."
        );
        yield return Case(o => o.CustomCell = " ", nameof(RnnOptions.CustomCell), "CustomCell is empty");
        yield return AtLeastOne(nameof(RnnOptions.HiddenSize), (o, value) => o.HiddenSize = value);
        yield return AtLeastOne(nameof(RnnOptions.HiddenSize), (o, value) => o.HiddenSize = value, -3);
        yield return AtLeastOne(nameof(RnnOptions.Layers), (o, value) => o.Layers = value);
        yield return AtLeastOne(nameof(RnnOptions.PatchLength), (o, value) => o.PatchLength = value);
        yield return AtLeastOne(nameof(RnnOptions.ConvolutionFilters), (o, value) => o.ConvolutionFilters = value);
        yield return AtLeastOne(nameof(RnnOptions.ConvolutionKernelSize), (o, value) => o.ConvolutionKernelSize = value);
        yield return AtLeastOne(nameof(RnnOptions.ConvolutionLayers), (o, value) => o.ConvolutionLayers = value);
        yield return AtLeastOne(nameof(RnnOptions.ConvolutionStride), (o, value) => o.ConvolutionStride = value);
        yield return Case(
            o => o.ConvolutionLayers = 2,
            nameof(RnnOptions.ConvolutionLayers),
            "ConvolutionLayers is 2, but ConvolutionFilters is null, so that there is no convolution: set ConvolutionFilters, or leave "
                + "ConvolutionLayers null."
        );
        yield return Case(
            o => (o.ConvolutionFilters, o.ConvolutionStride) = (8, 9),
            nameof(RnnOptions.ConvolutionStride),
            "ConvolutionStride is 9, but ConvolutionKernelSize is 7, so that steps between two windows would not be read: set a smaller "
                + "ConvolutionStride, or a larger ConvolutionKernelSize."
        );
        yield return AtLeastOne(nameof(RnnOptions.MinTokenCount), (o, value) => o.MinTokenCount = value);
        yield return Case(
            o => (o.ForStreaming, o.Bidirectional) = (true, true),
            nameof(RnnOptions.Bidirectional),
            "Bidirectional is true, but ForStreaming is set"
        );
        yield return Case(
            o => o.HiddenSize = int.MaxValue,
            nameof(RnnOptions.HiddenSize),
            "HiddenSize is 2147483647; it must be at most 67108864."
        );
        yield return Case(o => o.Layers = int.MaxValue, nameof(RnnOptions.Layers), "Layers is 2147483647; it must be at most 65536.");
        yield return Case(
            o => o.EmbeddingSize = (1 << 26) + 1,
            nameof(RnnOptions.EmbeddingSize),
            "EmbeddingSize is 67108865; it must be at most 67108864."
        );
        yield return Case(
            o => o.HeadHiddenSizes = [4, int.MaxValue],
            nameof(RnnOptions.HeadHiddenSizes),
            "HeadHiddenSizes is 2147483647; it must be at most 67108864."
        );
        yield return AtLeastOne(nameof(RnnOptions.EmbeddingSize), (o, value) => o.EmbeddingSize = value);
        yield return AtLeastOne(nameof(RnnOptions.HeadHiddenSizes), (o, value) => o.HeadHiddenSizes = [8, value]);
        yield return Case(
            o => o.Pooling = 0,
            nameof(RnnOptions.Pooling),
            "Pooling is 0; it must be Last, Mean, Max, Attention or several of them combined."
        );
        yield return Case(
            o => o.Pooling = (Pooling)16,
            nameof(RnnOptions.Pooling),
            "Pooling is 16; it must be Last, Mean, Max, Attention or several of them combined."
        );
        yield return Case(o => o.ForgetBias = float.NaN, nameof(RnnOptions.ForgetBias), "ForgetBias is NaN; it must be a finite number.");
        yield return Share(nameof(RnnOptions.Dropout), (o, value) => (o.Dropout, o.Layers) = (value, 2), 1);
        yield return Case(
            o => o.Dropout = 0.5f,
            nameof(RnnOptions.Dropout),
            "Dropout is 0.5, but it works between recurrent layers and Layers is 1"
        );
        yield return Share(nameof(RnnOptions.RecurrentDropout), (o, value) => o.RecurrentDropout = value, 1);
        yield return Case(
            o => (o.RecurrentDropout, o.Cell) = (0.5f, CellKind.MinGru),
            nameof(RnnOptions.RecurrentDropout),
            "RecurrentDropout is 0.5, but the cell MinGru has no recurrent weights: use Dropout, between layers, or another cell."
        );
        yield return Case(
            o => (o.RecurrentDropout, o.CustomCell) = (0.5f, "mine"),
            nameof(RnnOptions.RecurrentDropout),
            "RecurrentDropout is 0.5, but the cell is 'mine', and what of its state meets weights only the cell itself knows: leave it "
                + "0, and drop inside of the cell."
        );
        yield return Share(nameof(RnnOptions.InputDropout), (o, value) => o.InputDropout = value, -0.1f);
        yield return Share(nameof(RnnOptions.HeadDropout), (o, value) => o.HeadDropout = value, float.NaN);

        yield return AtLeastOne(nameof(RnnOptions.MaxEpochs), (o, value) => o.MaxEpochs = value);
        yield return AtLeastOne(nameof(RnnOptions.BatchSize), (o, value) => o.BatchSize = value);
        yield return AtLeastOne(nameof(RnnOptions.GradientAccumulationSteps), (o, value) => o.GradientAccumulationSteps = value);
        foreach (float rate in new[] { 0, -1e-3f, float.NaN, float.PositiveInfinity })
            yield return Case(o => o.LearningRate = rate, nameof(RnnOptions.LearningRate), $"LearningRate is {rate}; it must be");
        yield return Case(
            o => o.LearningRateSchedule = (LearningRateSchedule)9,
            nameof(RnnOptions.LearningRateSchedule),
            "LearningRateSchedule is 9; it must be one of Constant, OneCycle, Cosine, ReduceOnPlateau, Exponential."
        );
        foreach (float decay in new[] { 0, -1f, 1.5f, float.NaN })
            yield return Case(
                o => o.LearningRateDecay = decay,
                nameof(RnnOptions.LearningRateDecay),
                $"LearningRateDecay is {decay}; it must be in (0, 1]."
            );
        yield return Case(
            o => o.Optimizer = (OptimizerKind)9,
            nameof(RnnOptions.Optimizer),
            "Optimizer is 9; it must be one of Adam, AdamW, Sgd, RmsProp."
        );
        yield return Share(nameof(RnnOptions.Momentum), (o, value) => o.Momentum = value, 1);
        yield return NotNegative(nameof(RnnOptions.WeightDecay), (o, value) => o.WeightDecay = (float)value, -1);
        yield return Case(
            o => o.Augmentation = (Augmentation)16,
            nameof(RnnOptions.Augmentation),
            "Augmentation is 16; it must be None, Jitter, Scaling, TimeWarp or several of them combined."
        );
        yield return NotNegative(nameof(RnnOptions.JitterDeviation), (o, value) => o.JitterDeviation = (float)value, -1);
        yield return NotNegative(nameof(RnnOptions.ScalingDeviation), (o, value) => o.ScalingDeviation = (float)value, double.NaN);
        yield return NotNegative(nameof(RnnOptions.TimeWarpDeviation), (o, value) => o.TimeWarpDeviation = (float)value, -1);
        foreach (float averaging in new[] { -0.1f, 1, float.NaN })
            yield return Share(nameof(RnnOptions.WeightAveraging), (o, value) => o.WeightAveraging = value, averaging);
        yield return NotNegative(nameof(RnnOptions.GradientClipNorm), (o, value) => o.GradientClipNorm = (float)value, -1);
        yield return NotNegative(nameof(RnnOptions.GradientClipNorm), (o, value) => o.GradientClipNorm = (float)value, double.NaN);
        yield return Case(
            o => o.OnCancellation = (CancellationBehavior)9,
            nameof(RnnOptions.OnCancellation),
            "OnCancellation is 9; it must be one of Throw, ReturnBest."
        );

        foreach (double fraction in new[] { 1, -0.1, double.NaN })
            yield return Case(
                o => o.ValidationFraction = fraction,
                nameof(RnnOptions.ValidationFraction),
                $"ValidationFraction is {fraction}; it must be in [0, 1)."
            );
        yield return NotNegative(nameof(RnnOptions.EarlyStoppingMinDelta), (o, value) => o.EarlyStoppingMinDelta = value, -1);
        yield return Case(
            o => o.EarlyStoppingPatience = -1,
            nameof(RnnOptions.EarlyStoppingPatience),
            "EarlyStoppingPatience is -1; it must be at least 0."
        );
        yield return Case(
            o => o.CheckpointPath = " ",
            nameof(RnnOptions.CheckpointPath),
            "CheckpointPath is empty; it must name a file, or be null for no checkpoints."
        );
        yield return Case(
            o => o.CheckpointInterval = TimeSpan.FromSeconds(-1),
            nameof(RnnOptions.CheckpointInterval),
            "CheckpointInterval is -00:00:01; it must be 0 or more."
        );
        yield return Case(o => o.Engine = (EngineKind)9, nameof(RnnOptions.Engine), "Engine is 9; it must be one of Auto, Simd, Torch.");
        foreach (string device in new[] { "gpu", "cuda:x", "cuda:-1", "cpu:1", "" })
            yield return Case(
                o => o.Device = device,
                nameof(RnnOptions.Device),
                $"Device is '{device}'; it must be auto, cpu, cuda, cuda:n (n = 0, 1, ...) or mps."
            );
        yield return AtLeastOne(nameof(RnnOptions.EnsembleSize), (o, value) => o.EnsembleSize = value);
        yield return AtLeastOne(nameof(RnnOptions.Threads), (o, value) => o.Threads = value);
        yield return Case(
            o => (o.Engine, o.CustomCell) = (EngineKind.Simd, "mine"),
            nameof(RnnOptions.Engine),
            "Engine is Simd, but the cell is 'mine', which only torch computes: set Engine to Torch or Auto."
        );
        yield return Case(
            o => (o.Engine, o.Device) = (EngineKind.Simd, "cuda"),
            nameof(RnnOptions.Engine),
            "Engine is Simd, which computes on the CPU, but Device is 'cuda': set Engine to Torch or Auto, or Device to cpu."
        );
        yield return Case(
            o => o.TrainingPrecision = (TrainingPrecision)7,
            nameof(RnnOptions.TrainingPrecision),
            "TrainingPrecision is 7; it must be one of Full, BFloat16."
        );
        yield return Case(
            o => (o.Engine, o.TrainingPrecision) = (EngineKind.Simd, TrainingPrecision.BFloat16),
            nameof(RnnOptions.TrainingPrecision),
            "TrainingPrecision is BFloat16, but Engine is Simd, which computes with 32-bit numbers: set Engine to Torch, or leave "
                + "TrainingPrecision Full."
        );
        yield return Case(
            o => (o.CustomCell, o.TrainingPrecision) = ("mine", TrainingPrecision.BFloat16),
            nameof(RnnOptions.TrainingPrecision),
            "TrainingPrecision is BFloat16, but the cell is 'mine', and only built-in cells train so; leave it Full."
        );
        yield return Case(
            o => (o.RecurrentDropout, o.TrainingPrecision) = (0.5f, TrainingPrecision.BFloat16),
            nameof(RnnOptions.TrainingPrecision),
            "TrainingPrecision is BFloat16, but RecurrentDropout is 0.5, with which torch computes step by step, with 32-bit numbers: "
                + "set RecurrentDropout to 0, or leave TrainingPrecision Full."
        );
        yield return Case(
            o => (o.Engine, o.AllowTensorFloat32) = (EngineKind.Simd, false),
            nameof(RnnOptions.AllowTensorFloat32),
            "AllowTensorFloat32 is False, but Engine is Simd, and only torch on a GPU has such numbers: set Engine to Torch or Auto, or "
                + "leave AllowTensorFloat32 null."
        );
        yield return Case(
            o => o.SingleRowPrecision = (WeightPrecision)7,
            nameof(RnnOptions.SingleRowPrecision),
            "SingleRowPrecision is 7; it must be one of Full, BFloat16."
        );
        yield return Case(
            o => (o.CustomCell, o.SingleRowPrecision) = ("mine", WeightPrecision.BFloat16),
            nameof(RnnOptions.SingleRowPrecision),
            "SingleRowPrecision is BFloat16, but the cell is 'mine', which torch scores with full weights; leave it Full."
        );
        yield return AtLeastOne(nameof(RnnOptions.ScoringThreads), (o, value) => o.ScoringThreads = value);
        foreach (string? device in (string?[])["auto", "gpu", "cuda:", "", null])
            yield return Case(
                o => o.ScoringDevice = device!,
                nameof(RnnOptions.ScoringDevice),
                $"ScoringDevice is '{device}'; it must be cpu, cuda, cuda:n (n = 0, 1, ...) or mps."
            );
        yield return Case(
            o => o.StoreMemoryLimit = -1,
            nameof(RnnOptions.StoreMemoryLimit),
            "StoreMemoryLimit is -1; it must be 0 or more bytes, or null for half of the memory there is."
        );
        foreach (string folder in (string[])["/no/such folder", " ", ""])
            yield return Case(
                o => o.StoreDirectory = folder,
                nameof(RnnOptions.StoreDirectory),
                $"StoreDirectory is '{folder}', and there is no such folder; make it, or leave it null for the system's temporary folder."
            );
        foreach (string file in (string[])["/no/such file", " ", ""])
            yield return Case(
                o => o.PretrainedEmbeddingsPath = file,
                nameof(RnnOptions.PretrainedEmbeddingsPath),
                $"PretrainedEmbeddingsPath is '{file}', and there is no such file; name a file of word vectors, or leave it null."
            );
        yield return Case(o => o.Device = null!, nameof(RnnOptions.Device), "Device is ''; it must be auto");
    }

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

    private static TestCaseData Case(Action<RnnOptions> configure, string option, string sentence) =>
        new TestCaseData(configure, option, sentence).SetArgDisplayNames(sentence.Split(';', ',')[0]);

    private static TestCaseData Fine(string name, Action<RnnOptions> configure) => new TestCaseData(configure).SetArgDisplayNames(name);

    private static TestCaseData AtLeastOne(string option, Action<RnnOptions, int> set, int value = 0) =>
        Case(o => set(o, value), option, $"{option} is {value}; it must be at least 1.");

    private static TestCaseData Share(string option, Action<RnnOptions, float> set, float value) =>
        Case(o => set(o, value), option, $"{option} is {value}; it must be in [0, 1).");

    private static TestCaseData NotNegative(string option, Action<RnnOptions, double> set, double value) =>
        Case(o => set(o, value), option, $"{option} is {value}; it must be 0 or more.");
}
