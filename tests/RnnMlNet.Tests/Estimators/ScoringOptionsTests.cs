using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>ScoringThreads and ScoringDevice of a model, and what becomes of its views when it is disposed.</summary>
[TestFixture]
public class ScoringOptionsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void A_model_takes_them_from_its_trainer()
    {
        RnnBinaryTransformer binary = Tiny.Binary(_ml, configure: Set).Fit(TinyData.Load(_ml));
        RnnMulticlassTransformer multiclass = Tiny.Multiclass(_ml, configure: Set).Fit(TinyData.Load(_ml));
        RnnRegressionTransformer regression = Tiny.Regression(_ml, configure: Set).Fit(TinyData.Load(_ml));

        Assert.That((binary.ScoringThreads, multiclass.ScoringThreads, regression.ScoringThreads), Is.EqualTo(((int?)5, (int?)5, (int?)5)));
        Assert.That((binary.ScoringDevice, multiclass.ScoringDevice, regression.ScoringDevice), Is.EqualTo(("cuda:7", "cuda:7", "cuda:7")));

        static void Set(RnnOptions options) => (options.ScoringThreads, options.ScoringDevice) = (5, "cuda:7");
    }

    [Test]
    public void They_are_not_saved()
    {
        RnnBinaryTransformer model = Tiny.Binary(_ml, configure: options => (options.ScoringThreads, options.ScoringDevice) = (5, "cuda:7"))
            .Fit(TinyData.Load(_ml));
        var loaded = (RnnBinaryTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, null), out _);
        Assert.That((loaded.ScoringThreads, loaded.ScoringDevice), Is.EqualTo(((int?)null, "cpu")));
    }

    [Test]
    public void Threads_are_at_least_one([Values(0, -1, int.MinValue)] int threads)
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml, threads: 2);
        Refused.Argument(() => model.ScoringThreads = threads, $"ScoringThreads is {threads}; it must be at least 1.");
        Assert.That(model.ScoringThreads, Is.EqualTo(2));
    }

    [Test]
    public void Any_number_of_threads_scores()
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml);
        float[] expected = ScoringRig.Scores(model.Transform(ScoringRig.SequenceOnly(2000)));
        model.ScoringThreads = int.MaxValue;
        Assert.That(ScoringRig.Scores(model.Transform(ScoringRig.SequenceOnly(2000))), Is.EqualTo(expected));
    }

    [Test]
    public void They_count_for_views_made_from_then_on()
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml, threads: 1);
        ProbeView before = ScoringRig.SequenceOnly(5000),
            after = ScoringRig.SequenceOnly(5000);
        IDataView early = model.Transform(before);
        model.ScoringThreads = 4;
        IDataView late = model.Transform(after);

        // Row 2000 is in the tenth block, of 32, 64, 128 and then 256 rows. One thread reads no further; four read seven blocks ahead.
        Assert.That((ReadAtRow(early, 2000, before), ReadAtRow(late, 2000, after)), Is.EqualTo((2016, 2016 + 7 * 256)));

        static long ReadAtRow(IDataView view, int rows, ProbeView source)
        {
            using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Score"]]);
            for (int row = 0; row < rows; row++)
                cursor.MoveNext();
            return source.Moved;
        }
    }

    [Test]
    public void A_device_is_one_by_name([Values("auto", "gpu", "", "cuda:x", null)] string? device)
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml);
        Refused.Argument(
            () => model.ScoringDevice = device!,
            $"ScoringDevice is '{device}'; it must be cpu, cuda, cuda:n (n = 0, 1, ...) or mps."
        );
        Assert.That(model.ScoringDevice, Is.EqualTo("cpu"));
    }

    [Test]
    public void A_device_that_is_not_there_is_told_by_Transform()
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml);
        model.ScoringDevice = "cuda:99";
        Refused.Operation(() => model.Transform(ScoringRig.SequenceOnly(3)), "ScoringDevice is 'cuda:99', but this machine has cpu");
        model.ScoringDevice = "CPU";
        Assert.That(ScoringRig.Scores(model.Transform(ScoringRig.SequenceOnly(3))), Has.Length.EqualTo(3));
    }

    [Test]
    public void A_disposed_model_of_a_built_in_cell_still_scores()
    {
        RnnRegressionTransformer model = ScoringRig.Model(_ml, threads: 2);
        IDataView scored = model.Transform(ScoringRig.SequenceOnly(1000));
        float[] expected = ScoringRig.Scores(scored);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        cursor.MoveNext();

        model.Dispose();

        Assert.That(ScoringRig.Scores(cursor), Is.EqualTo(expected[1..]));
        Assert.That(ScoringRig.Scores(scored), Is.EqualTo(expected));
        Assert.That(ScoringRig.Scores(model.Transform(ScoringRig.SequenceOnly(1000))), Is.EqualTo(expected));
    }

    [Test]
    public void A_disposed_model_has_no_other_device()
    {
        RnnRegressionTransformer model = ScoringRig.Model(_ml);
        model.ScoringDevice = "cuda";
        model.Dispose();
        Assert.That(
            () => model.Transform(ScoringRig.SequenceOnly(1)),
            Throws
                .TypeOf<ObjectDisposedException>()
                .With.Message.EqualTo(
                    "The model has been disposed, so that nothing more can be scored with it: dispose it after the last cursor over its "
                        + "scores, and after the last prediction engine."
                )
        );
    }

    /// <summary>Where there is a GPU, the scores on it are those of the CPU.</summary>
    [Test, Category("Cuda")]
    public void Cuda_scores_what_the_cpu_does([Values] CellKind cell)
    {
        Cuda.SkipWithout("cuda");
        // Torch by itself allows cuDNN's layers 11 bits.
        using var allBits = new TensorFloat32(allowed: false);
        using RnnRegressionTransformer model = ScoringRig.Model(_ml, shape: ScoringRig.Shape(cell));
        float[] cpu = ScoringRig.Scores(model.Transform(ScoringRig.SequenceOnly(20_000)));
        model.ScoringDevice = "cuda";
        Assert.That(ScoringRig.Scores(model.Transform(ScoringRig.SequenceOnly(20_000))), Is.EqualTo(cpu).Within(1e-4));
    }
}
