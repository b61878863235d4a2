using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>
/// An interrupted Fit is resumed by the next one with the same path, and only by one with the same data and options.
/// </summary>
[TestFixture]
public class CheckpointTests
{
    private readonly MLContext _ml = new();
    private TemporaryFolder _folder = null!;
    private string _path = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _path = _folder.PathOf("training.checkpoint");
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    // Called in Fit's own thread, at the end of each epoch.
    private sealed class Epochs(int cancelAt, CancellationTokenSource source) : IProgress<EpochReport>
    {
        public List<int> Seen { get; } = [];

        public void Report(EpochReport value)
        {
            Seen.Add(value.Epoch);
            if (value.Epoch == cancelAt)
                source.Cancel();
        }
    }

    // ---- going on ----

    [Test]
    public void A_cancelled_Fit_is_gone_on_with_to_the_same_bytes(
        [Values] TinyTask task,
        [Values(ColumnKind.Ragged, ColumnKind.Tokens)] ColumnKind kind
    )
    {
        IDataView data = TinyData.Load(_ml);
        var expected = Entries(Tiny.Trainer(_ml, task, kind, Busy).Fit(data), data);
        CutOff(2, configure => Tiny.Trainer(_ml, task, kind, configure).Fit(data));
        Assert.That(File.Exists(_path), Is.True);

        var epochs = new Epochs(0, new CancellationTokenSource());
        ITransformer model = Tiny.Trainer(_ml, task, kind, options => (Kept(options).Progress, options.Threads) = (epochs, 1)).Fit(data);

        Assert.That(Entries(model, data), Is.EqualTo(expected));
        Assert.That(epochs.Seen, Is.EqualTo([3, 4, 5]));
    }

    [Test]
    public void Checkpoints_do_not_change_the_model_and_leave_no_file()
    {
        IDataView data = TinyData.Load(_ml);
        var expected = Entries(Tiny.Multiclass(_ml, configure: Busy).Fit(data), data);

        Assert.That(Entries(Tiny.Multiclass(_ml, configure: Keep).Fit(data), data), Is.EqualTo(expected));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(_path)!), Is.Empty);
    }

    [Test]
    public void Cancelled_before_the_interval_is_over_nothing_is_lost()
    {
        IDataView data = TinyData.Load(_ml);
        CutOff(
            2,
            configure => Tiny.Binary(_ml, configure: configure + (options => options.CheckpointInterval = TimeSpan.FromDays(1))).Fit(data)
        );

        Assert.That(Tiny.Binary(_ml, configure: Keep).Fit(data).Model.History.Epochs, Has.Count.EqualTo(5));
    }

    [Test]
    public void A_Fit_that_handed_back_the_best_so_far_can_be_gone_on_with()
    {
        IDataView data = TinyData.Load(_ml);
        var expected = Entries(Tiny.Regression(_ml, configure: Busy).Fit(data), data);
        using var source = new CancellationTokenSource();
        RnnRegressionTransformer best = Tiny.Regression(
                _ml,
                configure: options =>
                {
                    Cancelling(options, 2, source);
                    options.OnCancellation = CancellationBehavior.ReturnBest;
                }
            )
            .Fit(data);

        Assert.That(best.Model.History.StopReason, Is.EqualTo(StopReason.Cancelled));
        Assert.That(Entries(Tiny.Regression(_ml, configure: Keep).Fit(data), data), Is.EqualTo(expected));
    }

    [Test]
    public void The_history_is_that_of_all_epochs_with_their_times()
    {
        IDataView data = TinyData.Load(_ml);
        CutOff(3, configure => Tiny.Regression(_ml, configure: configure).Fit(data));

        TrainingHistory history = Tiny.Regression(_ml, configure: Keep).Fit(data).Model.History;

        Assert.That(
            history.Epochs.Select(epoch => (epoch.Epoch, epoch.MaxEpochs, epoch.MetricName)),
            Is.EqualTo(Enumerable.Range(1, 5).Select(epoch => (epoch, 5, "RMSE")))
        );
        Assert.That(history.Epochs.Select(epoch => epoch.Seconds), Has.All.GreaterThan(0));
    }

    [Test]
    public void It_says_where_it_goes_on()
    {
        IDataView data = TinyData.Load(_ml);
        CutOff(2, configure => Tiny.Regression(_ml, configure: configure).Fit(data));
        var ml = new MLContext();
        var log = new LogCapture(ml);

        Tiny.Regression(ml, configure: Keep).Fit(data);

        Assert.That(log.Messages, Has.Some.Contains($"Resuming from '{_path}': epoch 3, after 0 of its batches."));
    }

    // Another process draws another seed.
    [Test]
    public void A_drawn_seed_is_taken_over()
    {
        IDataView data = TinyData.Load(_ml);
        var expected = Entries(Tiny.Binary(new MLContext(seed: 11), configure: Unseeded).Fit(data), data);
        CutOff(2, configure => Tiny.Binary(new MLContext(seed: 11), configure: configure + Unseeded).Fit(data));

        Assert.That(Entries(Tiny.Binary(new MLContext(seed: 12), configure: Unseeded).Fit(data), data), Is.Not.EqualTo(expected));
        Assert.That(Entries(Tiny.Binary(new MLContext(seed: 12), configure: Keep + Unseeded).Fit(data), data), Is.EqualTo(expected));
    }

    [Test]
    public void More_epochs_may_be_asked_for_where_no_schedule_is_planned_over_them(
        [Values(LearningRateSchedule.Constant, LearningRateSchedule.ReduceOnPlateau, LearningRateSchedule.Exponential)]
            LearningRateSchedule schedule
    )
    {
        IDataView data = TinyData.Load(_ml);
        Action<RnnOptions> scheduled = options => options.LearningRateSchedule = schedule,
            longer = scheduled + (options => options.MaxEpochs = 8);
        var expected = Entries(Tiny.Regression(_ml, configure: Busy + longer).Fit(data), data);
        CutOff(2, configure => Tiny.Regression(_ml, configure: configure + scheduled).Fit(data));

        Assert.That(Entries(Tiny.Regression(_ml, configure: Keep + longer).Fit(data), data), Is.EqualTo(expected));
    }

    // ---- checkpoints that cannot be resumed ----

    [Test]
    public void Another_option_is_named()
    {
        IDataView data = TinyData.Load(_ml);
        CutOff(2, configure => Tiny.Regression(_ml, configure: configure).Fit(data));

        Refused.Operation(
            () => Tiny.Regression(_ml, configure: options => (Kept(options).HiddenSize, options.LearningRate) = (6, 0.5f)).Fit(data),
            $"The checkpoint '{_path}' is of another training: HiddenSize was 4, is 6; LearningRate was 0.001, is 0.5. Undo the changes "
                + $"to resume it, or delete the file to train from the beginning."
        );
        Refused.Operation(
            () => Tiny.Regression(_ml, configure: options => Kept(options).Seed = 6).Fit(data),
            "is of another training: Seed was 5, is 6. "
        );
        Refused.Operation(() => Tiny.Binary(_ml, configure: Keep).Fit(data), "the trainer was RnnRegressionTrainer, is RnnBinaryTrainer; ");
    }

    [Test]
    public void Other_data_are_named()
    {
        IDataView data = TinyData.Load(_ml);
        CutOff(2, configure => Tiny.Regression(_ml, configure: configure).Fit(data));
        RnnRegressionTrainer trainer = Tiny.Regression(_ml, configure: options => Kept(options));

        string message = Assert.Throws<InvalidOperationException>(() => trainer.Fit(TinyData.Load(_ml, count: 40)))!.Message;
        Assert.That(
            message,
            Does.Match(
                "the training data was 48 rows of 2 features per step, label Single, 0 rows skipped, checksum [0-9A-F]{16}, is 40 rows "
                    + "of 2 features per step, label Single, 0 rows skipped, checksum [0-9A-F]{16}. "
                    + "Undo the changes to resume it, or delete the file"
            )
        );
        Refused.Operation(() => trainer.Fit(TinyData.Load(_ml, seed: 2)), "the training data was 48 rows");
        Refused.Operation(
            () => trainer.Fit(data, TinyData.Load(_ml, count: 12, seed: 2)),
            "the validation data was none of its own, is 12 rows"
        );
        Refused.Operation(
            () => trainer.Fit(data, Tiny.Regression(_ml, configure: options => options.Layers = 2).Fit(data).Model),
            "the previous model was none, is one with checksum "
        );
    }

    [Test]
    public void Fewer_epochs_than_are_done_are_refused()
    {
        IDataView data = TinyData.Load(_ml);
        CutOff(3, configure => Tiny.Regression(_ml, configure: configure).Fit(data));

        Refused.Operation(
            () => Tiny.Regression(_ml, configure: options => Kept(options).MaxEpochs = 2).Fit(data),
            $"The checkpoint '{_path}' is of a training in its epoch 4, but MaxEpochs is 2: set MaxEpochs to 3 or more to resume from "
                + $"there, or delete the file to train from the beginning."
        );
        Assert.That(
            Tiny.Regression(_ml, configure: options => Kept(options).MaxEpochs = 3).Fit(data).Model.History.StopReason,
            Is.EqualTo(StopReason.MaxEpochs)
        );
    }

    [Test]
    public void A_damaged_file_is_told_and_left_alone()
    {
        IDataView data = TinyData.Load(_ml);
        CutOff(2, configure => Tiny.Regression(_ml, configure: configure).Fit(data));
        byte[] file = File.ReadAllBytes(_path);
        File.WriteAllBytes(_path, file[..^10]);
        RnnRegressionTrainer trainer = Tiny.Regression(_ml, configure: options => Kept(options));

        Assert.That(
            () => trainer.Fit(data),
            Throws
                .TypeOf<FormatException>()
                .With.Message.EqualTo(
                    $"The file '{_path}' cannot be resumed from. The checkpoint's part 'best weights' is truncated: the file ends before "
                        + $"it does. Set another CheckpointPath, or delete the file to train from the beginning."
                )
        );
        Assert.That(File.ReadAllBytes(_path), Is.EqualTo(file[..^10]));
    }

    [Test]
    public void A_file_of_another_kind_is_told_and_left_alone()
    {
        File.WriteAllText(_path, "Dear diary, there is nothing in here that could be gone on with, and yet it must not be lost.");

        Assert.That(
            () => Tiny.Regression(_ml, configure: Keep).Fit(TinyData.Load(_ml)),
            Throws.TypeOf<FormatException>().With.Message.Contains("The checkpoint's part 'training' does not begin as RnnMlNet writes it")
        );
        Assert.That(File.ReadAllText(_path), Does.StartWith("Dear diary"));
    }

    [Test]
    public void A_path_that_cannot_be_is_told_before_any_row_is_read()
    {
        IDataView data = TinyData.Load(_ml);
        IDataView unreadable = _ml.Data.FilterByCustomPredicate<SequenceRow>(
            data,
            _ => throw new InvalidOperationException("A row was read.")
        );
        string folder = _folder.PathOf("none such"),
            path = Path.Combine(folder, "file");

        Refused.Operation(
            () => Tiny.Regression(_ml, configure: options => options.CheckpointPath = path).Fit(unreadable),
            $"CheckpointPath is '{path}', but there is no folder '{folder}': create it, or set another path."
        );
        Directory.CreateDirectory(folder);
        Refused.Operation(
            () => Tiny.Regression(_ml, configure: options => options.CheckpointPath = folder).Fit(unreadable),
            $"CheckpointPath is '{folder}', which is a folder: name a file in it."
        );
    }

    private static IReadOnlyDictionary<string, string> Entries(ITransformer model, IDataView data) =>
        SavedModel.Entries(new MLContext(), model, data.Schema);

    /// <summary>Fits until an epoch is done, and cancels there.</summary>
    private void CutOff(int epoch, Func<Action<RnnOptions>, object> fit)
    {
        using var source = new CancellationTokenSource();
        Assert.That(() => fit(options => Cancelling(options, epoch, source)), Throws.InstanceOf<OperationCanceledException>());
    }

    private void Cancelling(RnnOptions options, int epoch, CancellationTokenSource source)
    {
        Kept(options);
        options.Progress = new Epochs(epoch, source);
        options.CancellationToken = source.Token;
    }

    private RnnOptions Kept(RnnOptions options)
    {
        Busy(options);
        options.CheckpointPath = _path;
        options.CheckpointInterval = TimeSpan.Zero;
        return options;
    }

    private Action<RnnOptions> Keep => options => Kept(options);

    private static Action<RnnOptions> Busy { get; } =
        options =>
        {
            options.MaxEpochs = 5;
            options.Layers = 2;
            options.Dropout = 0.2f;
            options.HeadDropout = 0.3f;
            options.Seed = 5;
        };

    private static Action<RnnOptions> Unseeded { get; } = Busy + (options => options.Seed = null);
}
