using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Runtime;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Runtime;

/// <summary>A stream says after each step what the model says of all steps so far; its state goes on elsewhere.</summary>
[TestFixture]
public class SequenceStreamTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void After_each_step_it_says_what_the_model_says_of_the_steps_so_far([Values] CellKind cell, [Values(1, 3)] int networks)
    {
        SequenceModel model = Model(cell, networks);
        float[] row = TinyData.Rows(6)[4].Ragged;
        SequenceStream stream = model.CreateStream();
        float[] whole = new float[3],
            streamed = new float[3];
        for (int end = SequenceRow.Features; end <= row.Length; end += SequenceRow.Features)
        {
            stream.Add(row.AsSpan(end - SequenceRow.Features, SequenceRow.Features), streamed);
            model.Score(row.AsSpan(0, end), whole);
            Assert.That(streamed, Is.EqualTo(whole).Within(1e-6));
        }
        Assert.That(stream.Steps, Is.EqualTo(row.Length / SequenceRow.Features));
        stream.Add((ReadOnlySpan<float>)[], streamed);
        Assert.That(streamed, Is.EqualTo(whole).Within(1e-6), "no step more");
        stream.Reset();
        Assert.That(stream.Steps, Is.Zero);
        stream.Add(row, streamed);
        Assert.That(streamed, Is.EqualTo(whole).Within(1e-6), "all at once");
    }

    [Test]
    public void A_saved_state_goes_on_to_the_bit()
    {
        SequenceModel model = Model(CellKind.Lstm, 2);
        float[] row = TinyData.Rows(6)[4].Ragged;
        SequenceStream first = model.CreateStream(),
            second = model.CreateStream();
        float[] expected = new float[3],
            actual = new float[3];
        first.Add(row.AsSpan(0, 4), expected);
        using var state = new MemoryStream();
        first.SaveState(state);
        state.Position = 0;
        second.LoadState(state);
        first.Add(row.AsSpan(4), expected);
        second.Add(row.AsSpan(4), actual);
        Assert.That(actual, Is.EqualTo(expected));
        Assert.That(second.Steps, Is.EqualTo(first.Steps));
    }

    [Test]
    public void A_state_of_another_model_or_a_damaged_one_leaves_the_stream_as_it_was()
    {
        SequenceStream stream = Model(CellKind.Lstm, 1).CreateStream();
        float[] scores = new float[3];
        stream.Add([1f, 2], scores);
        using var state = new MemoryStream();
        Model(CellKind.Lstm, 1, seed: 2).CreateStream().SaveState(state);
        state.Position = 0;
        Refused.Format(() => stream.LoadState(state), "The stream's state is that of another model");
        byte[] bytes = state.ToArray();
        bytes[^1] ^= 1;
        Refused.Format(() => stream.LoadState(new MemoryStream(bytes)), "The stream's state is damaged or was altered");
        Assert.That(stream.Steps, Is.EqualTo(1));
    }

    private SequenceModel Model(CellKind cell, int networks, int seed = 1) =>
        SequenceModelTests.OfRuntimeFile(
            Tiny.Multiclass(_ml, ColumnKind.Ragged, o => (o.Cell, o.EnsembleSize, o.Seed, o.Layers) = (cell, networks, seed, 2))
                .Fit(TinyData.Load(_ml))
        );
}
