using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>
/// Fit ends at the next batch when the token or ML.NET's host is cancelled, and throws or returns the best model, as the option requires.
/// </summary>
[TestFixture]
public class CancellationTests
{
    [Test]
    public void A_cancelled_token_ends_Fit([Values] TinyTask task)
    {
        using var source = new CancellationTokenSource();
        var ml = new MLContext(seed: 1);
        IEstimator<ITransformer> trainer = Tiny.Trainer(ml, task, configure: options => Cancelling(options, source.Cancel, source.Token));
        Assert.That(() => trainer.Fit(TinyData.Load(ml)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_cancelled_token_can_give_the_best_model_so_far()
    {
        using var source = new CancellationTokenSource();
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml);
        RnnRegressionTransformer model = Tiny.Regression(
                ml,
                configure: options =>
                {
                    Cancelling(options, source.Cancel, source.Token);
                    options.OnCancellation = CancellationBehavior.ReturnBest;
                    options.Seed = 5;
                }
            )
            .Fit(data);
        Assert.That(model.Model.History.StopReason, Is.EqualTo(StopReason.Cancelled));
        Assert.That(model.Model.History.Epochs, Has.Count.EqualTo(2));

        // The weights are those of the best of the two epochs: what a training of no more epochs gives.
        RnnRegressionTransformer full = Tiny.Regression(ml, configure: options => (options.MaxEpochs, options.Seed) = (2, 5)).Fit(data);
        Assert.That(model.Model.History.BestEpoch, Is.EqualTo(full.Model.History.BestEpoch));
        Assert.That(Scores.Of(model, data), Is.EqualTo(Scores.Of(full, data)));
    }

    [Test]
    public void A_token_cancelled_before_Fit_throws_even_where_the_best_model_is_asked_for([Values] CancellationBehavior behavior)
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var ml = new MLContext(seed: 1);
        RnnBinaryTrainer trainer = Tiny.Binary(
            ml,
            configure: options => (options.CancellationToken, options.OnCancellation) = (source.Token, behavior)
        );
        Assert.That(() => trainer.Fit(TinyData.Load(ml)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_cancelled_context_ends_Fit()
    {
        var ml = new MLContext(seed: 1);
        RnnMulticlassTrainer trainer = Tiny.Multiclass(ml, configure: options => Cancelling(options, ml.CancelExecution, default));
        Assert.That(() => trainer.Fit(TinyData.Load(ml)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_cancelled_context_can_give_the_best_model_so_far_which_scores()
    {
        var ml = new MLContext(seed: 1);
        RnnMulticlassTransformer model = Tiny.Multiclass(
                ml,
                configure: options =>
                {
                    Cancelling(options, ml.CancelExecution, default);
                    options.OnCancellation = CancellationBehavior.ReturnBest;
                }
            )
            .Fit(TinyData.Load(ml));
        Assert.That(model.Model.History.StopReason, Is.EqualTo(StopReason.Cancelled));

        var other = new MLContext();
        ITransformer loaded = SavedModel.Load(other, SavedModel.Bytes(ml, model, null), out _);
        Assert.That(Scores.Of(loaded, TinyData.Load(other)), Has.Length.EqualTo(48));
    }

    /// <summary>AutoML cancels a trial's context when the trial is done, and hands out the model of the best.</summary>
    [Test]
    public void A_model_goes_on_where_its_context_was_cancelled_afterwards()
    {
        var ml = new MLContext(seed: 1);
        var other = new MLContext(seed: 1);
        RnnMulticlassTransformer classifier = Tiny.Multiclass(ml).Fit(TinyData.Load(ml));
        RnnForecastingTransformer forecaster = TinySeries.Estimator(ml).Fit(TinySeries.Load(ml));
        float[][] scores = Scores.Of(classifier, TinyData.Load(other));
        float[][] forecasts = TinySeries.Vectors(forecaster.Transform(TinySeries.Load(other)));
        ml.CancelExecution();
        Assert.That(Scores.Of(classifier, TinyData.Load(other)), Is.EqualTo(scores));
        Assert.That(TinySeries.Vectors(forecaster.Transform(TinySeries.Load(other))), Is.EqualTo(forecasts));
    }

    [Test]
    public void A_cancelled_context_ends_the_Fit_of_a_forecaster()
    {
        var ml = new MLContext(seed: 1);
        RnnForecastingEstimator estimator = TinySeries.Estimator(
            ml,
            options => (options.MaxEpochs, options.Progress) = (1000, new OnEpoch(2, ml.CancelExecution))
        );
        Assert.That(() => estimator.Fit(TinySeries.Load(ml)), Throws.InstanceOf<OperationCanceledException>());
    }

    // Rows are looked at again and again while they are read, and batches while they are trained on; between them the first weights of so
    // many units would take minutes.
    [Test]
    public void Weights_of_a_large_network_are_not_drawn_to_their_end([Values] bool byToken, [Values(1, 2)] int threads)
    {
        using var source = new CancellationTokenSource();
        var ml = new MLContext(seed: 1);
        IEnumerable<SequenceRow> Rows()
        {
            foreach (SequenceRow row in TinyData.Rows(48, 1))
                yield return row;
            if (byToken)
                source.Cancel();
            else
                ml.CancelExecution();
        }
        RnnRegressionTrainer trainer = Tiny.Regression(
            ml,
            configure: options =>
                (options.HiddenSize, options.Cell, options.Threads, options.CancellationToken) = (
                    8192,
                    CellKind.Lstm,
                    threads,
                    source.Token
                )
        );
        Assert.That(() => trainer.Fit(ml.Data.LoadFromEnumerable(Rows())), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Weights_of_a_large_forecaster_are_not_drawn_to_their_end()
    {
        using var source = new CancellationTokenSource();
        var ml = new MLContext(seed: 1);
        IEnumerable<SeriesStep> Steps()
        {
            foreach (SeriesStep step in TinySeries.Steps())
                yield return step;
            source.Cancel();
        }
        RnnForecastingEstimator estimator = TinySeries.Estimator(
            ml,
            options => (options.HiddenSize, options.CancellationToken) = (8192, source.Token)
        );
        Assert.That(() => estimator.Fit(ml.Data.LoadFromEnumerable(Steps())), Throws.InstanceOf<OperationCanceledException>());
    }

    private static void Cancelling(RnnOptions options, Action cancel, CancellationToken token)
    {
        options.MaxEpochs = 1000;
        options.Progress = new OnEpoch(2, cancel);
        options.CancellationToken = token;
    }
}
