using Microsoft.ML;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Models;

/// <summary>The model parameters as ML.NET sees them: saved and loaded by its own contexts, their kind, and what they tell.</summary>
[TestFixture]
public class ModelParametersTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static readonly TrainedNetwork _network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Gru, layers: 2, bidirectional: true));

    [TestCase(TinyTask.Multiclass, typeof(RnnMulticlassModelParameters), nameof(PredictionKind.MulticlassClassification))]
    [TestCase(TinyTask.Binary, typeof(RnnBinaryModelParameters), nameof(PredictionKind.BinaryClassification))]
    [TestCase(TinyTask.Regression, typeof(RnnRegressionModelParameters), nameof(PredictionKind.Regression))]
    [TestCase(TinyTask.MultiLabel, typeof(RnnMultiLabelModelParameters), nameof(PredictionKind.Custom))]
    [TestCase(TinyTask.MultiLabelTags, typeof(RnnMultiLabelTaggerModelParameters), nameof(PredictionKind.Custom))]
    public void A_loaded_model_is_of_its_type_and_saves_to_the_same_bytes(TinyTask task, Type type, string kind)
    {
        byte[] saved = Save(Model(task));

        // Only the file determines what to load.
        ModelLoadContext.LoadModel<IPredictor, SignatureLoadModel>(new MLContext(), out IPredictor loaded, new MemoryStream(saved));

        Assert.That(loaded, Is.TypeOf(type));
        Assert.That(loaded.PredictionKind.ToString(), Is.EqualTo(kind));
        Assert.That(Save(loaded), Is.EqualTo(saved));
        Assert.That(Blocks.Of(((IRnnModelParameters)loaded).Network), Is.EqualTo(Blocks.Of(Network(task))));
    }

    [Test]
    public void A_damaged_model_is_told_through_MLNET([Values(TinyTask.Multiclass, TinyTask.Binary, TinyTask.Regression)] TinyTask task)
    {
        byte[] saved = Save(Model(task));
        int block = saved.AsSpan().IndexOf([.. "RNNM"u8, .. BitConverter.GetBytes(NetworkFormat.Version)]);
        saved[block + Blocks.HeaderBytes + 100] ^= 1;

        var exception = Assert.Throws<InvalidOperationException>(() =>
            ModelLoadContext.LoadModel<IPredictor, SignatureLoadModel>(_ml, out _, new MemoryStream(saved))
        )!;

        Assert.That(
            exception.GetBaseException(),
            Is.InstanceOf<FormatException>()
                .With.Message.EqualTo("The model file's part 'network' is damaged or was altered: its checksum does not match.")
        );
    }

    [Test]
    public void A_network_with_outputs_at_every_step_is_a_taggers_alone([Values] bool tagger)
    {
        TrainedNetwork perStep = TrainedNetworks.Of(TinyTags.PerStep(_network.Shape));
        byte[] saved = tagger
            ? Save(new RnnSequenceTaggerModelParameters(_ml, _network))
            : Save(new RnnMulticlassModelParameters(_ml, perStep));

        var exception = Assert.Throws<InvalidOperationException>(() =>
            ModelLoadContext.LoadModel<IPredictor, SignatureLoadModel>(_ml, out _, new MemoryStream(saved))
        )!;

        Assert.That(
            exception.GetBaseException(),
            Is.InstanceOf<FormatException>()
                .With.Message.Contains(
                    tagger
                        ? "The model's network cannot be that of a sequence tagger: it pools its states, and has outputs per row."
                        : "The model's network cannot be that of a classifier: it does not pool its states, and has outputs at every step."
                )
        );
    }

    [Test]
    public void It_tells_its_sizes()
    {
        using var model = new RnnRegressionModelParameters(_ml, _network with { HasVectorLabel = true });

        Assert.That(
            (model.Cell, model.CustomCell, model.FeaturesPerStep, model.Vocabulary, model.EmbeddingSize),
            Is.EqualTo((CellKind.Gru, (string?)null, 3, 0, 0))
        );
        Assert.That(
            (model.HiddenSize, model.Layers, model.Bidirectional, model.Pooling),
            Is.EqualTo((4, 2, true, RandomNetwork.AllPooling))
        );
        Assert.That(model.HeadHiddenSizes, Is.EqualTo(new[] { 5 }));
        Assert.That((model.Outputs, model.HasVectorLabel), Is.EqualTo((2, true)));
        Assert.That(model.History, Is.EqualTo(Histories.TwoEpochs));
    }

    [Test]
    public void Its_weights_are_copies_in_PyTorchs_layout()
    {
        using var model = new RnnMulticlassModelParameters(_ml, _network);

        IReadOnlyList<RnnWeight> weights = model.GetWeights();

        Assert.That(
            weights.Select(weight => $"{weight.Name} [{string.Join(", ", weight.Shape)}]"),
            Is.EqualTo(
                new[]
                {
                    "rnn.weight_ih_l0 [12, 3]",
                    "rnn.weight_hh_l0 [12, 4]",
                    "rnn.bias_ih_l0 [12]",
                    "rnn.bias_hh_l0 [12]",
                    "rnn.weight_ih_l0_reverse [12, 3]",
                    "rnn.weight_hh_l0_reverse [12, 4]",
                    "rnn.bias_ih_l0_reverse [12]",
                    "rnn.bias_hh_l0_reverse [12]",
                    "rnn.weight_ih_l1 [12, 8]",
                    "rnn.weight_hh_l1 [12, 4]",
                    "rnn.bias_ih_l1 [12]",
                    "rnn.bias_hh_l1 [12]",
                    "rnn.weight_ih_l1_reverse [12, 8]",
                    "rnn.weight_hh_l1_reverse [12, 4]",
                    "rnn.bias_ih_l1_reverse [12]",
                    "rnn.bias_hh_l1_reverse [12]",
                    "attention.weight [1, 8]",
                    "head.0.weight [5, 32]",
                    "head.0.bias [5]",
                    "head.1.weight [2, 5]",
                    "head.1.bias [2]",
                }
            )
        );
        Assert.That(weights.Select(weight => weight.Values), Is.EqualTo(_network.Weights.Tensors.Select(tensor => tensor.Values)));
        Assert.That(
            weights.Select(weight => (object)weight.Values),
            Has.None.Matches<object>(values => _network.Weights.Tensors.Any(tensor => ReferenceEquals(tensor.Values, values)))
        );
    }

    [Test]
    public void It_may_be_disposed_of_more_than_once()
    {
        var model = new RnnBinaryModelParameters(_ml, _network);
        model.Dispose();
        Assert.That(model.Dispose, Throws.Nothing);
    }

    private IPredictor Model(TinyTask task) =>
        task switch
        {
            TinyTask.Multiclass => new RnnMulticlassModelParameters(_ml, Network(task)),
            TinyTask.Binary => new RnnBinaryModelParameters(_ml, Network(task)),
            TinyTask.MultiLabel => new RnnMultiLabelModelParameters(_ml, Network(task)),
            TinyTask.MultiLabelTags => new RnnMultiLabelTaggerModelParameters(_ml, Network(task)),
            _ => new RnnRegressionModelParameters(_ml, Network(task)),
        };

    // As one of the task can be.
    private static TrainedNetwork Network(TinyTask task) =>
        task switch
        {
            TinyTask.Multiclass or TinyTask.MultiLabel => _network with { LabelScaling = null },
            TinyTask.MultiLabelTags => TrainedNetworks.Of(TinyTags.PerStep(_network.Shape)) with { LabelScaling = null },
            TinyTask.Binary => TrainedNetworks.Of(_network.Shape with { Outputs = 1 }) with { LabelScaling = null },
            _ => _network with { HasVectorLabel = true },
        };

    private static byte[] Save(IPredictor model) =>
        Blocks.Written(writer => ModelSaveContext.Save(writer, context => ((ICanSaveModel)model).Save(context)));
}
