using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Tests.Engines.Torch;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Verification;

/// <summary>VerifyScores of transformers, as a user calls it.</summary>
[TestFixture]
public sealed class VerifyScoresTests
{
    private static readonly string _gpu = OperatingSystem.IsMacOS() ? "torch on MPS" : "torch on CUDA";

    private readonly MLContext _ml = new(seed: 1);

    [OneTimeSetUp]
    public void LoadNativeTorch() => TorchDevice.Resolve("cpu", fallbackToCpu: false, out _);

    [Test]
    public void A_fitted_model_scores_the_same_in_every_way(
        [Values] TinyTask task,
        [Values(ColumnKind.FeatureMajor, ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind
    )
    {
        IDataView data = TinyData.Load(_ml);
        ScoreVerification verification = Tiny.Trainer(_ml, task, kind).Fit(data) switch
        {
            RnnMulticlassTransformer model => model.VerifyScores(data),
            RnnBinaryTransformer model => model.VerifyScores(data),
            RnnMultiLabelTransformer model => model.VerifyScores(data),
            RnnMultiLabelTaggerTransformer model => model.VerifyScores(data),
            ITransformer model => ((RnnRegressionTransformer)model).VerifyScores(data),
        };

        Assert.That(verification.IsWithinTolerance, Is.True, verification.ToString());
        Assert.That(verification.ThrowIfDifferent, Throws.Nothing);
        Assert.That((verification.Rows, verification.VectorBits), Is.EqualTo((48, (int?)VectorWidth.Bits)));
        Assert.That(
            verification.Paths.Where(way => way.Name != _gpu).Select(way => (way.Name, way.Rows)),
            Is.EqualTo(
                new[]
                {
                    ("in batches", 48L),
                    ("alone in a batch", 48),
                    ("among other rows", 48),
                    ("beside a longer row", 48),
                    ("step by step", 48),
                    ("saved and loaded", 48),
                    ("in double precision", 48),
                    ("torch on the CPU", 48),
                }
            )
        );
    }

    /// <summary>A GPU is used where there is one; otherwise the result states the reason.</summary>
    [Test]
    public void A_GPU_is_not_required()
    {
        VerifiedPath gpu = Random().VerifyScores(Sample(5)).Paths.Single(way => way.Name == _gpu);

        if (TorchDevice.WhyNot(OperatingSystem.IsMacOS() ? "mps" : "cuda") is null)
            Assert.That((gpu.WasRun, gpu.Rows), Is.EqualTo((true, 5L)));
        else
            Assert.That((gpu.NotRun, gpu.Rows), Is.EqualTo(("this machine has cpu", 0L)));
    }

    [Test]
    public void A_cell_of_the_users_own_scores_the_same_in_the_ways_that_it_has()
    {
        using var registered = new RegisteredCell("verified", (input, hidden) => new GatedCell(input, hidden));
        IDataView data = TinyData.Load(_ml);
        using var model = Tiny.Binary(_ml, configure: options => options.CustomCell = "verified").Fit(data);

        ScoreVerification verification = model.VerifyScores(data);

        Assert.That(verification.IsWithinTolerance, Is.True, verification.ToString());
        Assert.That(verification.VectorBits, Is.Null);
        Assert.That(
            verification.Paths.Where(way => !way.WasRun && way.Name != _gpu).Select(way => $"{way.Name}: {way.NotRun}"),
            Is.EqualTo(
                new[]
                {
                    "step by step: the cell is a custom one",
                    "in double precision: the cell is a custom one",
                    "torch on the CPU: custom cells are scored on torch row by row as well",
                }
            )
        );
    }

    /// <summary>A pipeline's output has the sequence column as the network saw it.</summary>
    [Test]
    public void The_output_of_a_loaded_pipeline_is_a_sample()
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer chain = _ml
            .Transforms.NormalizeMinMax(nameof(SequenceRow.Flat))
            .Append(Tiny.Regression(_ml, ColumnKind.Flat))
            .Fit(data);
        ITransformer loaded = SavedModel.Load(_ml, SavedModel.Bytes(_ml, chain, data.Schema), out _);
        var network = ((IEnumerable<ITransformer>)loaded).OfType<RnnRegressionTransformer>().Single();

        Assert.That(network.VerifyScores(loaded.Transform(data)).IsWithinTolerance, Is.True);
    }

    [Test]
    public void A_row_with_a_NaN_scores_NaN_in_every_way()
    {
        float[][] rows = Untrained.Rows(3, [4, 9, 2]);
        rows[1][5] = float.NaN;

        ScoreVerification verification = Random().VerifyScores(Untrained.Load(_ml, rows));

        Assert.That(verification.IsWithinTolerance, Is.True, verification.ToString());
    }

    [Test]
    public void No_more_rows_are_read_than_asked_for([Values(1, 255, 256, 300)] int maxRows)
    {
        int read = 0;
        IDataView sample = _ml.Data.LoadFromEnumerable(
            Endless()
                .Select(row =>
                {
                    read++;
                    return row;
                })
        );

        ScoreVerification verification = Random().VerifyScores(sample, maxRows);

        Assert.That((verification.Rows, read), Is.EqualTo((maxRows, maxRows)));
        Assert.That(verification.Paths.Single(way => way.Name == "in batches").Rows, Is.EqualTo(maxRows));
        Assert.That(verification.Paths.Single(way => way.Name == "in double precision").Rows, Is.EqualTo(Math.Min(maxRows, 100)));
    }

    [Test]
    public void A_sample_without_rows_is_refused() =>
        Refused.Operation(
            () => Random().VerifyScores(Sample(0)),
            "The sample has no rows, so that there are no scores to compare: give rows such as the model scores in use."
        );

    [Test]
    public void A_sample_without_the_column_is_refused() =>
        Refused.Argument(() => Random().VerifyScores(TinyData.Load(_ml)), "Could not find feature column 'Steps'");

    [Test]
    public void A_row_that_is_no_sequence_is_refused() =>
        Refused.Operation(
            () => Random().VerifyScores(Untrained.Load(_ml, [new float[6], new float[4]])),
            "Row 1 of column 'Steps' has 4 values, which is not a multiple of FeaturesPerStep, 3."
        );

    [Test]
    public void Numbers_out_of_range_are_refused()
    {
        Refused.Argument(() => Random().VerifyScores(Sample(1), maxRows: 0), "maxRows is 0; it must be at least 1.");
        Refused.Argument(() => Random().VerifyScores(Sample(1), tolerance: 0), "tolerance is 0; it must be above 0.");
        Refused.Argument(() => Random().VerifyScores(Sample(1), tolerance: double.NaN), "tolerance is NaN; it must be above 0.");
        Assert.That(() => Random().VerifyScores(null!), Throws.ArgumentNullException.With.Message.Contains("sample"));
    }

    private RnnRegressionTransformer Random() => Untrained.Transformer(_ml, TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm)));

    private IDataView Sample(int rows) => Untrained.Load(_ml, Untrained.Rows(3, Enumerable.Range(0, rows)));

    private static IEnumerable<SequenceOfSteps> Endless()
    {
        for (int i = 0; ; i++)
            yield return new SequenceOfSteps { Steps = new float[3 * (i % 5)] };
    }
}
