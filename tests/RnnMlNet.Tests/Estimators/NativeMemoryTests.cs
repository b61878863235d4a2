using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using TorchSharp;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Training leaves no native tensor behind, however it ends; scoring makes none.</summary>
[TestFixture]
public class NativeMemoryTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void After_Fit(
        [Values] TinyTask task,
        [Values(ColumnKind.Matrix, ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind
    ) => LeavesNothing(() => Fit(task, kind, Rich));

    [Test]
    public void After_Fit_with_every_optimizer([Values] OptimizerKind optimizer) =>
        LeavesNothing(() => Fit(TinyTask.Regression, ColumnKind.Ragged, options => options.Optimizer = optimizer));

    [Test]
    public void After_a_cancelled_Fit()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        LeavesNothing(() =>
            Assert.That(
                () => Fit(TinyTask.Binary, ColumnKind.Ragged, options => options.CancellationToken = source.Token),
                Throws.InstanceOf<OperationCanceledException>()
            )
        );
    }

    [Test]
    public void After_a_Fit_that_fails_in_the_users_code() =>
        LeavesNothing(() =>
            Assert.That(
                () =>
                    Fit(
                        TinyTask.Multiclass,
                        ColumnKind.Matrix,
                        options => options.Progress = new OnEpoch(_ => throw new InvalidDataException("The user's own failure."))
                    ),
                Throws.InstanceOf<InvalidDataException>()
            )
        );

    [Test]
    public void After_a_Fit_whose_loss_is_no_number() =>
        LeavesNothing(() =>
            Assert.That(() => Fit(TinyTask.Regression, ColumnKind.Matrix, Diverging.Options), Throws.InvalidOperationException)
        );

    [Test]
    public void After_a_Fit_inside_the_callers_dispose_scope() =>
        LeavesNothing(() =>
        {
            using var scope = torch.NewDisposeScope();
            Fit(TinyTask.Multiclass, ColumnKind.Ragged, Rich);
            Assert.That(scope.DisposablesCount, Is.Zero);
        });

    [Test]
    public void Scoring_makes_no_tensor()
    {
        ITransformer model = Fit(TinyTask.Multiclass, ColumnKind.Ragged, Rich);
        LeavesNothing(() => Scores.Of(model, TinyData.Load(_ml)));
        long created = DisposeScopeManager.Statistics.CreatedOutsideScopeCount + DisposeScopeManager.Statistics.CreatedInScopeCount;
        Scores.Of(model, TinyData.Load(_ml));
        Assert.That(
            DisposeScopeManager.Statistics.CreatedOutsideScopeCount + DisposeScopeManager.Statistics.CreatedInScopeCount,
            Is.EqualTo(created)
        );
    }

    private static long LiveTensors => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    private static void LeavesNothing(Action action)
    {
        // This thread's count: Tensor.TotalCount goes up for good with every nn.Parameter, whose native tensor changes hands.
        long before = LiveTensors;
        action();
        Assert.That(LiveTensors, Is.EqualTo(before), "Live native tensors.");
    }

    private ITransformer Fit(TinyTask task, ColumnKind kind, Action<RnnOptions> configure) =>
        Tiny.Trainer(_ml, task, kind, configure).Fit(TinyData.Load(_ml));

    private static void Rich(RnnOptions options)
    {
        options.Layers = 2;
        options.Bidirectional = true;
        options.Dropout = options.InputDropout = options.HeadDropout = 0.1f;
        options.Pooling = Plain.IsTagger(options) ? null : RandomNetwork.AllPooling;
        options.HeadHiddenSizes = [3];
    }
}
