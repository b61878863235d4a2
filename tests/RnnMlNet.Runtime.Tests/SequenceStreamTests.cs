using NUnit.Framework;
using RnnMlNet.Runtime.Tests.Support;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests;

/// <summary>After each step a stream has the model's scores of all steps so far; its state resumes elsewhere.</summary>
[TestFixture]
public class SequenceStreamTests
{
    private static readonly float[] _row = RandomNetwork.Uniform(new Random(1), 17 * RandomModels.Features, 1.5f);

    [Test]
    public void After_each_step_it_says_what_the_model_says_of_the_steps_so_far([Values] CellKind cell, [Values(1, 3)] int networks)
    {
        SequenceModel model = Model(cell, networks);
        SequenceStream stream = model.CreateStream();
        float[] whole = new float[3],
            streamed = new float[3];
        for (int end = RandomModels.Features; end <= _row.Length; end += RandomModels.Features)
        {
            stream.Add(_row.AsSpan(end - RandomModels.Features, RandomModels.Features), streamed);
            model.Score(_row.AsSpan(0, end), whole);
            Assert.That(streamed, Is.EqualTo(whole).Within(1e-6));
        }
        Assert.That(stream.Steps, Is.EqualTo(_row.Length / RandomModels.Features));
        stream.Add((ReadOnlySpan<float>)[], streamed);
        Assert.That(streamed, Is.EqualTo(whole).Within(1e-6), "no step more");
        stream.Reset();
        Assert.That(stream.Steps, Is.Zero);
        stream.Add(_row, streamed);
        Assert.That(streamed, Is.EqualTo(whole).Within(1e-6), "all at once");
    }

    [Test]
    public void A_saved_state_goes_on_to_the_bit()
    {
        SequenceModel model = Model(CellKind.Lstm, 2);
        SequenceStream first = model.CreateStream(),
            second = model.CreateStream();
        float[] expected = new float[3],
            actual = new float[3];
        first.Add(_row.AsSpan(0, 2 * RandomModels.Features), expected);
        using var state = new MemoryStream();
        first.SaveState(state);
        state.Position = 0;
        second.LoadState(state);
        first.Add(_row.AsSpan(2 * RandomModels.Features), expected);
        second.Add(_row.AsSpan(2 * RandomModels.Features), actual);
        Assert.That(actual, Is.EqualTo(expected));
        Assert.That(second.Steps, Is.EqualTo(first.Steps));
    }

    [Test]
    public void A_state_of_another_model_or_a_damaged_one_leaves_the_stream_as_it_was()
    {
        SequenceStream stream = Model(CellKind.Lstm, 1).CreateStream();
        float[] scores = new float[3];
        stream.Add([1f, 2, 3], scores);
        using var state = new MemoryStream();
        Model(CellKind.Lstm, 1, seed: 2).CreateStream().SaveState(state);
        state.Position = 0;
        Refuses(() => stream.LoadState(state), "The stream's state is that of another model");
        byte[] bytes = state.ToArray();
        bytes[^1] ^= 1;
        Refuses(() => stream.LoadState(new MemoryStream(bytes)), "The stream's state is damaged or was altered");
        Assert.That(stream.Steps, Is.EqualTo(1));
    }

    private static void Refuses(Action action, string text) =>
        Assert.That(Assert.Throws<FormatException>(action)!.Message, Does.Contain(text));

    private static SequenceModel Model(CellKind cell, int networks, int seed = 1) =>
        RandomModels.Of(
            SequenceTask.MulticlassClassification,
            RandomModels.Shape(SequenceTask.MulticlassClassification, cell),
            networks,
            seed
        );
}
