using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Training;
using Shared;

namespace Training;

/// <summary>
/// Sentences to train on: rows of word numbers, which come up as words do, the r-th most frequent one 1/r as often as the first (Zipf), and
/// a class. The network has an embedding of each.
/// </summary>
/// <param name="Cell">The cell.</param>
/// <param name="Vocabulary">V, words.</param>
/// <param name="Rows">Sentences.</param>
internal sealed record WordSet(CellKind Cell, int Vocabulary, int Rows)
{
    public const int Units = 64,
        EmbeddingSize = 64,
        BatchSize = 32,
        Shortest = 5,
        Longest = 20,
        UsualRows = 4096;
    private const int Seed = 5;
    private const float WeightDecay = .01f;

    public string Name => $"{Cell} {Vocabulary} words";

    /// <summary>The network and how it is trained: AdamW, as for text.</summary>
    public EngineSettings Engine(int threads) =>
        new()
        {
            Shape = Shape,
            InitialWeights = WeightInitializer.Create(Shape, new RnnMulticlassTrainer.Options().ForgetBias, Seed),
            Loss = LossKind.CrossEntropy,
            Optimizer = OptimizerKind.AdamW,
            WeightDecay = WeightDecay,
            Device = "cpu",
            Threads = threads,
        };

    /// <summary>An epoch's batches.</summary>
    public IReadOnlyList<MiniBatch> Batches()
    {
        using var store = new SequenceStore(features: 0, labelWidth: 1);
        var random = new Random(2);
        for (int row = 0; row < Rows; row++)
        {
            int[] words = [.. Enumerable.Range(0, random.Next(Shortest, Longest + 1)).Select(_ => Word(random))];
            // The class is seen in every other row's last word; of the others it is drawn, so that the loss never comes near 0.
            store.Add(
                SequenceView.OfTokens(words),
                [random.Next(2) == 0 ? random.Next(Case.Classes) : words[^1] % Case.Classes],
                weight: 1
            );
        }
        return ReadyBatches.Of(store, BatchSize, Seed, epoch: 1);
    }

    private NetworkShape Shape =>
        new()
        {
            Cell = Cell,
            Vocabulary = Vocabulary,
            EmbeddingSize = EmbeddingSize,
            HiddenSize = Units,
            Outputs = Case.Classes,
        };

    private int Word(Random random) => (int)Math.Pow(Vocabulary, random.NextDouble()) - 1;
}
