using NUnit.Framework;
using RnnMlNet.Checkpoints;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Checkpoints;

[TestFixture]
public class CheckpointFormatTests
{
    private static readonly NetworkShape Shape = RandomNetwork.Shape(CellKind.Elman);

    private static readonly Checkpoint Sample = new(
        -5,
        new Fingerprint([new("HiddenSize", "4"), new("the training data", "8 rows")]),
        new TrainingState(
            new TrainingPosition(3, 2, 11, 1.25, 16, 0.5),
            [.. Histories.TwoEpochs.Epochs],
            new BestEpochState(2, 0.75, RandomNetwork.Weights(Shape, seed: 4)),
            new EarlyStoppingState(0.75, 1),
            new PlateauState(0.1, 0.5, 7),
            new EngineState(
                RandomNetwork.Weights(Shape, seed: 1),
                new OptimizerState(
                    11,
                    new Dictionary<string, NetworkWeights>
                    {
                        ["exp_avg"] = RandomNetwork.Weights(Shape, seed: 2),
                        ["exp_avg_sq"] = RandomNetwork.Weights(Shape, seed: 3),
                    }
                ),
                new RandomState("Torch on cpu", [1, 2, 3])
            )
        )
    );

    [Test]
    public void All_of_it_is_read_back()
    {
        Checkpoint read = Read(Bytes(Sample));

        Assert.That(Bytes(read), Is.EqualTo(Bytes(Sample)));
        Assert.That(read.Seed, Is.EqualTo(-5));
        Assert.That(read.Fingerprint.Entries, Is.EqualTo(Sample.Fingerprint.Entries));
        TrainingState state = read.State,
            expected = Sample.State;
        Assert.That(
            (state.Position, state.EarlyStopping, state.Plateau),
            Is.EqualTo((expected.Position, expected.EarlyStopping, expected.Plateau))
        );
        Assert.That((state.Best.Epoch, state.Best.Loss, state.Engine.Optimizer.Steps), Is.EqualTo((2, 0.75, 11L)));
        Assert.That(state.Reports, Is.EqualTo(expected.Reports.Select(report => report with { MetricName = "", MaxEpochs = 0 })));
        AssertSame(state.Best.Weights!, expected.Best.Weights!);
        AssertSame(state.Engine.Weights, expected.Engine.Weights);
        AssertSame(state.Engine.Optimizer.Moments["exp_avg"], expected.Engine.Optimizer.Moments["exp_avg"]);
        AssertSame(state.Engine.Optimizer.Moments["exp_avg_sq"], expected.Engine.Optimizer.Moments["exp_avg_sq"]);
        Assert.That((state.Engine.Random.Generator, state.Engine.Random.Bytes), Is.EqualTo(("Torch on cpu", new byte[] { 1, 2, 3 })));
    }

    [Test]
    public void Networks_that_were_done_before_are_read_back()
    {
        Checkpoint third = Sample with
        {
            Done =
            [
                new TrainingResult(RandomNetwork.Weights(Shape, seed: 5), Histories.TwoEpochs),
                new TrainingResult(RandomNetwork.Weights(Shape, seed: 6), Histories.TwoEpochs),
            ],
        };
        byte[] file = Bytes(third);
        Checkpoint read = Read(file);

        Assert.That((Blocks.VersionOf(Bytes(Sample)), Blocks.VersionOf(file)), Is.EqualTo((1, 2)));
        Assert.That(Bytes(read), Is.EqualTo(file));
        Assert.That(read.Done, Has.Count.EqualTo(2));
        AssertSame(read.Done[0].Weights, third.Done[0].Weights);
        AssertSame(read.Done[1].Weights, third.Done[1].Weights);
        Assert.That(read.Done[1].History.BestEpoch, Is.EqualTo(Histories.TwoEpochs.BestEpoch));
        Assert.That(
            () => Read(file[..^1]),
            Throws
                .TypeOf<FormatException>()
                .With.Message.EqualTo("The checkpoint's part 'weights of a complete network' is truncated: the file ends before it does.")
        );
    }

    [Test]
    public void Before_the_first_epoch_is_done_there_are_no_best_weights()
    {
        TrainingState young = Sample.State with
        {
            Position = new TrainingPosition(1, 1, 1, 1, 8, 0),
            Reports = [],
            Best = BestEpochState.None,
        };
        TrainingState read = Read(Bytes(Sample with { State = young })).State;

        Assert.That(read.Best, Is.EqualTo(BestEpochState.None));
        Assert.That(read.Reports, Is.Empty);
    }

    [Test]
    public void A_missing_end_is_found()
    {
        byte[] file = Bytes(Sample);
        for (int length = 0; length < file.Length; length++)
            Assert.That(
                () => Read(file[..length]),
                Throws
                    .TypeOf<FormatException>()
                    .With.Message.Match("^The checkpoint's part '.+' is truncated: the file ends before it does.$"),
                $"{length} of {file.Length}"
            );
    }

    [Test]
    public void A_changed_byte_is_found()
    {
        byte[] file = Bytes(Sample);
        for (int at = 0; at < file.Length; at++)
        {
            byte[] changed = [.. file];
            changed[at] ^= 0x10;
            Assert.That(() => Read(changed), Throws.TypeOf<FormatException>().With.Message.StartsWith("The checkpoint"), $"Byte {at}");
        }
    }

    [Test]
    public void Bytes_after_the_end_are_found() =>
        Assert.That(
            () => Read([.. Bytes(Sample), 0, 0]),
            Throws.TypeOf<FormatException>().With.Message.EqualTo("The checkpoint is damaged: 2 bytes follow where it should end.")
        );

    [Test]
    public void A_file_of_a_newer_version_is_told() =>
        Assert.That(
            () => Read(Blocks.Seal([1], version: CheckpointFormat.Version + 1)),
            Throws
                .TypeOf<FormatException>()
                .With.Message.EqualTo(
                    $"The checkpoint's part 'training' has format version {CheckpointFormat.Version + 1}, but this RnnMlNet reads "
                        + $"versions up to {CheckpointFormat.Version}: update RnnMlNet."
                )
        );

    [Test]
    public void Numbers_that_cannot_be_are_refused()
    {
        void Refuses(TrainingState state, string sentence) =>
            Assert.That(() => Read(Bytes(Sample with { State = state })), Throws.TypeOf<FormatException>().With.Message.EqualTo(sentence));

        TrainingState state = Sample.State;
        Refuses(
            state with
            {
                Position = state.Position with { Epoch = 0 },
            },
            "The checkpoint is damaged: it is in epoch 0 after 2 batches and 11 steps."
        );
        Refuses(
            state with
            {
                Position = state.Position with { Batches = -1 },
            },
            "The checkpoint is damaged: it is in epoch 3 after -1 batches and 11 steps."
        );
        Refuses(
            state with
            {
                Position = state.Position with { Epoch = 4 },
            },
            "The checkpoint is damaged: it is in epoch 4, has 2 epochs, and the best is 2."
        );
        Refuses(
            state with
            {
                Best = state.Best with { Epoch = 3 },
            },
            "The checkpoint is damaged: it is in epoch 3, has 2 epochs, and the best is 3."
        );
    }

    // The best weights, and those of complete networks, become models without a comparison with an engine's.
    [Test]
    public void Weights_of_another_network_than_that_which_is_trained_are_refused()
    {
        const string Start = "The checkpoint is damaged: its ";
        NetworkWeights own = RandomNetwork.Weights(Shape, seed: 5);
        NetworkWeights larger = RandomNetwork.Weights(Shape with { HiddenSize = 5 }),
            fewer = new(own.Tensors.Skip(1)),
            more = new([.. own.Tensors, new NamedTensor("extra", [1], [0])]);
        NetworkWeights notFinite = new(
            own.Tensors.Select((tensor, i) => i == 2 ? tensor with { Values = [.. tensor.Values[1..], float.NaN] } : tensor)
        );
        foreach (NetworkWeights weights in (NetworkWeights[])[larger, fewer, more])
        {
            Assert.That(
                () => Read(Bytes(Sample with { State = Sample.State with { Best = Sample.State.Best with { Weights = weights } } })),
                Throws
                    .TypeOf<FormatException>()
                    .With.Message.StartsWith($"{Start}best weights are not those of the network that it " + "trains; '")
            );
            Assert.That(
                () =>
                    Read(
                        Bytes(
                            Sample with
                            {
                                Done = [new TrainingResult(own, Histories.TwoEpochs), new TrainingResult(weights, Histories.TwoEpochs)],
                            }
                        )
                    ),
                Throws
                    .TypeOf<FormatException>()
                    .With.Message.StartsWith($"{Start}weights of a complete network are not those of the network " + "that it trains; '")
            );
        }
        Assert.That(
            () => Read(Bytes(Sample with { State = Sample.State with { Best = Sample.State.Best with { Weights = notFinite } } })),
            Throws
                .TypeOf<FormatException>()
                .With.Message.EqualTo($"{Start}best weights hold a value in 'rnn.bias_ih_l0' that is not a " + "finite number.")
        );
    }

    // Who changes a payload and seals it again may give another training, but nothing that is none.
    [Test]
    public void A_changed_payload_sealed_again_is_refused_or_a_checkpoint([Values(0, 2)] int networksDone)
    {
        byte[] file = Bytes(
            Sample with
            {
                Done = [.. Enumerable.Repeat(new TrainingResult(RandomNetwork.Weights(Shape, seed: 5), Histories.TwoEpochs), networksDone)],
            }
        );
        int length = BitConverter.ToInt32(file, 8),
            end = Blocks.HeaderBytes + length;
        var random = new Random(4);
        for (int i = 0; i < 3000; i++)
        {
            byte[] payload = file[Blocks.HeaderBytes..end];
            payload[random.Next(length)] ^= (byte)random.Next(1, 256);
            try
            {
                Read([.. Blocks.Seal(payload, Blocks.VersionOf(file)), .. file[end..]]);
            }
            catch (FormatException exception)
            {
                Assert.That(exception.Message, Does.StartWith("The checkpoint"));
            }
        }
    }

    private static byte[] Bytes(Checkpoint checkpoint) => Blocks.Written(writer => CheckpointFormat.Write(writer, checkpoint));

    private static Checkpoint Read(byte[] file) => MemoryCheckpoints.Read(file);

    private static void AssertSame(NetworkWeights actual, NetworkWeights expected)
    {
        Assert.That(
            actual.Tensors.Select(t => (t.Name, string.Join(' ', t.Shape))),
            Is.EqualTo(expected.Tensors.Select(t => (t.Name, string.Join(' ', t.Shape))))
        );
        foreach (NamedTensor tensor in expected.Tensors)
            Assert.That(actual[tensor.Name], Is.EqualTo(tensor.Values), tensor.Name);
    }
}
