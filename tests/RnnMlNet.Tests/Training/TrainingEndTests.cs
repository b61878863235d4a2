using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Training;

/// <summary>How a training ends: by patience, or because a loss or a weight is not a number.</summary>
[TestFixture]
internal sealed class TrainingEndTests : TrainingLoopFixture
{
    [Test]
    public void Patience_ends_it_and_the_best_epochs_weights_are_restored()
    {
        using ScriptedEngine engine = Validating(4, 1, 2, 3, 0, 0);

        TrainingResult result = Run(engine, Plan with { Patience = 2 }, SixRows, OneRow);

        Assert.That(result.History.StopReason, Is.EqualTo(StopReason.EarlyStopping));
        Assert.That((result.History.Epochs.Count, result.History.BestEpoch, EpochOf(result)), Is.EqualTo((4, 2, 2)));
    }

    [Test]
    public void Without_RestoreBest_the_last_epochs_weights_are_kept()
    {
        using ScriptedEngine engine = Validating(4, 1, 2, 3, 0, 0);

        TrainingResult result = Run(engine, Plan with { Patience = 2, RestoreBest = false }, SixRows, OneRow);

        Assert.That((result.History.BestEpoch, EpochOf(result)), Is.EqualTo((4, 4)));
    }

    [Test]
    public void An_epoch_that_is_better_by_less_than_MinDelta_is_best_but_buys_no_time()
    {
        using ScriptedEngine engine = Validating(4, 3.9, 3.8, 3.7, 0, 0);

        TrainingResult result = Run(engine, Plan with { Patience = 3, MinDelta = 0.5 }, SixRows, OneRow);

        Assert.That(result.History.StopReason, Is.EqualTo(StopReason.EarlyStopping));
        Assert.That((result.History.Epochs.Count, EpochOf(result)), Is.EqualTo((4, 4)));
    }

    [Test]
    public void Without_patience_it_runs_to_the_end_and_still_restores_the_best()
    {
        using ScriptedEngine engine = Validating(4, 1, 2, 3, 4, 5);

        TrainingResult result = Run(engine, Plan, SixRows, OneRow);

        Assert.That(result.History.StopReason, Is.EqualTo(StopReason.MaxEpochs));
        Assert.That((result.History.Epochs.Count, EpochOf(result)), Is.EqualTo((6, 2)));
    }

    [Test]
    public void Without_validation_the_last_epoch_counts_whatever_the_patience()
    {
        using var engine = new ScriptedEngine { Loss = step => step };

        TrainingResult result = Run(engine, Plan with { Patience = 1 }, SixRows, validation: null);

        Assert.That(result.History.StopReason, Is.EqualTo(StopReason.MaxEpochs));
        Assert.That((result.History.Epochs.Count, result.History.BestEpoch, EpochOf(result)), Is.EqualTo((6, 6, 6)));
        Assert.That(
            result.History.Epochs.Select(report => (report.ValidationLoss, report.ValidationMetric)),
            Is.All.EqualTo(((double?)null, (double?)null))
        );
        Assert.That(
            result.History.Epochs.Select(report => report.IsBest),
            Is.EqualTo(new[] { true, false, false, false, false, false }),
            "by training loss"
        );
    }

    private const string Advice =
        ", so training stopped. Try a lower LearningRate (it was 0.5), a GradientClipNorm of 1 or less, Normalize on, and look for huge "
        + "values in the features or the label.";

    [Test]
    public void A_training_loss_that_is_no_number_names_epoch_and_step_and_what_to_try(
        [Values(float.NaN, float.PositiveInfinity)] float bad,
        [Values] CancellationBehavior behavior
    )
    {
        using var engine = new ScriptedEngine { Loss = step => step == 5 ? bad : 1 };

        Assert.That(
            ProperFailure.Of("Run", () => Run(engine, Plan with { OnCancellation = behavior }, SixRows, OneRow)).Message,
            Is.EqualTo($"The loss became {bad} in epoch 2, step 2{Advice}")
        );
        Assert.That((engine.LabelsSeen.Count, engine.Steps), Is.EqualTo((5, 4)), "nothing is updated by it");
    }

    [Test]
    public void A_validation_loss_that_is_no_number_names_the_epoch()
    {
        using ScriptedEngine engine = Validating(1, double.NaN);

        Assert.That(
            ProperFailure.Of("Run", () => Run(engine, Plan, SixRows, OneRow)).Message,
            Is.EqualTo($"The loss became NaN in epoch 2, step 3{Advice}")
        );
    }

    [Test]
    public void A_weight_that_is_no_number_is_never_handed_out([Values] bool validate)
    {
        using var engine = new ScriptedEngine
        {
            Weight = steps => steps == 2 * StepsPerEpoch ? float.NaN : steps,
            Loss = step => 1f / step,
            Output = (_, _, _, steps) => 1f / steps,
        };

        Assert.That(
            ProperFailure.Of("Run", () => Run(engine, Plan, SixRows, validate ? OneRow : null)).Message,
            Is.EqualTo($"The weight 'steps' is no longer finite after epoch 2{Advice}")
        );
    }

    [Test]
    public void A_last_epoch_whose_weights_are_no_numbers_is_never_handed_out()
    {
        // Its training loss is worse than the first's, so its weights were not looked at for being the best.
        using var engine = new ScriptedEngine { Weight = steps => steps == 6 * StepsPerEpoch ? float.NaN : steps, Loss = step => step };

        Assert.That(
            ProperFailure.Of("Run", () => Run(engine, Plan, SixRows, validation: null)).Message,
            Is.EqualTo($"The weight 'steps' is no longer finite after epoch 6{Advice}")
        );
    }
}
