using System.Text.Json;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Scoring;

/// <summary>The ONNX standard's own test vectors for its nodes RNN, GRU and LSTM, those that our equations cover.</summary>
public sealed class OnnxVectorTests
{
    [TestCase("test_simple_rnn_defaults")]
    [TestCase("test_simple_rnn_batchwise")]
    [TestCase("test_simple_rnn_with_initial_bias")]
    [TestCase("test_rnn_seq_length")]
    [TestCase("test_lstm_defaults")]
    [TestCase("test_lstm_batchwise")]
    [TestCase("test_lstm_with_initial_bias")]
    [TestCase("test_gru_defaults")]
    [TestCase("test_gru_batchwise")]
    [TestCase("test_gru_with_initial_bias")]
    public void TheFinalState_IsTheVectors(string name)
    {
        var node = OnnxNode.Read(SharedData.Require("onnx_rnn_vectors/vectors.json"), name);
        using var scorer = new SimdScorer(new TrainedNetwork(node.Shape, node.Weights, null, null, Histories.Empty));
        using IScoringSession session = scorer.NewSession();
        using TorchEngine engine = TorchEngine.Create(
            new EngineSettings
            {
                Shape = node.Shape,
                InitialWeights = node.Weights,
                Loss = LossKind.Squared,
                Device = "cpu",
            },
            out _
        );
        float[] managed = new float[node.Shape.HiddenSize],
            torch = new float[node.Shape.HiddenSize];
        var batch = new MiniBatch();
        for (int row = 0; row < node.Rows; row++)
        {
            SequenceView sequence = SequenceView.OfSteps(node.Steps(row), node.Shape.Features);
            session.Score(sequence, managed);
            BatchOfOne.Fill(batch, sequence, node.Shape.Features, null);
            engine.Score(batch, torch);

            Assert.That(managed, Is.EqualTo(node.Final(row)).Within(1e-6), $"managed, row {row}");
            Assert.That(torch, Is.EqualTo(node.Final(row)).Within(1e-6), $"torch, row {row}");
        }
    }

    /// <summary>
    /// Test vectors of equations that differ from PyTorch's, and so from ours: an LSTM whose gates read the cell state, and a GRU that
    /// resets the state before its map (linear_before_reset 0), not after it. Our cells with the same weights must give other results.
    /// </summary>
    [TestCase("test_lstm_with_peepholes")]
    [TestCase("test_gru_seq_length")]
    public void OtherEquations_GiveOtherStates(string name)
    {
        var node = OnnxNode.Read(SharedData.Require("onnx_rnn_vectors/vectors.json"), name);
        using IScoringSession session = new SimdScorer(
            new TrainedNetwork(node.Shape, node.Weights, null, null, Histories.Empty)
        ).NewSession();
        var managed = new float[node.Shape.HiddenSize];
        session.Score(SequenceView.OfSteps(node.Steps(0), node.Shape.Features), managed);

        Assert.That(managed, Is.Not.EqualTo(node.Final(0)).Within(1e-4));
    }

    /// <summary>A node with one direction as a network whose head hands on the final state.</summary>
    private sealed record OnnxNode(NetworkShape Shape, NetworkWeights Weights, int Rows, Func<int, float[]> Steps, Func<int, float[]> Final)
    {
        // ONNX has the gates in the orders i o f c and z r h; PyTorch i f g(=c) o and r z n(=h).
        private static readonly Dictionary<string, (CellKind Cell, int[] Gates)> Kinds = new()
        {
            ["RNN"] = (CellKind.Elman, [0]),
            ["GRU"] = (CellKind.Gru, [1, 0, 2]),
            ["LSTM"] = (CellKind.Lstm, [0, 2, 3, 1]),
        };

        public static OnnxNode Read(string file, string name)
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
            JsonElement example = document.RootElement.EnumerateArray().Single(e => e.GetProperty("case").GetString() == name);
            JsonElement node = example.GetProperty("node"),
                attributes = node.GetProperty("attributes");
            var (cell, gates) = Kinds[node.GetProperty("op").GetString()!];
            int hidden = attributes.GetProperty("hidden_size").GetInt32();
            bool batchFirst = attributes.TryGetProperty("layout", out JsonElement layout) && layout.GetInt32() == 1;

            var (sides, x) = Tensor(example.GetProperty("inputs"), "X")!.Value;
            int rows = sides[batchFirst ? 0 : 1],
                steps = sides[batchFirst ? 1 : 0],
                features = sides[2];
            float[] final = Tensor(example.GetProperty("outputs"), "Y_h")!.Value.Values;
            var shape = new NetworkShape
            {
                Cell = cell,
                Features = features,
                HiddenSize = hidden,
                Outputs = hidden,
            };
            float[] biases = Tensor(example.GetProperty("inputs"), "B")?.Values ?? new float[2 * gates.Length * hidden];
            var weights = new Dictionary<string, float[]>
            {
                ["rnn.weight_ih_l0"] = Reorder(Tensor(example.GetProperty("inputs"), "W")!.Value.Values, gates),
                ["rnn.weight_hh_l0"] = Reorder(Tensor(example.GetProperty("inputs"), "R")!.Value.Values, gates),
                ["rnn.bias_ih_l0"] = Reorder(biases[..(biases.Length / 2)], gates),
                ["rnn.bias_hh_l0"] = Reorder(biases[(biases.Length / 2)..], gates),
                ["head.0.weight"] = [.. Enumerable.Range(0, hidden * hidden).Select(i => i % (hidden + 1) == 0 ? 1f : 0f)],
                ["head.0.bias"] = new float[hidden],
            };
            return new OnnxNode(
                shape,
                new NetworkWeights(
                    NetworkDefinition.TensorsOf(shape).Select(spec => new NamedTensor(spec.Name, spec.Shape, weights[spec.Name]))
                ),
                rows,
                row =>
                    [
                        .. Enumerable
                            .Range(0, steps)
                            .SelectMany(t => x.Skip((batchFirst ? row * steps + t : t * rows + row) * features).Take(features)),
                    ],
                row => final[(row * hidden)..((row + 1) * hidden)]
            );
        }

        private static float[] Reorder(float[] values, int[] gates) =>
            [.. gates.SelectMany(gate => values.Skip(gate * values.Length / gates.Length).Take(values.Length / gates.Length))];

        private static (int[] Sides, float[] Values)? Tensor(JsonElement tensors, string name)
        {
            foreach (JsonElement tensor in tensors.EnumerateArray())
                if (tensor.GetProperty("name").GetString() == name)
                    return (
                        [.. tensor.GetProperty("dims").EnumerateArray().Select(d => d.GetInt32())],
                        [.. tensor.GetProperty("data").EnumerateArray().Select(d => d.GetSingle())]
                    );
            return null;
        }
    }
}
