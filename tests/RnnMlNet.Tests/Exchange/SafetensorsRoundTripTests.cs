using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>Our own networks written and read again: the same weights and scores to the last bit.</summary>
[TestFixture]
public class SafetensorsRoundTripTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test, Pairwise]
    public void Every_network_comes_back(
        [Values] CellKind cell,
        [Values(1, 2, 3)] int layers,
        [Values] bool bidirectional,
        [Values(0, 1, 3)] int hiddenHeadLayers
    )
    {
        // Widths as the hidden size: what the head's layers read leaves their order to the numbers in their names.
        int[] widths = [.. Enumerable.Repeat(4, hiddenHeadLayers)];
        TrainedNetwork network = TrainedNetworks.Of(
            RandomNetwork.Shape(cell, layers, bidirectional, Pooling.Mean) with
            {
                HeadHiddenSizes = widths,
            }
        );
        AssertSame(SafetensorsSamples.Import(SafetensorsSamples.Exported(network), MemoryView.Singles(5, 3)), network);
    }

    [Test]
    public void Blocks_of_layers_come_back(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Blocks))] int blocks,
        [Values] bool bidirectional
    )
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Gru, layers: 2, bidirectional).WithBlocks(blocks));
        AssertSame(SafetensorsSamples.Import(SafetensorsSamples.Exported(network), MemoryView.Singles(5, 3)), network);
    }

    [Test]
    public void A_conditional_random_field_comes_back()
    {
        TrainedNetwork network = TrainedNetworks.Of(
            TinyTags.PerStep(RandomNetwork.Shape(CellKind.Gru, bidirectional: true)) with
            {
                Outputs = 3,
                IsChained = true,
            }
        );
        byte[] file = SafetensorsSamples.Exported(network, SequenceTask.SequenceTagging);
        AssertSame(SafetensorsSamples.Import(file, MemoryView.Singles(5, 3), task: SequenceTask.SequenceTagging), network);
    }

    [Test]
    public void Convolutions_come_back([Values] bool strided, [Values] bool tokens)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru, bidirectional: true) with
        {
            Convolutions = [new ConvolutionShape(5, 2, 1), new ConvolutionShape(6, 4, strided ? 3 : 1)],
        };
        TrainedNetwork network = TrainedNetworks.Of(tokens ? shape with { Features = 0, Vocabulary = 9, EmbeddingSize = 7 } : shape);
        AssertSame(
            SafetensorsSamples.Import(
                SafetensorsSamples.Exported(network),
                tokens ? MemoryView.Keys<uint>(9, 5) : MemoryView.Singles(5, 3)
            ),
            network
        );
    }

    [Test]
    public void A_deep_head_keeps_its_order()
    {
        TrainedNetwork network = TrainedNetworks.Of(
            RandomNetwork.Shape(CellKind.Gru, pooling: Pooling.Last) with
            {
                HeadHiddenSizes = [.. Enumerable.Repeat(4, 12)],
                Outputs = 4,
            }
        );
        AssertSame(SafetensorsSamples.Import(SafetensorsSamples.Exported(network), MemoryView.Singles(5, 3)), network);
    }

    [Test]
    public void Every_pooling_comes_back([Range(1, (int)RandomNetwork.AllPooling)] int pooling)
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm, pooling: (Pooling)pooling));
        AssertSame(SafetensorsSamples.Import(SafetensorsSamples.Exported(network), MemoryView.Singles(5, 3)), network);
    }

    [Test]
    public void Tokens_come_back([Values] CellKind cell, [Values] bool bidirectional)
    {
        TrainedNetwork network = TrainedNetworks.Of(
            RandomNetwork.Shape(cell, 2, bidirectional) with
            {
                Features = 0,
                Vocabulary = 7,
                EmbeddingSize = 3,
            }
        );
        AssertSame(SafetensorsSamples.Import(SafetensorsSamples.Exported(network), MemoryView.Keys<uint>(7)), network);
    }

    [Test]
    public void A_network_without_scaling_and_with_a_vector_label_comes_back()
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Gru) with { Outputs = 1 }) with
        {
            FeatureScaling = null,
            LabelScaling = null,
            HasVectorLabel = true,
        };
        AssertSame(
            SafetensorsSamples.Import(
                SafetensorsSamples.Exported(network, SequenceTask.Regression),
                MemoryView.Singles(5, 3),
                task: SequenceTask.Regression
            ),
            network
        );
    }

    [Test]
    public void The_same_network_gives_the_same_bytes()
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm, 2, true));
        byte[] bytes = SafetensorsSamples.Exported(network);
        Assert.That(SafetensorsSamples.Exported(network), Is.EqualTo(bytes));
        Assert.That(SafetensorsSamples.Exported(SafetensorsSamples.Import(bytes, MemoryView.Singles(5, 3))), Is.EqualTo(bytes));
    }

    [Test]
    public void The_file_says_what_a_reader_in_Python_needs()
    {
        byte[] bytes = SafetensorsSamples.Exported(
            TrainedNetworks.Of(RandomNetwork.Shape(CellKind.ElmanRelu, pooling: Pooling.Last | Pooling.Attention)),
            SequenceTask.Regression
        );
        var file = SafetensorsBytes.Open(bytes);
        Assert.That(
            file.Metadata,
            Is.EqualTo(
                new Dictionary<string, string>
                {
                    ["format"] = "pt",
                    ["rnnmlnet.version"] = "1",
                    ["rnnmlnet.task"] = "Regression",
                    ["rnnmlnet.cell"] = "ElmanRelu",
                    ["rnnmlnet.pooling"] = "Last, Attention",
                    ["rnnmlnet.vector_label"] = "false",
                }
            )
        );
        Assert.That(
            file.Entries.Select(entry => entry.Describe()),
            Is.EqualTo(
                new[]
                {
                    "'rnn.weight_ih_l0' [4, 3]",
                    "'rnn.weight_hh_l0' [4, 4]",
                    "'rnn.bias_ih_l0' [4]",
                    "'rnn.bias_hh_l0' [4]",
                    "'attention.weight' [1, 4]",
                    "'head.0.weight' [5, 8]",
                    "'head.0.bias' [5]",
                    "'head.1.weight' [2, 5]",
                    "'head.1.bias' [2]",
                    "'feature_mean' [3]",
                    "'feature_deviation' [3]",
                    "'label_mean' [2]",
                    "'label_deviation' [2]",
                }
            )
        );
        Assert.That(file.Entries, Has.All.Property("Type").EqualTo("F32"));
    }

    [Test]
    public void A_trained_transformer_comes_back_and_scores_the_same(
        [Values] TinyTask task,
        [Values(ColumnKind.Matrix, ColumnKind.Ragged, ColumnKind.Channels, ColumnKind.Tokens)] ColumnKind kind
    )
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("network.safetensors");
        IDataView data = TinyData.Load(_ml);
        ITransformer trained = Tiny.Trainer(_ml, task, kind, options => options.Layers = 2).Fit(data);
        Parameters(trained).SaveSafetensors(path);

        ITransformer loaded = Load(task, path, data.Schema, Options(kind));

        Assert.That(Scores.Of(loaded, data), Is.EqualTo(Scores.Of(trained, data)));
        Assert.That(loaded.GetType(), Is.EqualTo(trained.GetType()));
        Assert.That(loaded.GetOutputSchema(data.Schema)["Score"].Type, Is.EqualTo(trained.GetOutputSchema(data.Schema)["Score"].Type));
        Assert.That(Parameters(loaded).History.Epochs, Is.Empty);
    }

    [Test]
    public void A_file_of_another_task_is_refused()
    {
        IDataView data = TinyData.Load(_ml);
        using var file = new MemoryStream();
        Parameters(Tiny.Trainer(_ml, TinyTask.Regression).Fit(data)).SaveSafetensors(file);
        file.Position = 0;
        Assert.That(
            () => _ml.BinaryClassification.LoadRnnSafetensors(file, data.Schema, Options(ColumnKind.Matrix)),
            Throws
                .InstanceOf<FormatException>()
                .With.Message.Contains("its network was trained for Regression, and this is an import for BinaryClassification")
        );
        // ML.NET has one kind of prediction for both.
        file.SetLength(0);
        Parameters(Tiny.Trainer(_ml, TinyTask.MultiLabelTags).Fit(data)).SaveSafetensors(file);
        file.Position = 0;
        Assert.That(
            () => _ml.MulticlassClassification.LoadRnnMultiLabelSafetensors(file, data.Schema, Options(ColumnKind.Matrix)),
            Throws
                .InstanceOf<FormatException>()
                .With.Message.Contains("its network was trained for MultiLabelTagging, and this is an import for MultiLabelClassification")
        );
    }

    [Test]
    public void A_cell_of_the_users_own_is_refused_before_a_file_is_made()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("network.safetensors");
        using var model = new RnnRegressionModelParameters(_ml, Sample.CustomCell.Network());
        Refused.Operation(
            () => model.SaveSafetensors(path),
            "A safetensors file holds networks of the built-in cells, and this one has the custom cell 'my cell ü': save it with "
                + "ml.Model.Save, or take its weights from GetWeights."
        );
        Assert.That(File.Exists(path), Is.False);
    }

    private ITransformer Load(TinyTask task, string path, DataViewSchema schema, RnnImportOptions options) =>
        task switch
        {
            TinyTask.Multiclass => _ml.MulticlassClassification.LoadRnnSafetensors(path, schema, options),
            TinyTask.Binary => _ml.BinaryClassification.LoadRnnSafetensors(path, schema, options),
            TinyTask.MultiLabel => _ml.MulticlassClassification.LoadRnnMultiLabelSafetensors(path, schema, options),
            TinyTask.MultiLabelTags => _ml.MulticlassClassification.LoadRnnMultiLabelTaggerSafetensors(path, schema, options),
            _ => _ml.Regression.LoadRnnSafetensors(path, schema, options),
        };

    private static RnnImportOptions Options(ColumnKind kind) =>
        kind == ColumnKind.Channels
            ? new RnnImportOptions { ChannelColumnNames = kind.Columns() }
            : new RnnImportOptions
            {
                FeatureColumnName = kind.Columns()[0],
                FeaturesPerStep = kind == ColumnKind.Ragged ? SequenceRow.Features : null,
            };

    private static IRnnModelParameters Parameters(ITransformer transformer) =>
        transformer switch
        {
            RnnMulticlassTransformer multiclass => multiclass.Model,
            RnnBinaryTransformer binary => binary.Model,
            RnnMultiLabelTransformer multiLabel => multiLabel.Model,
            RnnMultiLabelTaggerTransformer tagger => tagger.Model,
            _ => ((RnnRegressionTransformer)transformer).Model,
        };

    private static void AssertSame(TrainedNetwork read, TrainedNetwork written) =>
        Assert.That(Blocks.Of(read), Is.EqualTo(Blocks.Of(written with { History = Histories.Empty })));
}
