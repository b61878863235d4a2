using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;
using RnnMlNet.Verification;

namespace RnnMlNet.Tests.Verification;

/// <summary>Wrong scoring paths are found and reported.</summary>
[TestFixture]
public sealed class ScoreVerifierTests
{
    private static readonly NetworkShape _shape = RandomNetwork.Shape(CellKind.Gru);
    private readonly MLContext _ml = new(seed: 1);

    /// <summary>Rows of 0 to 9 steps, again and again, so that the first wrong one is row 7.</summary>
    private readonly float[][] _rows = Untrained.Rows(_shape.Features, Enumerable.Range(0, 600).Select(i => i % 10));

    [Test]
    public void A_wrong_way_is_found([Values(0.01f, -0.01f, 1e-3f)] float error)
    {
        ScoreVerification verification = Verify(TrainedNetworks.Of(_shape) with { LabelScaling = null }, error);

        VerifiedPath right = verification.Paths[0],
            wrong = verification.Paths[1];
        Assert.That((verification.IsWithinTolerance, right.IsWithinTolerance, wrong.IsWithinTolerance), Is.EqualTo((false, true, false)));
        Assert.That(wrong.LargestDifference, Is.EqualTo(Math.Abs(error)).Within(1e-6));
        Assert.That(wrong.WorstRow % 10, Is.EqualTo(7));
        Assert.That(right.LargestDifference, Is.LessThan(1e-6));
    }

    [Test]
    public void An_error_below_the_tolerance_is_none()
    {
        ScoreVerification verification = Verify(TrainedNetworks.Of(_shape) with { LabelScaling = null }, error: 1e-3f, tolerance: 2e-3);

        Assert.That(verification.IsWithinTolerance, Is.True);
        Assert.That(verification.Paths[1].LargestDifference, Is.EqualTo(1e-3).Within(1e-6));
        Assert.That(verification.ThrowIfDifferent, Throws.Nothing);
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void A_score_that_is_no_number_on_one_side_only_is_infinitely_far_off(float error)
    {
        VerifiedPath wrong = Verify(TrainedNetworks.Of(_shape), error, tolerance: 1e9).Paths[1];

        Assert.That(
            (wrong.LargestDifference, wrong.LargestRelativeDifference, wrong.WorstRow),
            Is.EqualTo((double.PositiveInfinity, double.PositiveInfinity, 7L))
        );
        Assert.That(wrong.IsWithinTolerance, Is.False);
    }

    /// <summary>What is small for a label of thousands is not for one of thousandths.</summary>
    [TestCase(1000f, true)]
    [TestCase(0.001f, false)]
    public void Differences_are_measured_in_the_labels_deviation(float deviation, bool isSmall)
    {
        var labels = new FeatureScaling([0, 0], [deviation, deviation]);
        ScoreVerification verification = Verify(TrainedNetworks.Of(_shape) with { LabelScaling = labels }, error: 1e-3f);

        Assert.That(verification.IsWithinTolerance, Is.EqualTo(isSmall));
    }

    [Test]
    public void What_differs_is_said()
    {
        ScoreVerification verification = Verify(TrainedNetworks.Of(_shape) with { LabelScaling = null }, float.NaN);

        Refused.Operation(
            verification.ThrowIfDifferent,
            "600 rows do not score the same: 1 of 2 other paths differ from the scores row by row. "
                + $"They differ wrongly, by up to infinite (relative infinite, tolerance 1.0e-05), most in row 7. The machine: "
                + $"{verification.Machine}."
        );
    }

    [Test]
    public void A_way_that_is_slow_scores_the_first_rows_only([Values(100, 256, 300)] int maxRows)
    {
        TrainedNetwork network = TrainedNetworks.Of(_shape);
        var scorer = new SimdScorer(network);
        using var reference = new ScoringPath("row by row", scorer, Batchings.RowByRow);
        using var slow = new ScoringPath("slowly", scorer, Batchings.RowByRow) { MaxRows = maxRows };

        ScoreVerification verification = Verify(network, reference, [slow], 1e-5);

        Assert.That((verification.Rows, verification.Paths[0].Rows), Is.EqualTo((600, (long)maxRows)));
    }

    [Test]
    public void Rows_of_no_steps_have_company_too([Values] bool tokens)
    {
        NetworkShape shape = tokens ? _shape with { Features = 0, Vocabulary = 5, EmbeddingSize = 3 } : _shape;
        var rows = new SequenceRows(shape.Features);
        for (int row = 0; row < 3; row++)
            rows.Add(tokens ? SequenceView.OfTokens([]) : SequenceView.OfSteps([], shape.Features));
        using var session = new SimdScorer(TrainedNetworks.Of(shape)).NewSession();
        float[] alone = new float[6],
            beside = new float[6];

        Batchings.RowByRow(session, rows, shape.OutputLayout, alone);
        Batchings.BesideALongerRow(session, rows, shape.OutputLayout, beside);

        Assert.That(beside, Is.EqualTo(alone).Within(1e-6));
    }

    /// <summary>Of the way beside the right one, rows of 7 steps are off.</summary>
    private ScoreVerification Verify(TrainedNetwork network, float error, double tolerance = 1e-5)
    {
        var scorer = new SimdScorer(network);
        using var reference = new ScoringPath("row by row", scorer, Batchings.RowByRow);
        using var right = new ScoringPath("rightly", scorer, Batchings.Together);
        using var wrong = new ScoringPath("wrongly", new WrongScorer(scorer, length: 7, error), Batchings.AmongOtherRows);
        return Verify(network, reference, [right, wrong], tolerance);
    }

    private ScoreVerification Verify(TrainedNetwork network, ScoringPath reference, ScoringPath[] ways, double tolerance)
    {
        IDataView sample = Untrained.Load(_ml, _rows);
        var columns = new SequenceColumns([nameof(SequenceOfSteps.Steps)], AreChannels: false, _shape.Features, SequenceLayout.StepMajor);
        IExceptionContext host = new TestHost().Host;
        return new ScoreVerifier(network, reference, ways, tolerance).Verify(
            host,
            sample,
            SequenceBinding.Bind(host, sample.Schema, columns),
            _rows.Length
        );
    }
}
