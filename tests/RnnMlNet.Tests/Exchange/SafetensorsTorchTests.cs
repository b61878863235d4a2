using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Exchange;

/// <summary>Networks of torch's own modules, written under PyTorch's names, score here as torch scores them.</summary>
[TestFixture]
public class SafetensorsTorchTests
{
    // No test turns gradients off where it scores: torch's LSTM would then be the one that OneDnn tells of.
    private const int Batch = 6,
        Steps = 7,
        Features = 3,
        Hidden = 5,
        Outputs = 4;
    private readonly MLContext _ml = new(seed: 1);

    [OneTimeSetUp]
    public void LoadTorch() => TorchDevice.Resolve("cpu", fallbackToCpu: false, out _);

    [Test]
    public void A_network_of_torch_scores_the_same(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.PyTorchCells))] CellKind cell,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [Values] bool bias
    )
    {
        using var scope = NewDisposeScope();
        nn.Module rnn = Recurrent(cell, layers, bidirectional, bias);
        Linear fc = nn.Linear(Hidden * (bidirectional ? 2 : 1), Outputs, hasBias: bias);
        Tensor x = randn(Batch, Steps, Features);
        float[] expected = [.. fc.forward(FinalState(rnn, x, bidirectional)).detach().data<float>()];
        byte[] file = SafetensorsBytes.Of([.. Tensors("rnn_cell", rnn), .. Tensors("fc", fc)]);

        IDataView data = Rows(x);
        RnnRegressionTransformer transformer = _ml.Regression.LoadRnnSafetensors(
            new MemoryStream(file),
            data.Schema,
            new RnnImportOptions { Cell = cell is CellKind.Elman or CellKind.ElmanRelu ? cell : null }
        );

        Assert.That(Scores.Of(transformer, data).SelectMany(row => row), Is.EqualTo(expected).Within(1e-5));
        Assert.That(
            (transformer.Model.Cell, transformer.Model.Layers, transformer.Model.Bidirectional, transformer.Model.HiddenSize),
            Is.EqualTo((cell, layers, bidirectional, Hidden))
        );
    }

    // As most classifiers of sequences are written: fc(out[:, -1]).
    [Test]
    public void The_last_output_is_the_pooling_Last_of_one_direction()
    {
        using var scope = NewDisposeScope();
        LSTM lstm = nn.LSTM(Features, Hidden, numLayers: 2, batchFirst: true);
        Linear fc = nn.Linear(Hidden, Outputs);
        Tensor x = randn(Batch, Steps, Features);
        float[] expected = [.. nn.functional.softmax(fc.forward(lstm.forward(x).Item1.select(1, -1)), 1).detach().data<float>()];

        IDataView data = Rows(x);
        ITransformer transformer = _ml.MulticlassClassification.LoadRnnSafetensors(
            new MemoryStream(SafetensorsBytes.Of([.. Tensors("lstm", lstm), .. Tensors("out", fc)])),
            data.Schema
        );

        Assert.That(Scores.Of(transformer, data).SelectMany(row => row), Is.EqualTo(expected).Within(1e-5));
    }

    /// <summary>softmax(attn(tanh(out)), 1) weighs the steps' outputs; a bias of it would change nothing.</summary>
    [Test]
    public void Attention_of_torch_scores_the_same([Values] bool bidirectional, [Values] bool bias)
    {
        using var scope = NewDisposeScope();
        int width = Hidden * (bidirectional ? 2 : 1);
        GRU gru = nn.GRU(Features, Hidden, batchFirst: true, bidirectional: bidirectional);
        Linear attention = nn.Linear(width, 1, hasBias: bias),
            fc = nn.Linear(width, Outputs);
        Tensor x = randn(Batch, Steps, Features);
        Tensor states = gru.forward(x).Item1;
        float[] expected = [.. fc.forward((attention.forward(states.tanh()).softmax(1) * states).sum(1)).detach().data<float>()];

        IDataView data = Rows(x);
        RnnRegressionTransformer transformer = _ml.Regression.LoadRnnSafetensors(
            new MemoryStream(SafetensorsBytes.Of([.. Tensors("gru", gru), .. Tensors("attention", attention), .. Tensors("fc", fc)])),
            data.Schema,
            new RnnImportOptions { Pooling = Pooling.Attention, IgnoredNames = bias ? ["attention.bias"] : [] }
        );

        Assert.That(Scores.Of(transformer, data).SelectMany(row => row), Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void An_embedding_and_a_head_of_several_layers_score_the_same()
    {
        const int Vocabulary = 9;
        using var scope = NewDisposeScope();
        Embedding embedding = nn.Embedding(Vocabulary, Features);
        GRU gru = nn.GRU(Features, Hidden, batchFirst: true);
        Linear first = nn.Linear(Hidden, Hidden),
            second = nn.Linear(Hidden, Hidden),
            last = nn.Linear(Hidden, 1);
        Tensor tokens = randint(0, Vocabulary, [Batch, Steps]);
        Tensor state = gru.forward(embedding.forward(tokens)).Item1.select(1, -1);
        float[] expected = [.. last.forward(second.forward(first.forward(state).relu()).relu()).detach().data<float>()];
        byte[] file = SafetensorsBytes.Of([
            .. Tensors("emb", embedding),
            .. Tensors("gru", gru),
            .. Tensors("head.0", first),
            .. Tensors("head.2", second),
            .. Tensors("head.10", last),
        ]);

        long[] ids = [.. tokens.data<long>()];
        IDataView data = new MemoryView().Vector(
            "Features",
            MemoryView.Keys<uint>(Vocabulary, Steps),
            [.. ids.Chunk(Steps).Select(row => row.Select(id => (uint)id + 1).ToArray())]
        );
        ITransformer transformer = _ml.BinaryClassification.LoadRnnSafetensors(new MemoryStream(file), data.Schema);

        Assert.That(Scores.Of(transformer, data).SelectMany(row => row), Is.EqualTo(expected).Within(1e-5));
    }

    /// <summary>h_0 = tanh(init(s)), and of an LSTM c_0 likewise, by a linear layer of 2 H outputs.</summary>
    [Test]
    public void An_initial_state_of_torch_scores_the_same([Values(CellKind.Gru, CellKind.Lstm)] CellKind cell, [Values] bool alsoHead)
    {
        const int Statics = 2;
        using var scope = NewDisposeScope();
        nn.Module rnn = Recurrent(cell, layers: 1, bidirectional: false, bias: true);
        Linear init = nn.Linear(Statics, cell == CellKind.Lstm ? 2 * Hidden : Hidden),
            fc = nn.Linear(Hidden + (alsoHead ? Statics : 0), Outputs);
        Tensor x = randn(Batch, Steps, Features),
            s = randn(Batch, Statics);
        Tensor[] first = [.. init.forward(s).tanh().chunk(cell == CellKind.Lstm ? 2 : 1, 1).Select(part => part.unsqueeze(0).contiguous())];
        Tensor state = rnn is LSTM lstm ? lstm.forward(x, (first[0], first[1])).Item2[0] : ((GRU)rnn).forward(x, first[0]).Item2[0];
        float[] expected = [.. fc.forward(alsoHead ? cat([state, s], 1) : state).detach().data<float>()];
        byte[] file = SafetensorsBytes.Of([.. Tensors("rnn", rnn), .. Tensors("initial_state.l0", init), .. Tensors("fc", fc)]);

        IDataView data = new MemoryView()
            .Vector("Features", MemoryView.Singles(Steps, Features), [.. x.data<float>().ToArray().Chunk(Steps * Features)])
            .Vector("Static", MemoryView.Singles(Statics), [.. s.data<float>().ToArray().Chunk(Statics)]);
        StaticUse use = alsoHead ? StaticUse.Both : StaticUse.InitialState;
        RnnRegressionTransformer transformer = _ml.Regression.LoadRnnSafetensors(
            new MemoryStream(file),
            data.Schema,
            new RnnImportOptions { StaticColumnNames = ["Static"], StaticUse = use }
        );

        Assert.That(Scores.Of(transformer, data).SelectMany(row => row), Is.EqualTo(expected).Within(1e-5));
        Refused.Argument(
            () => _ml.Regression.LoadRnnSafetensors(new MemoryStream(file), data.Schema, new RnnImportOptions { StaticUse = use }),
            $"StaticUse is {use}, but StaticColumnNames is null, so that there are no static values"
        );
    }

    /// <summary>relu(conv(pad(x, (K - 1, 0)))) twice, the second with a stride.</summary>
    [Test]
    public void Convolutions_of_torch_score_the_same([Values(1, 3)] int stride)
    {
        const int Filters = 6;
        using var scope = NewDisposeScope();
        Conv1d first = nn.Conv1d(Features, Filters, 3),
            second = nn.Conv1d(Filters, Filters, 2, stride: stride);
        GRU gru = nn.GRU(Filters, Hidden, batchFirst: true);
        Linear fc = nn.Linear(Hidden, Outputs);
        Tensor x = randn(Batch, Steps, Features);
        Tensor convolved = first.forward(nn.functional.pad(x.transpose(1, 2), [2, 0])).relu();
        convolved = second.forward(nn.functional.pad(convolved, [1, 0])).relu();
        float[] expected = [.. fc.forward(gru.forward(convolved.transpose(1, 2)).Item1.select(1, -1)).detach().data<float>()];
        byte[] file = SafetensorsBytes.Of(
            [.. Tensors("convolution.0", first), .. Tensors("convolution.1", second), .. Tensors("gru", gru), .. Tensors("fc", fc)],
            stride == 1 ? "{}" : $$"""{"rnnmlnet.convolution_strides":"1 {{stride}}"}"""
        );

        IDataView data = Rows(x);
        RnnRegressionTransformer transformer = _ml.Regression.LoadRnnSafetensors(new MemoryStream(file), data.Schema);

        Assert.That(Scores.Of(transformer, data).SelectMany(row => row), Is.EqualTo(expected).Within(1e-5));
    }

    // The other way, as docs/safetensors.md does it in Python.
    [Test]
    public void A_network_trained_here_scores_the_same_in_torch([Values] bool bidirectional)
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassTransformer trained = Tiny.Multiclass(
                _ml,
                configure: options => (options.Layers, options.Bidirectional) = (2, bidirectional)
            )
            .Fit(data);
        using var file = new MemoryStream();
        trained.Model.SaveSafetensors(file);

        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors = SafetensorsBytes
            .Parse(file.ToArray())
            .ToDictionary(pair => pair.Key, pair => tensor(pair.Value.Values).reshape(pair.Value.Shape));
        LSTM rnn = nn.LSTM(SequenceRow.Features, trained.Model.HiddenSize, numLayers: 2, batchFirst: true, bidirectional: bidirectional);
        Linear head = nn.Linear(trained.Model.HiddenSize * (bidirectional ? 2 : 1), trained.Model.Outputs);
        Fill(rnn, "rnn.", tensors);
        Fill(head, "head.0.", tensors);
        Tensor x = tensor(TinyData.Rows().SelectMany(row => row.Matrix).ToArray()).reshape(-1, SequenceRow.Steps, SequenceRow.Features);
        Tensor state = FinalState(rnn, (x - tensors["feature_mean"]) / tensors["feature_deviation"], bidirectional);
        float[] expected = [.. nn.functional.softmax(head.forward(state), 1).detach().data<float>()];

        Assert.That(Scores.Of(trained, data).SelectMany(row => row), Is.EqualTo(expected).Within(1e-5));
    }

    private static void Fill(nn.Module module, string prefix, Dictionary<string, Tensor> tensors)
    {
        using var noGrad = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
            parameter.copy_(tensors[prefix + name]);
        Assert.That(
            module.named_parameters().Count(),
            Is.EqualTo(tensors.Keys.Count(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        );
    }

    private static nn.Module Recurrent(CellKind cell, int layers, bool bidirectional, bool bias) =>
        cell switch
        {
            CellKind.Lstm => nn.LSTM(Features, Hidden, layers, bias, batchFirst: true, bidirectional: bidirectional),
            CellKind.Gru => nn.GRU(Features, Hidden, layers, bias, batchFirst: true, bidirectional: bidirectional),
            _ => nn.RNN(
                Features,
                Hidden,
                layers,
                cell == CellKind.Elman ? nn.NonLinearities.Tanh : nn.NonLinearities.ReLU,
                bias,
                batchFirst: true,
                bidirectional: bidirectional
            ),
        };

    // h_n of the last layer: [directions, batch, hidden] -> [batch, directions x hidden]
    private static Tensor FinalState(nn.Module rnn, Tensor x, bool bidirectional)
    {
        Tensor final = rnn switch
        {
            LSTM lstm => lstm.forward(x).Item2,
            GRU gru => gru.forward(x).Item2,
            _ => ((RNN)rnn).forward(x, null).Item2,
        };
        return bidirectional ? cat([final[-2], final[-1]], 1) : final[-1];
    }

    private static IEnumerable<NamedTensor> Tensors(string module, nn.Module source) =>
        [
            .. source
                .state_dict()
                .Select(pair => new NamedTensor(
                    $"{module}.{pair.Key}",
                    [.. pair.Value.shape.Select(side => (int)side)],
                    [.. pair.Value.data<float>()]
                )),
        ];

    private static IDataView Rows(Tensor x) =>
        new MemoryView().Vector("Features", MemoryView.Singles(Steps, Features), [.. x.data<float>().ToArray().Chunk(Steps * Features)]);
}
