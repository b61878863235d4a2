using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>The leak guard: what is held out is no target of any window that is trained on.</summary>
[TestFixture]
internal sealed class TrainingSpanTests
{
    private const int Window = 5,
        Horizon = 3;

    private static KeyedSeries Series(int length)
    {
        var steps = new TimeSeries(1, 0, 0);
        for (int t = 0; t < length; t++)
            steps.Add([t], []);
        return new KeyedSeries($"{length}", steps, 0);
    }

    private static TrainingSpan Span(double fraction, params int[] lengths) =>
        new(new TestHost().Host, [.. lengths.Select(Series)], new WindowLayout(Window, Horizon, 1, 1, 0, 0), fraction);

    [Test]
    public void Targets_of_training_and_of_validation_share_no_step(
        [Values(0.1, 0.25, 0.5)] double fraction,
        [Values(20, 37, 100)] int length
    )
    {
        TrainingSpan span = Span(fraction, length);
        int[] trained = Targets(span.TrainingEnds[0]),
            held = Targets(span.ValidationEnds[0]);
        Assert.That(trained.Intersect(held), Is.Empty);
        Assert.That(trained.Max(), Is.EqualTo(span.Tails[0] - 1));
        Assert.That(trained.Min(), Is.EqualTo(Window));
        Assert.That((held.Min(), held.Max()), Is.EqualTo((span.Tails[0], length - 1)));
        Assert.That(length - span.Tails[0], Is.EqualTo(Math.Max(Horizon, (int)Math.Ceiling(fraction * length))));
    }

    [Test]
    public void Nothing_is_held_out_where_nobody_asks()
    {
        TrainingSpan span = Span(0, 20);
        Assert.That(span.HasTail, Is.False);
        Assert.That(Targets(span.TrainingEnds[0]).Max(), Is.EqualTo(19));
        Assert.That(Targets(span.ValidationEnds[0]), Is.Empty);
    }

    [Test]
    public void A_series_that_is_too_short_gives_no_window_beside_one_that_is_not()
    {
        TrainingSpan span = Span(0.1, 6, 30);
        Assert.That(Targets(span.TrainingEnds[0]), Is.Empty);
        Assert.That(Targets(span.TrainingEnds[1]), Is.Not.Empty);
    }

    [Test]
    public void Series_that_are_all_too_short_are_refused() =>
        Refused.Operation(
            () => Span(0.1, 6, 10),
            "No series is long enough to train on: the longest has 10 steps, and 11 are needed: a window of 5 with a horizon of 3 takes 8, "
                + "after which 0.1 of "
                + "the series (a horizon at least) is held out for validation. Give longer series, or set a smaller WindowSize, or "
                + "Horizon to 2 or "
                + "less, or "
                + "ValidationFraction to 0."
        );

    // What no shorter window can help with.
    [TestCase(
        24,
        12,
        0.2,
        "the longest has 24 steps, and 26 are needed: a window of 2 with a horizon of 12 takes 14, after which 0.2 "
            + "of the "
            + "series (a horizon at least) is held out for validation. Give longer series, or set Horizon to 11 or less, or "
            + "ValidationFraction "
            + "to 0."
    )]
    [TestCase(
        13,
        12,
        0,
        "the longest has 13 steps, and 14 are needed: a window of 2 with a horizon of 12 takes 14. "
            + "Give longer series, or set Horizon to 11 or less."
    )]
    [TestCase(
        4,
        2,
        0.5,
        "the longest has 4 steps, and 8 are needed: a window of 2 with a horizon of 2 takes 4, after which 0.5 of the "
            + "series (a horizon at least) is held out for validation. Give longer series, or set ValidationFraction to 0."
    )]
    [TestCase(2, 1, 0, "the longest has 2 steps, and 3 are needed: a window of 2 with a horizon of 1 takes 3. Give longer series.")]
    public void The_steps_that_are_needed_and_what_helps_are_named(int length, int horizon, double fraction, string sentence) =>
        Refused.Operation(
            () => _ = new TrainingSpan(new TestHost().Host, [Series(length)], new WindowLayout(2, horizon, 1, 1, 0, 0), fraction),
            "No series is long enough to train on: " + sentence
        );

    [TestCase(26, 12, 0.2)]
    [TestCase(14, 12, 0)]
    [TestCase(8, 2, 0.5)]
    public void So_many_steps_are_enough(int length, int horizon, double fraction) =>
        Assert.That(
            () => new TrainingSpan(new TestHost().Host, [Series(length)], new WindowLayout(2, horizon, 1, 1, 0, 0), fraction),
            Throws.Nothing
        );

    private static int[] Targets((int First, int Behind) ends) =>
        [
            .. Enumerable
                .Range(ends.First, Math.Max(0, ends.Behind - ends.First))
                .SelectMany(end => Enumerable.Range(end, Horizon))
                .Distinct(),
        ];
}
