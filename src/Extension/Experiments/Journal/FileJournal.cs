using System.Text.Json;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Models;

namespace RnnMlNet.Experiments;

/// <summary>
/// Keeps it in a folder, so that an experiment that was cut off, however suddenly, goes on from there and does nothing twice. A line of
/// <c>journal.jsonl</c> is a task that is done, brought to the disk before the next begins; its scores and the state of its training lie in files beside.
/// </summary>
/// <remarks>
/// *** Format *** journal.jsonl: lines of JSON. The first: format, and what the experiment is, entry by entry. Each other: trial, fold, epochs, what they came to, the trial's parameters,
/// seconds since the experiment began. A last line without an end is one that was cut off, and counts as not there.
/// trial-T-fold-F.state: a checkpoint. trial-T-fold-F-epochs-E.scores: what the held out rows were scored.
/// </remarks>
internal sealed class FileJournal : IExperimentJournal
{
    private const string FileName = "journal.jsonl";
    private const int Version = 1;

    private readonly string _folder;
    private readonly FileStream _file;
    private readonly Dictionary<(int Trial, int Fold, int Epochs), DoneTask> _done = [];

    private FileJournal(string folder, FileStream file)
    {
        (_folder, _file) = (folder, file);
    }

    public double SecondsBefore { get; private set; }

    /// <summary>Opens an experiment's journal, or begins one.</summary>
    /// <param name="ectx">Whose errors.</param>
    /// <param name="folder">The folder, which is made where it is not there.</param>
    /// <param name="experiment">What the experiment is.</param>
    /// <exception cref="InvalidOperationException">The folder is of another experiment, or of one that is running.</exception>
    /// <exception cref="FormatException">The journal is damaged.</exception>
    public static FileJournal Open(IExceptionContext ectx, string folder, Fingerprint experiment)
    {
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder);
        var journal = new FileJournal(folder, OpenFile(ectx, folder));
        try
        {
            journal.Begin(ectx, experiment);
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    public DoneTask? Find(int trial, int fold, int epochs)
    {
        if (!_done.TryGetValue((trial, fold, epochs), out DoneTask? done) || done.Outcome.Error is not null)
            return done;
        string scores = ScoresPath(trial, fold, epochs);
        return File.Exists(scores) ? done with { Outcome = done.Outcome with { Scores = File.ReadAllBytes(scores) } } : null;
    }

    public void Add(TrialTask task, TrialOutcome outcome, double seconds)
    {
        // What the line speaks of is there before the line is.
        if (outcome.Error is null)
        {
            AtomicFile.Write(ScoresPath(outcome.Trial, outcome.Fold, outcome.Epochs), file => file.Write(outcome.Scores));
            AtomicFile.Write(StatePath(outcome.Trial, outcome.Fold), file => file.Write(outcome.State));
        }
        WriteLine(new JournalLine(outcome.Trial, outcome.Fold, outcome.Epochs, outcome.EpochsDone, outcome.IsDone, outcome.BestEpoch,
            double.IsFinite(outcome.ValidationLoss) ? outcome.ValidationLoss : null, outcome.Seconds, outcome.Error, task.Parameters, seconds));
    }

    public byte[]? State(int trial, int fold)
    {
        string path = StatePath(trial, fold);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    public void Forget(int trial, int folds)
    {
        for (int fold = 0; fold < folds; fold++)
            AtomicFile.Delete(StatePath(trial, fold));
    }

    public void Dispose() => _file.Dispose();

    private string StatePath(int trial, int fold) => Path.Combine(_folder, FormattableString.Invariant($"trial-{trial:0000}-fold-{fold}.state"));

    private string ScoresPath(int trial, int fold, int epochs) => Path.Combine(_folder, FormattableString.Invariant($"trial-{trial:0000}-fold-{fold}-epochs-{epochs}.scores"));

    private static FileStream OpenFile(IExceptionContext ectx, string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw ectx.Except(e, $"The experiment's folder '{folder}' cannot be written to, or another experiment is running in it: set another CacheDirectoryName. {e.Message}");
        }
    }

    private void Begin(IExceptionContext ectx, Fingerprint experiment)
    {
        string[] lines = ReadLines();
        if (lines.Length == 0)
        {
            WriteLine(new JournalHeader(Version, experiment.Entries.ToDictionary(entry => entry.Name, entry => entry.Value)));
            return;
        }
        try
        {
            CheckHeader(ectx, JsonSerializer.Deserialize<JournalHeader>(lines[0])!, experiment);
            foreach (JournalLine line in lines.Skip(1).Select(line => JsonSerializer.Deserialize<JournalLine>(line)!))
                Take(line);
        }
        catch (JsonException e)
        {
            throw ectx.ExceptDecode(e, $"The journal '{Path.Combine(_folder, FileName)}' is damaged: {e.Message} Set another CacheDirectoryName, or delete the folder to begin anew.");
        }
    }

    // To the last whole line; what is behind it is cut off, so that the next line begins where a line should.
    private string[] ReadLines()
    {
        var bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        int end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        _file.SetLength(end);
        _file.Position = end;
        return System.Text.Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private void CheckHeader(IExceptionContext ectx, JournalHeader header, Fingerprint experiment)
    {
        if (header.Format > Version)
            throw ectx.ExceptDecode($"The journal in '{_folder}' has format {header.Format}, but this RnnMlNet knows formats up to {Version}: update RnnMlNet.");
        var before = new Fingerprint([.. header.Experiment.Select(entry => new FingerprintEntry(entry.Key, entry.Value))]);
        IReadOnlyList<string> differences = before.DifferencesTo(experiment);
        if (differences.Count > 0)
            throw ectx.Except($"The folder '{_folder}' is of another experiment: {string.Join("; ", differences)}. Set it back to go on from there, or set another CacheDirectoryName.");
    }

    private void Take(JournalLine line)
    {
        var outcome = new TrialOutcome
        {
            Trial = line.Trial,
            Fold = line.Fold,
            Epochs = line.Epochs,
            EpochsDone = line.EpochsDone,
            IsDone = line.IsDone,
            BestEpoch = line.BestEpoch,
            ValidationLoss = line.ValidationLoss ?? double.NaN,
            Seconds = line.Seconds,
            Error = line.Error,
        };
        _done[(line.Trial, line.Fold, line.Epochs)] = new DoneTask(outcome, line.ExperimentSeconds);
        SecondsBefore = Math.Max(SecondsBefore, line.ExperimentSeconds);
    }

    private void WriteLine<T>(T line)
    {
        _file.Write(JsonSerializer.SerializeToUtf8Bytes(line));
        _file.WriteByte((byte)'\n');
        _file.Flush(flushToDisk: true);
    }

    private sealed record JournalHeader(int Format, Dictionary<string, string> Experiment);

    private sealed record JournalLine(
        int Trial, int Fold, int Epochs, int EpochsDone, bool IsDone, int BestEpoch, double? ValidationLoss, double Seconds, string? Error,
        IReadOnlyDictionary<string, string> Parameters, double ExperimentSeconds);
}
