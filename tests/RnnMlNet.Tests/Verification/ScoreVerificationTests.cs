using NUnit.Framework;

namespace RnnMlNet.Tests.Verification;

/// <summary>A verification as text.</summary>
[TestFixture]
public sealed class ScoreVerificationTests
{
    private static readonly VerifiedPath _batches = new()
    {
        Name = "in batches",
        Rows = 1000,
        LargestDifference = 2.345e-7,
        LargestRelativeDifference = 1.2e-7,
        WorstRow = 17,
        Tolerance = 1e-5,
    };
    private static readonly VerifiedPath _alone = new()
    {
        Name = "alone in a batch",
        Rows = 1000,
        Tolerance = 1e-5,
    };
    private static readonly VerifiedPath _plain = new()
    {
        Name = "in double precision",
        Rows = 100,
        LargestDifference = 0.5,
        LargestRelativeDifference = 0.25,
        WorstRow = 3,
        Tolerance = 1e-5,
    };
    private static readonly VerifiedPath _torch = new()
    {
        Name = "torch on the CPU",
        NotRun = "native libtorch could not be loaded",
        Tolerance = 1e-5,
    };

    [Test]
    public void Where_all_is_well() =>
        Assert.That(
            Of(_batches, _alone, _torch).ToString(),
            Is.EqualTo(
                """
                1000 rows score the same row by row and by 2 other paths.
                256-bit vectors, the machine

                path                   rows  difference    relative   tolerance
                in batches             1000     2.3e-07     1.2e-07     1.0e-05
                alone in a batch       1000           0           0     1.0e-05
                torch on the CPU      not run: native libtorch could not be loaded

                """.ReplaceLineEndings("\n")
            )
        );

    [Test]
    public void Where_a_way_differs() =>
        Assert.That(
            Of(_batches, _plain).ToString(),
            Is.EqualTo(
                """
                1000 rows do not score the same: 1 of 2 other paths differ from the scores row by row.
                256-bit vectors, the machine

                path                   rows  difference    relative   tolerance
                in batches             1000     2.3e-07     1.2e-07     1.0e-05
                in double precision     100     5.0e-01     2.5e-01     1.0e-05  differs, most in row 3

                """.ReplaceLineEndings("\n")
            )
        );

    [Test]
    public void A_way_that_was_not_run_says_so() =>
        Assert.That((_torch.WasRun, _torch.IsWithinTolerance, _batches.WasRun), Is.EqualTo((false, true, true)));

    private static ScoreVerification Of(params VerifiedPath[] ways) => new(ways, rows: 1000, vectorBits: 256) { Machine = "the machine" };
}
