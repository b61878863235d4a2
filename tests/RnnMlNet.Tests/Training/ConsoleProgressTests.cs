using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Training;

[TestFixture]
public class ConsoleProgressTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly SteppedClock _clock = new();
    private int _width = 120;

    [SetUp]
    public void Empty()
    {
        _output.GetStringBuilder().Clear();
        _width = 120;
        _clock.OnRead = null;
    }

    [OneTimeTearDown]
    public void Close() => _output.Dispose();

    private ConsoleProgress Progress(bool isTerminal = true) => new(() => _output, isTerminal, () => _width, _clock);

    private static EpochReport Epoch(int epoch, int maxEpochs = 20, bool isBest = true, double loss = 0.5) =>
        new(epoch, maxEpochs, loss, 0.25, "Accuracy", 0.875, 1e-3, 3, isBest);

    private static StepReport Step(int epoch, int step, int steps = 10) => new(epoch, 20, step, steps, 0.75);

    // What is on the line when all is written: what comes after a carriage return overwrites what was there.
    private string Line()
    {
        string line = "";
        foreach (string part in _output.ToString().Split('\r'))
            line = part + (part.Length < line.Length ? line[part.Length..] : "");
        return line;
    }

    [Test]
    public void Nothing_is_written_before_there_is_something()
    {
        ConsoleProgress progress = Progress();
        progress.End();
        Assert.That(_output.ToString(), Is.Empty);
    }

    [Test]
    public void Redirected_it_is_a_line_an_epoch()
    {
        ConsoleProgress progress = Progress(isTerminal: false);
        ((ILiveProgress)progress).StepDone(Step(1, 5));
        progress.Report(Epoch(1));
        progress.Report(Epoch(2, isBest: false) with { ValidationLoss = null, ValidationMetric = null, Seconds = 75 });
        progress.Report(Epoch(20));
        progress.End();
        Assert.That(
            _output.ToString(),
            Is.EqualTo(
                """
                Epoch 1/20: loss 0.5000, validation loss 0.2500, Accuracy 0.8750, 3.00 s, at most 0:57 left (best so far)
                Epoch 2/20: loss 0.5000, 1:15 min, at most 11:42 left
                Epoch 20/20: loss 0.5000, validation loss 0.2500, Accuracy 0.8750, 3.00 s (best so far)

                """.ReplaceLineEndings("\n")
            )
        );
    }

    [Test]
    public void In_a_terminal_one_line_is_rewritten()
    {
        ConsoleProgress progress = Progress();
        progress.Report(Epoch(1));
        Assert.That(
            _output.ToString(),
            Is.EqualTo("\rEpoch  1/20  loss 0.5000  validation loss 0.2500  Accuracy 0.8750  best epoch 1  at most 0:57 left")
        );
        progress.Report(Epoch(2, isBest: false));
        Assert.That(
            Line(),
            Is.EqualTo("Epoch  2/20  loss 0.5000  validation loss 0.2500  Accuracy 0.8750  best epoch 1  at most 0:54 left")
        );
        Assert.That(_output.ToString(), Does.Not.Contain('\n'));
    }

    [Test]
    public void A_shorter_line_leaves_nothing_of_a_longer_one()
    {
        ConsoleProgress progress = Progress();
        progress.Report(Epoch(1));
        progress.Report(Epoch(2, maxEpochs: 2) with { ValidationLoss = null, ValidationMetric = null });
        Assert.That(Line().TrimEnd(), Is.EqualTo("Epoch 2/2  loss 0.5000  best epoch 2"));
    }

    [Test]
    public void The_last_epoch_ends_the_line_and_so_does_the_end_of_training()
    {
        ConsoleProgress progress = Progress();
        progress.Report(Epoch(20));
        Assert.That(_output.ToString(), Does.EndWith("\n"));
        int length = _output.ToString().Length;
        progress.End();
        Assert.That(_output.ToString(), Has.Length.EqualTo(length), "it has ended already");

        progress.Report(Epoch(3));
        ((ILiveProgress)progress).Ended();
        Assert.That(_output.ToString(), Does.EndWith("\n"));
    }

    [Test]
    public void A_next_training_begins_a_line_and_knows_nothing_of_the_one_before()
    {
        ConsoleProgress progress = Progress();
        progress.Report(Epoch(1) with { Seconds = 1000 });
        progress.Report(Epoch(1, isBest: false));
        Assert.That(
            _output.ToString().Split('\n')[1],
            Is.EqualTo("\rEpoch  1/20  loss 0.5000  validation loss 0.2500  Accuracy 0.8750  at most 0:57 left")
        );
    }

    [Test]
    public void Long_epochs_show_their_steps_some_times_a_second()
    {
        ConsoleProgress progress = Progress();
        var live = (ILiveProgress)progress;
        live.StepDone(Step(1, 1));
        Assert.That(Line(), Is.EqualTo("Epoch  1/20  10 %  loss 0.7500"), "one step tells no time");
        _clock.Advance(0.1);
        live.StepDone(Step(1, 2));
        Assert.That(Line(), Is.EqualTo("Epoch  1/20  10 %  loss 0.7500"), "too soon");
        _clock.Advance(0.1);
        live.StepDone(Step(1, 3));
        // Two steps in 0.2 s: an epoch of ten in 1 s, of which 19.7 are left.
        Assert.That(Line(), Is.EqualTo("Epoch  1/20  30 %  loss 0.7500  at most 0:20 left"));

        progress.Report(Epoch(1));
        _clock.Advance(1);
        live.StepDone(Step(2, 5));
        Assert.That(
            Line().TrimEnd(),
            Is.EqualTo("Epoch  2/20  50 %  loss 0.7500  validation loss 0.2500  Accuracy 0.8750  best epoch 1  at most 0:56 left")
        );
    }

    [TestCase(120, "Epoch  1/20  loss 0.5000  validation loss 0.2500  Accuracy 0.8750  best epoch 1  at most 0:57 left")]
    [TestCase(97, "Epoch  1/20  loss 0.5000  validation loss 0.2500  Accuracy 0.8750  at most 0:57 left")]
    [TestCase(70, "Epoch  1/20  loss 0.5000  Accuracy 0.8750  at most 0:57 left")]
    [TestCase(50, "Epoch  1/20  loss 0.5000  Accuracy 0.8750")]
    [TestCase(30, "Epoch  1/20  loss 0.5000")]
    [TestCase(20, "Epoch  1/20")]
    [TestCase(8, "Epoch  ")]
    [TestCase(0, "E")]
    public void It_is_shorter_than_the_window_and_what_matters_least_goes_first(int width, string line)
    {
        _width = width;
        Progress().Report(Epoch(1));
        Assert.That(Line(), Is.EqualTo(line));
    }

    [TestCase(12345678, "1.235e+07")]
    [TestCase(0.00001234, "1.234e-05")]
    [TestCase(0, "0.0000")]
    [TestCase(-2.5, "-2.5000")]
    [TestCase(double.NaN, "NaN")]
    public void Losses_of_any_size_are_legible(double loss, string text)
    {
        Progress(isTerminal: false).Report(Epoch(1, loss: loss));
        Assert.That(_output.ToString(), Does.StartWith($"Epoch 1/20: loss {text},"));
    }

    [Test]
    public void Fit_shows_each_epoch_and_ends_the_line_when_it_is_cancelled()
    {
        var ml = new MLContext(seed: 1);
        using var cancellation = new CancellationTokenSource();
        ConsoleProgress progress = Progress();
        var trainer = Tiny.Multiclass(
            ml,
            configure: options =>
            {
                options.MaxEpochs = 5;
                options.CancellationToken = cancellation.Token;
                options.Progress = progress;
            }
        );
        trainer.Fit(TinyData.Load(ml));
        Assert.That(_output.ToString(), Does.Contain("\rEpoch 1/5 ").And.Contain("\rEpoch 5/5 ").And.EndWith("\n"));
        Assert.That(_output.ToString().Count(character => character == '\n'), Is.EqualTo(1));

        _output.GetStringBuilder().Clear();
        _clock.OnRead = cancellation.Cancel;
        Assert.That(() => trainer.Fit(TinyData.Load(ml)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_output.ToString(), Does.StartWith("\rEpoch 1/5 ").And.EndWith("\n"));
    }

    /// <summary>A clock that a test advances.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        private long _now;

        public Action? OnRead { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(double seconds) => _now += (long)(seconds * TimeSpan.TicksPerSecond);

        public override long GetTimestamp()
        {
            OnRead?.Invoke();
            return _now;
        }
    }
}
