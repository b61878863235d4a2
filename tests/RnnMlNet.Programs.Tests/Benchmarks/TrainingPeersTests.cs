using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Engines;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using Shared;
using Training;

namespace RnnMlNet.Programs.Tests.Benchmarks;

/// <summary>What the peers of benchmarks/Training are given, and whether they are asked the same.</summary>
[TestFixture]
public class TrainingPeersTests
{
    [Test]
    public void Fit_trains_the_batches_that_the_peers_are_given([Values] bool isRagged)
    {
        var set = new TrainingSet(new Case(CellKind.Gru, 2, 5, 4), BatchSize: 64, isRagged);
        using ITrainingEngine engine = EngineFactory.Create(EngineKind.Simd, set.Engine(threads: 1), out _);

        IReadOnlyList<double> fit = new FitPeer(set, threads: 1).Losses(epochs: 2);

        for (int epoch = 1; epoch <= 2; epoch++)
            Assert.That(
                set.Batches(epoch).Select(batch => (double)engine.TrainStep(batch, 1e-3f)).Average(),
                Is.EqualTo(fit[epoch - 1]).Within(1e-12)
            );
    }

    [Test]
    public void A_view_holds_the_rows_and_their_classes()
    {
        var ml = new MLContext(seed: 1);
        var set = new TrainingSet(new Case(CellKind.Lstm, 2, 5, 4), BatchSize: 32);
        IDataView view = set.View(ml);

        Assert.That(
            view.GetColumn<uint>(nameof(TrainingRow.Label)),
            Is.EqualTo(set.Rows.Select(row => row.Label + 1)),
            "Keys begin with 1."
        );
        Assert.That(set.Rows.Select(row => row.Label).Distinct(), Is.EquivalentTo(new[] { 0u, 1u, 2u }));
        Assert.That(set.Rows.Count % 32, Is.Zero);
        Assert.That(set.TrueSteps, Is.EqualTo(4 * set.Rows.Count));
    }

    [Test]
    public void Ragged_rows_have_all_lengths_between_the_two()
    {
        var set = new TrainingSet(new Case(CellKind.Lstm, 2, 5, TrainingSet.Most), BatchSize: 64, IsRagged: true);
        int[] lengths = [.. set.Rows.Select(row => row.Steps.Length / 2)];
        Assert.That((lengths.Min(), lengths.Max()), Is.EqualTo((10, 200)));
        Assert.That(lengths.Average(), Is.EqualTo(105).Within(5));
    }

    [Test]
    public void Epochs_are_timed_from_the_second_on()
    {
        var clock = new EpochClock();
        clock.Report(Report(1, 0.5));
        double before = clock.MicrosecondsAfterFirst;
        Thread.Sleep(2);
        clock.Report(Report(2, 0.25));

        Assert.That(before, Is.Zero);
        Assert.That(clock.MicrosecondsAfterFirst, Is.GreaterThan(1000));
        Assert.That(clock.Losses, Is.EqualTo(new[] { 0.5, 0.25 }));
    }

    [Test]
    public void A_turn_of_either_peer_takes_a_time()
    {
        var set = new TrainingSet(new Case(CellKind.Elman, 1, 2, 2), BatchSize: 64);
        using var engine = EnginePeer.OfFit(set, threads: 1);
        Assert.That(engine.Turn(milliseconds: 1), Is.Positive.And.LessThan(1e6));
        Assert.That(new FitPeer(set, threads: 1).Turn(milliseconds: 1), Is.Positive.And.LessThan(1e6));
    }

    [Test]
    public void A_folder_that_is_no_control_group_makes_none()
    {
        using var folder = new TemporaryFolder();
        Assert.That(MemoryGroup.TryCreate(1 << 20, folder.FullName), Is.Null, "No group is mounted there.");
        File.WriteAllText(folder.PathOf("cgroup.subtree_control"), "");
        Assert.That(MemoryGroup.TryCreate(1 << 20, folder.FullName), Is.Null, "The group that was made has no limit to set.");
        Assert.That(Directory.GetDirectories(folder.FullName), Is.Empty);
    }

    private static EpochReport Report(int epoch, double loss) => new(epoch, 2, loss, null, "Accuracy", null, 1e-3, 0, IsBest: true);
}
