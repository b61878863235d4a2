using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using NUnit.Framework;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>
/// Model files with right checksums whose network is one, but not one that a model of their kind can have: refused by a sentence when they
/// are loaded, before anything of the
/// sizes that they state is allocated. What scores a row would have no memory for such a network.
/// </summary>
[TestFixture]
public class ModelKindTests
{
    private const long LargestAllocation = 32 << 20;

    private readonly MLContext _ml = new(seed: 1);
    private readonly Dictionary<ModelKind, byte[]> _files = [];

    public enum ModelKind
    {
        Regression,
        MultiTarget,
        Binary,
        Multiclass,
        SequenceTagger,
        MultiLabel,
        MultiLabelTags,
    }

    [OneTimeSetUp]
    public void Save()
    {
        foreach (ModelKind kind in Enum.GetValues<ModelKind>())
        {
            IDataView data = kind == ModelKind.SequenceTagger ? TinyTags.Load(_ml) : TinyData.Load(_ml);
            using var model = (IDisposable)Trainer(kind).Fit(data);
            _files[kind] = SavedModel.Bytes(_ml, (ITransformer)model, data.Schema);
        }
    }

    private IEstimator<ITransformer> Trainer(ModelKind kind) =>
        kind switch
        {
            ModelKind.SequenceTagger => TinyTags.Trainer(_ml, ColumnKind.Matrix, options => options.MaxEpochs = 1),
            _ => Tiny.Trainer(_ml, Enum.Parse<TinyTask>(kind.ToString()), ColumnKind.Matrix, options => options.MaxEpochs = 1),
        };

    private static string Name(ModelKind kind) =>
        kind switch
        {
            ModelKind.Binary => "a two-class classifier",
            ModelKind.Multiclass => "a classifier",
            ModelKind.SequenceTagger => "a sequence tagger",
            ModelKind.MultiLabel => "a multi-label classifier",
            ModelKind.MultiLabelTags => "a multi-label tagger",
            _ => "a regression",
        };

    [Test]
    public void A_decoder([Values] ModelKind kind, [Values] bool parallel, [Values(1, 4, 1000)] int steps) =>
        Refused(
            kind,
            shape =>
                shape with
                {
                    Pooling = Pooling.Last,
                    Outputs = shape.Outputs * steps,
                    Decoder = new DecoderShape(
                        ForecastModels.DecoderOf(parallel ? ForecastModel.Segments : ForecastModel.EncoderDecoder)!,
                        steps,
                        1,
                        0
                    ),
                },
            $"it has a decoder of {steps} steps"
        );

    [Test]
    public void A_decoder_of_millions_of_outputs_that_fits_its_few_weights([Values] ModelKind kind) =>
        Refused(
            kind,
            shape =>
                shape with
                {
                    Pooling = Pooling.Last,
                    HeadHiddenSizes = [],
                    Outputs = 4_000_000,
                    Decoder = new DecoderShape(ForecastModels.DecoderOf(ForecastModel.EncoderDecoder)!, 4_000_000, 1, 0),
                },
            "it has a decoder of 4000000 steps"
        );

    [Test]
    public void Static_features([Values] ModelKind kind, [Values(1, 3, 5000)] int features) =>
        Assert.That(
            LoadError(Changed(kind, Reshaped(shape => shape with { StaticFeatures = features }, scaled: false))),
            Does.StartWith(
                "The model's columns are damaged: a column of times '' and 0 columns of static values for a network that reads 2 features "
                    + $"per step and {features} static values"
            )
        );

    [Test]
    public void A_projection([Values] ModelKind kind, [Values(1, 7, 5000)] int size) =>
        Refused(kind, shape => shape with { ProjectionSize = size }, $"it projects its steps to {size} numbers");

    [Test]
    public void Outputs_at_every_step_or_per_row([Values] ModelKind kind) =>
        Refused(
            kind,
            shape => shape with { Pooling = shape.PerStep ? Pooling.Last : 0 },
            kind is ModelKind.SequenceTagger or ModelKind.MultiLabelTags
                ? "it pools its states, and has outputs per row"
                : "it does not pool its states, and has outputs at every step"
        );

    [TestCase(ModelKind.Binary, 2, "it has 2 outputs, where there must be 1")]
    [TestCase(ModelKind.Binary, 1000, "it has 1000 outputs, where there must be 1")]
    [TestCase(ModelKind.Multiclass, 1, "it has 1 outputs, where there must be 2 or more")]
    [TestCase(ModelKind.SequenceTagger, 1, "it has 1 outputs, where there must be 2 or more")]
    [TestCase(ModelKind.Regression, 2, "it has 2 outputs for a label that is a single number")]
    public void A_number_of_outputs(ModelKind kind, int outputs, string why) =>
        Refused(kind, shape => shape with { Outputs = outputs }, why);

    [TestCase(ModelKind.Multiclass)]
    [TestCase(ModelKind.SequenceTagger)]
    public void Another_number_of_classes_than_have_names(ModelKind kind)
    {
        int classes = Network(kind).Shape.Outputs;
        foreach (int outputs in new[] { classes - 1, classes + 1, 1000 }.Where(outputs => outputs > 1))
            Assert.That(
                LoadError(Changed(kind, shape => shape with { Outputs = outputs })),
                Is.EqualTo($"The model names {classes} classes, but its network has {outputs} outputs.")
            );
    }

    [Test]
    public void A_scaling_of_labels(
        [Values(ModelKind.Binary, ModelKind.Multiclass, ModelKind.SequenceTagger, ModelKind.MultiLabel, ModelKind.MultiLabelTags)]
            ModelKind kind
    ) =>
        Assert.That(
            LoadError(Changed(kind, network => network with { LabelScaling = TrainedNetworks.Of(network.Shape).LabelScaling })),
            Is.EqualTo(Sentence(kind, "it has a scaling of labels"))
        );

    [Test]
    public void A_vector_label(
        [Values(ModelKind.Binary, ModelKind.Multiclass, ModelKind.SequenceTagger, ModelKind.MultiLabel, ModelKind.MultiLabelTags)]
            ModelKind kind
    ) =>
        Assert.That(
            LoadError(Changed(kind, network => network with { HasVectorLabel = true })),
            Is.EqualTo(Sentence(kind, "it has a vector label"))
        );

    [Test]
    public void One_of_an_average_that_is_none([Values] ModelKind kind)
    {
        TrainedNetwork Average(TrainedNetwork network) =>
            TrainedNetwork.AverageOf([network, network with { HasVectorLabel = !network.HasVectorLabel }]);
        Assert.That(LoadError(Changed(kind, Average)), Is.EqualTo(Sentence(kind, "it has a vector label")));
    }

    // The columns beside the network are those that it reads.
    [Test]
    public void Steps_of_another_width_than_the_columns([Values] ModelKind kind, [Values(1, 3, 700)] int features)
    {
        int own = Network(kind).Shape.Features;
        Assert.That(own, Is.EqualTo(2));
        Assert.That(
            LoadError(Changed(kind, Reshaped(shape => shape with { Features = features }, scaled: false))),
            Does.Match(
                $@"^The model's columns are damaged: a column of type Vector<Single, \d+, 2>, 2 features per step, for a network that "
                    + $@"reads steps of {features} numbers\.$"
            )
        );
    }

    [Test]
    public void Tokens_of_columns_of_numbers([Values] ModelKind kind, [Values(1, 9)] int vocabulary) =>
        Assert.That(
            LoadError(
                Changed(kind, Reshaped(shape => shape with { Features = 0, Vocabulary = vocabulary, EmbeddingSize = 3 }, scaled: false))
            ),
            Does.StartWith("The model's columns are damaged: a column of type Vector<Single, ")
                .And.EndsWith($" for a network that reads " + $"tokens of a vocabulary of {vocabulary}.")
        );

    [Test]
    public void The_file_as_it_was_saved_is_loaded([Values] ModelKind kind)
    {
        Assert.That(LoadError(_files[kind]), Is.Null);
        Assert.That(LoadError(Changed(kind, (TrainedNetwork network) => network)), Is.Null);
    }

    /// <summary>ML.NET loads an assembly by the name in a file: with a version in it, an assembly of an earlier version could not read a
    /// format that it supports.</summary>
    [Test]
    public void The_header_names_the_assembly_without_its_version([Values] ModelKind kind)
    {
        string[] names =
        [
            .. SavedModel
                .Entries(_files[kind])
                .Where(entry => entry.Key.EndsWith("Model.key", StringComparison.Ordinal))
                .Select(entry => AssemblyName(Convert.FromHexString(entry.Value))),
        ];
        Assert.That(
            names.Where(name => name.StartsWith("RnnMlNet", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "RnnMlNet", "RnnMlNet" })
        );
    }

    private static string AssemblyName(byte[] entry)
    {
        ModelHeader.BeginRead(out _, out _, out _, out string? name, new BinaryReader(new MemoryStream(entry)));
        return name ?? "";
    }

    private void Refused(ModelKind kind, Func<NetworkShape, NetworkShape> change, string why)
    {
        byte[] file = Changed(kind, Reshaped(change));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(LoadError(file), Is.EqualTo(Sentence(kind, why)));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(LargestAllocation));
    }

    private static string Sentence(ModelKind kind, string why) =>
        $"The model's network cannot be that of {Name(kind)}: {why}. The file " + "is damaged or was not written by RnnMlNet.";

    private static Func<TrainedNetwork, TrainedNetwork> Reshaped(Func<NetworkShape, NetworkShape> change, bool scaled = true) =>
        network =>
        {
            NetworkShape shape = change(network.Shape);
            return network with
            {
                Shape = shape,
                Weights = RandomNetwork.Weights(shape),
                LabelScaling = null,
                FeatureScaling = scaled ? network.FeatureScaling : null,
            };
        };

    private byte[] Changed(ModelKind kind, Func<NetworkShape, NetworkShape> change) => Changed(kind, Reshaped(change));

    private byte[] Changed(ModelKind kind, Func<TrainedNetwork, TrainedNetwork> change)
    {
        TrainedNetwork network = change(Network(kind));
        IPredictor parameters = kind switch
        {
            ModelKind.Binary => new RnnBinaryModelParameters(_ml, network),
            ModelKind.Multiclass => new RnnMulticlassModelParameters(_ml, network),
            ModelKind.SequenceTagger => new RnnSequenceTaggerModelParameters(_ml, network),
            ModelKind.MultiLabel => new RnnMultiLabelModelParameters(_ml, network),
            ModelKind.MultiLabelTags => new RnnMultiLabelTaggerModelParameters(_ml, network),
            _ => new RnnRegressionModelParameters(_ml, network),
        };
        return SavedModel.With(
            _files[kind],
            "/Model/Model.key",
            _ => Blocks.Written(writer => ModelSaveContext.Save(writer, ((ICanSaveModel)parameters).Save))
        );
    }

    private TrainedNetwork Network(ModelKind kind)
    {
        ITransformer model = SavedModel.Load(_ml, _files[kind], out _);
        return ((IRowScorer)(model is TransformerChain<ITransformer> chain ? chain.LastTransformer : model)).Network;
    }

    // The innermost message; null where it is loaded.
    private string? LoadError(byte[] file)
    {
        try
        {
            SavedModel.Load(_ml, file, out _);
            return null;
        }
        catch (Exception e)
        {
            Assert.That(e.GetBaseException(), Is.InstanceOf<FormatException>());
            return e.GetBaseException().Message;
        }
    }
}
