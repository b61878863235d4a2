using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Streaming;

/// <summary>
/// An engine of an ensemble keeps the state of each member, and answers with the mean of their outputs, as a Transform does.
/// </summary>
[TestFixture]
public class EnsembleStreamTests
{
    private const int Steps = 9,
        Networks = 3;

    private readonly MLContext _ml = new(seed: 1);

    private sealed class ClassPrediction
    {
        public float[] Score { get; set; } = [];
    }

    [Test]
    public void After_each_step_it_says_what_the_model_says_of_the_steps_so_far([Values] ColumnKind kind, [Values] CellKind cell)
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, kind, cell, networks: Networks);
        using var engine = Engine(model);
        RnnRegressionTransformer[] alone =
        [
            .. Enumerable.Range(0, Networks).Select(member => RandomSeries.Model(_ml, kind, cell, seed: 1 + 10 * member)),
        ];
        var engines = alone.Select(Engine).ToArray();
        var series = new RandomSeries(Steps, seed: 1);
        float[][] whole = Whole(model, series);
        for (int t = 0; t < Steps; t++)
        {
            float[] answer = engine.Predict("a", series.Step(t)).Score;
            float[][] each = [.. engines.Select(one => one.Predict("a", series.Step(t)).Score)];
            Assert.That(answer, Is.EqualTo(whole[t]).Within(1e-5), $"after {t + 1} steps");
            Assert.That(answer, Is.EqualTo(Mean(each)), $"after {t + 1} steps, the mean of the members' engines to the bit");
            Assert.That(each[0], Is.Not.EqualTo(each[1]), "members differ");
        }
    }

    [Test]
    public void A_trained_ensemble_with_patches_streams_what_it_scores()
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassTransformer model = Tiny.Multiclass(
                _ml,
                ColumnKind.Ragged,
                options =>
                    (options.ForStreaming, options.Bidirectional, options.EnsembleSize, options.PatchLength) = (true, null, Networks, 2)
            )
            .Fit(data);
        Assert.That(model.Model.Histories, Has.Count.EqualTo(Networks));
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, ClassPrediction>(model);
        using var whole = _ml.Model.CreatePredictionEngine<StepsRow, ClassPrediction>(model);
        var series = new RandomSeries(Steps, seed: 1);
        for (int t = 0; t < Steps; t++)
            Assert.That(
                engine.Predict("a", series.Step(t)).Score,
                Is.EqualTo(whole.Predict(series.Steps(0, t + 1)).Score).Within(1e-6),
                $"after {t + 1} steps"
            );
    }

    [Test]
    public void A_checkpoint_goes_on_to_the_bit_and_an_evicted_series_begins_anew()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Flat, networks: Networks);
        using var engine = Engine(model);
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("series.rnn");
        var series = new RandomSeries(Steps, seed: 1);
        float[] first = engine.Predict("a", series.Step(0)).Score;
        for (int t = 1; t < 5; t++)
            engine.Predict("a", series.Step(t));
        engine.Predict("b", series.Step(0));
        engine.CheckPoint(path);

        var evicted = new List<string>();
        using var opened = _ml.Model.OpenSequencePredictionEngine<StepRow, TargetsPrediction>(
            model,
            path,
            new SequencePredictionEngineOptions { Capacity = 2, Evicted = evicted.Add }
        );
        Assert.That((opened.Count, opened.StepsOf("a"), opened.StepsOf("b")), Is.EqualTo((2, 5, 1)));
        for (int t = 5; t < Steps; t++)
            Assert.That(opened.Predict("a", series.Step(t)).Score, Is.EqualTo(engine.Predict("a", series.Step(t)).Score));
        opened.Predict("c", series.Step(0));
        opened.Predict("d", series.Step(0));
        Assert.That(evicted, Is.EqualTo(new[] { "b", "a" }));
        Assert.That(opened.Predict("a", series.Step(0)).Score, Is.EqualTo(first));
        Assert.That(opened.Reset("a"), Is.True);

        using RnnRegressionTransformer fewer = RandomSeries.Model(_ml, ColumnKind.Flat, networks: Networks - 1);
        Refused.Argument(
            () => _ml.Model.OpenSequencePredictionEngine<StepRow, TargetsPrediction>(fewer, path),
            $"The checkpoint '{path}' was written with another model: its network is 3 networks, Lstm, "
        );
    }

    [Test]
    public void A_step_that_fails_leaves_all_members_as_they_were()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Ragged, networks: Networks);
        using var engine = Engine(model);
        using var other = Engine(model);
        var series = new RandomSeries(Steps, seed: 1);
        engine.Predict("a", series.Step(0));
        other.Predict("a", series.Step(0));
        Refused.Operation(
            () => engine.Predict("a", new StepRow { Ragged = [1, 2, 3] }),
            "has 3 values, which is not a multiple of FeaturesPerStep, 2."
        );
        Assert.That(engine.Predict("a", series.Step(1)).Score, Is.EqualTo(other.Predict("a", series.Step(1)).Score));
    }

    [Test]
    public void A_known_series_step_allocates_nothing()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Matrix, networks: Networks);
        using var engine = Engine(model);
        StepRow step = new RandomSeries(1, seed: 1).Step(0);
        var prediction = new TargetsPrediction();
        Steps(100);
        long allocated = Allocation.Least(() =>
        {
            Steps(1000);
        });
        Assert.That(allocated, Is.Zero);

        void Steps(int count)
        {
            for (int i = 0; i < count; i++)
                engine.Predict("a", step, ref prediction);
        }
    }

    [Test]
    public void Members_that_read_backwards_are_refused_by_name()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(
            _ml,
            ColumnKind.Matrix,
            change: shape => shape with { Bidirectional = true },
            networks: 2
        );
        Refused.Argument(() => Engine(model), "The model reads its sequences backwards as well (Bidirectional)");
    }

    private SequencePredictionEngine<StepRow, TargetsPrediction> Engine(RnnRegressionTransformer model) =>
        _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);

    // The scores of all prefixes, by a Transform.
    private float[][] Whole(RnnRegressionTransformer model, RandomSeries series)
    {
        IDataView prefixes = _ml.Data.LoadFromEnumerable(
            Enumerable.Range(1, series.Length).Select(length => series.Steps(0, length)).ToArray()
        );
        return Scores.Of(model, prefixes);
    }

    // As EnsembleScorer adds them up.
    private static float[] Mean(float[][] each) =>
        [.. Enumerable.Range(0, each[0].Length).Select(i => each.Skip(1).Aggregate(each[0][i], (sum, one) => sum + one[i]) / each.Length)];
}
