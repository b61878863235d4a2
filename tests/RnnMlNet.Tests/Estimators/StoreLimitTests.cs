using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>A Fit with rows in a file gives the model of one with rows in memory, and leaves no file, however it ends.</summary>
[TestFixture]
public class StoreLimitTests
{
    private readonly MLContext _ml = new(seed: 1);
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    private void InFile(RnnOptions options) => (options.StoreMemoryLimit, options.StoreDirectory, options.Seed) = (0, _folder.FullName, 5);

    // Asserts, from within the training, that the rows are in the file; then calls an action.
    private sealed class Looks(string folder, Action then) : IProgress<EpochReport>
    {
        public bool HasLooked { get; private set; }

        public void Report(EpochReport value)
        {
            if (OperatingSystem.IsLinux())
                Assert.That(
                    StoreTraces.In(folder),
                    Has.Some.Contains("rnnmlnet-").And.Some.Contains("r--s"),
                    "The file is open, and mapped for reading."
                );
            HasLooked = true;
            then();
        }
    }

    private void NothingIsLeft() => Assert.That(StoreTraces.In(_folder.FullName), Is.Empty);

    [Test]
    public void The_model_is_the_same_byte_for_byte(
        [Values] TinyTask task,
        [Values(ColumnKind.Ragged, ColumnKind.Channels, ColumnKind.RaggedTokens)] ColumnKind kind
    )
    {
        IDataView data = TinyData.Load(_ml);
        var inMemory = Model(options => options.Seed = 5);
        var looks = new Looks(_folder.FullName, () => { });
        var inFile = Model(options =>
        {
            InFile(options);
            options.Progress = looks;
        });

        Assert.That(looks.HasLooked, Is.True);
        Assert.That(inFile, Is.EqualTo(inMemory));
        NothingIsLeft();

        IReadOnlyDictionary<string, string> Model(Action<RnnOptions> configure) =>
            SavedModel.Entries(
                _ml,
                Tiny.Trainer(
                        _ml,
                        task,
                        kind,
                        options =>
                        {
                            options.ExampleWeightColumnName = nameof(SequenceRow.Weight);
                            configure(options);
                        }
                    )
                    .Fit(data),
                data.Schema
            );
    }

    [Test]
    public void Validation_rows_share_the_limit()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        IDataView data = TinyData.Load(ml);
        Tiny.Regression(
                ml,
                configure: options =>
                {
                    InFile(options);
                    options.StoreMemoryLimit = 150_000;
                    options.ValidationSet = data;
                }
            )
            .Fit(data);

        // 48 rows of 10 numbers, a label and a weight, and 128 KiB of places, lengths and hashes; twice that is more than the limit.
        Assert.That(
            log.Messages,
            Has.One.EndsWith($"The store's 48 rows take 128.0 KiB of memory and 2.3 KiB of a temporary file in '{_folder.FullName}'.")
        );
        NothingIsLeft();
    }

    [Test]
    public void By_default_small_data_needs_no_file()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        Tiny.Regression(ml).Fit(TinyData.Load(ml));
        Assert.That(log.Messages, Has.None.Contains("The store's"), "Nor need anybody know how much memory so few rows take.");
    }

    [Test]
    public void Reading_is_on_the_progress_channel()
    {
        var ml = new MLContext(seed: 1);
        Tiny.Regression(ml).Fit(ml.Data.Cache(TinyData.Load(ml)));
        var told = ProgressEvents.Of(ml, "Reading sequences");
        Assert.That(
            told.Select(e => e.ProgressEntry?.Progress[0]),
            Is.EqualTo(new double?[] { null, 48, null }),
            "Start, a checkpoint, stop."
        );
    }

    [Test]
    public void Nothing_is_left_when_the_data_fails()
    {
        int rows = 0;
        var failing = new Watched(
            TinyData.Load(_ml),
            () => _ = ++rows > 40 ? throw new InvalidDataException("The user's own failure.") : 0
        );
        Assert.That(() => Tiny.Binary(_ml, configure: InFile).Fit(failing), Throws.InstanceOf<InvalidDataException>());
        NothingIsLeft();
    }

    [Test]
    public void Nothing_is_left_when_the_validation_data_fails()
    {
        IDataView data = TinyData.Load(_ml);
        var failing = new Watched(data, () => throw new InvalidDataException("The user's own failure."));
        Assert.That(() => Tiny.Binary(_ml, configure: InFile).Fit(data, failing), Throws.InstanceOf<InvalidDataException>());
        NothingIsLeft();
    }

    [Test]
    public void Nothing_is_left_when_training_fails()
    {
        var looks = new Looks(_folder.FullName, () => throw new InvalidDataException("The user's own failure."));
        Assert.That(() => Fit(options => options.Progress = looks), Throws.InstanceOf<InvalidDataException>());
        NothingIsLeft();
    }

    [Test]
    public void Nothing_is_left_when_training_is_cancelled([Values] CancellationBehavior behavior)
    {
        using var source = new CancellationTokenSource();
        void Configure(RnnOptions options)
        {
            options.MaxEpochs = 1000;
            options.Progress = new Looks(_folder.FullName, source.Cancel);
            (options.CancellationToken, options.OnCancellation) = (source.Token, behavior);
        }
        if (behavior == CancellationBehavior.Throw)
            Assert.That(() => Fit(Configure), Throws.InstanceOf<OperationCanceledException>());
        else
            Fit(Configure);
        NothingIsLeft();
    }

    [Test]
    public void Nothing_is_left_when_the_loss_is_no_number()
    {
        Assert.That(() => Fit(Diverging.Options), Throws.InvalidOperationException);
        NothingIsLeft();
    }

    [Test]
    public void Two_Fits_at_once_have_a_file_each()
    {
        using var both = new Barrier(2);
        IReadOnlyDictionary<string, string>[] models =
        [
            .. Enumerable.Range(0, 2).Select(_ => Task.Run(FitBeside)).ToArray().Select(task => task.GetAwaiter().GetResult()),
        ];
        Assert.That(models[1], Is.EqualTo(models[0]));
        NothingIsLeft();

        IReadOnlyDictionary<string, string> FitBeside()
        {
            var ml = new MLContext(seed: 1);
            IDataView data = TinyData.Load(ml);
            // Both are in their first epoch, each with its file, before either continues.
            bool first = true;
            var meet = new Looks(
                _folder.FullName,
                () =>
                {
                    if (first)
                        Assert.That(both.SignalAndWait(TimeSpan.FromMinutes(1)), Is.True);
                    first = false;
                }
            );
            var trainer = Tiny.Multiclass(
                ml,
                ColumnKind.Ragged,
                options =>
                {
                    InFile(options);
                    options.Progress = meet;
                }
            );
            return SavedModel.Entries(ml, trainer.Fit(data), data.Schema);
        }
    }

    private void Fit(Action<RnnOptions> configure) =>
        Tiny.Regression(
                _ml,
                configure: options =>
                {
                    InFile(options);
                    configure(options);
                }
            )
            .Fit(TinyData.Load(_ml));
}
