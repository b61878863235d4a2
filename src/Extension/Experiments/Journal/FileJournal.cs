using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Files;
using RnnMlNet.Models;

namespace RnnMlNet.Experiments;

/// <summary>
/// A journal in a folder, so that an experiment resumes after any interruption and repeats no task. A line of
/// <c>journal.jsonl</c> is a complete task, flushed to the disk before the next begins; its scores and the state of its training are in
/// files of their own.
/// </summary>
/// <remarks>
/// *** Format *** journal.jsonl: lines of JSON. The first: format, and the experiment's fingerprint, entry by entry. Each other: trial,
/// fold,
/// epochs, the outcome, the trial's parameters, seconds since the experiment began, and the scores' checksum; a line ends in a
/// checksum of itself. A last line without an end was interrupted, and is ignored.
/// plan.json: a line of JSON: format, folds and epochs that were planned, and a checksum.
/// trial-T-fold-F.state: a checkpoint. trial-T-fold-F-epochs-E.scores: the scores of the held-out rows.
/// </remarks>
internal sealed class FileJournal : IExperimentJournal
{
    private const string FileName = "journal.jsonl";
    private const string Option = nameof(ExperimentSettings.CacheDirectoryName);

    private readonly IExceptionContext _ectx;
    private readonly string _folder;
    private readonly FileStream _file;
    private readonly Dictionary<(int Trial, int Fold, int Epochs), DoneTask> _done = [];
    private readonly Dictionary<(int Trial, int Fold, int Epochs), string?> _checksums = [];
    private int _end;

    private FileJournal(IExceptionContext ectx, string folder, FileStream file)
    {
        (_ectx, _folder, _file) = (ectx, folder, file);
    }

    public double SecondsBefore { get; private set; }

    public SearchScale? Scale
    {
        get
        {
            if (Read(PlanPath) is byte[] line)
                return new JournalLines(_ectx, PlanPath).Plan(line);
            // It is written before the first task is.
            return _done.Count == 0
                ? null
                : throw _ectx.ExceptDecode(
                    $"The plan '{PlanPath}' is missing, to which the tasks of the "
                        + $"journal belong: put the file back, delete the folder '{_folder}' to begin anew, or set another "
                        + $"CacheDirectoryName."
                );
        }
        set => AtomicFile.Write(PlanPath, file => file.Write(JournalLines.Write(value!)), Option);
    }

    /// <summary>Opens an experiment's journal, or creates one.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="folder">The folder, which is created where it does not exist.</param>
    /// <param name="experiment">The experiment's fingerprint.</param>
    /// <exception cref="InvalidOperationException">The folder belongs to another experiment, or to a running one.</exception>
    /// <exception cref="FormatException">The journal is damaged.</exception>
    public static FileJournal Open(IExceptionContext ectx, string folder, Fingerprint experiment)
    {
        folder = MakeFolder(ectx, folder);
        var journal = new FileJournal(ectx, folder, OpenFile(ectx, Path.Combine(folder, FileName)));
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
        // Scores that are lost or were altered are computed again.
        byte[]? scores = Read(ScoresPath(trial, fold, epochs));
        if (scores is null || JournalLines.ChecksumOf(scores) != _checksums[(trial, fold, epochs)])
            return null;
        return done with { Outcome = done.Outcome with { Scores = scores } };
    }

    public void Add(TrialTask task, TrialOutcome outcome, double seconds)
    {
        // The files of a line are written before the line.
        if (outcome.Error is null)
        {
            AtomicFile.Write(ScoresPath(outcome.Trial, outcome.Fold, outcome.Epochs), file => file.Write(outcome.Scores), Option);
            AtomicFile.Write(StatePath(outcome.Trial, outcome.Fold), file => file.Write(outcome.State), Option);
        }
        double? loss = double.IsFinite(outcome.ValidationLoss) ? outcome.ValidationLoss : null;
        string? scores = outcome.Error is null ? JournalLines.ChecksumOf(outcome.Scores) : null;
        WriteLine(
            JournalLines.Write(
                new JournalLine(
                    outcome.Trial,
                    outcome.Fold,
                    outcome.Epochs,
                    outcome.EpochsDone,
                    outcome.IsDone,
                    outcome.BestEpoch,
                    loss,
                    outcome.Seconds,
                    outcome.Error,
                    scores,
                    new Dictionary<string, string>(task.Parameters),
                    seconds,
                    ""
                )
            )
        );
    }

    public byte[]? State(int trial, int fold)
    {
        string path = StatePath(trial, fold);
        if (Read(path) is not byte[] state)
            return null;
        try
        {
            TrialState.Check(state);
            return state;
        }
        catch (FormatException e)
        {
            throw _ectx.ExceptDecode(
                e,
                $"The state '{path}' of trial {trial} is damaged: {e.Message} Delete the "
                    + $"folder '{_folder}' to begin anew, or set another CacheDirectoryName."
            );
        }
    }

    public void Forget(int trial, int folds)
    {
        for (int fold = 0; fold < folds; fold++)
            AtomicFile.Delete(StatePath(trial, fold));
    }

    public void Dispose() => _file.Dispose();

    private string JournalPath => Path.Combine(_folder, FileName);

    private string PlanPath => Path.Combine(_folder, "plan.json");

    private string StatePath(int trial, int fold) =>
        Path.Combine(_folder, FormattableString.Invariant($"trial-{trial:0000}-fold-{fold}.state"));

    private string ScoresPath(int trial, int fold, int epochs) =>
        Path.Combine(_folder, FormattableString.Invariant($"trial-{trial:0000}-fold-{fold}-epochs-{epochs}.scores"));

    // Null where it does not exist.
    private byte[]? Read(string path)
    {
        if (Directory.Exists(path))
            throw _ectx.ExceptDecode(
                $"'{path}' is a folder, and it should be a file of the experiment: put the file back, delete the "
                    + $"folder '{_folder}' to begin anew, or set another CacheDirectoryName."
            );
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    private static string MakeFolder(IExceptionContext ectx, string folder)
    {
        string full = Path.GetFullPath(folder);
        try
        {
            return Directory.CreateDirectory(full).FullName;
        }
        catch (IOException e) when (File.Exists(full))
        {
            throw ectx.ExceptDecode(
                e,
                $"CacheDirectoryName is '{full}', which is a file, and the journal needs a folder: set the name "
                    + "of a folder, or delete the file."
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ectx.Except(e, $"The experiment's folder '{full}' cannot be created: set another CacheDirectoryName. {e.Message}");
        }
    }

    private static FileStream OpenFile(IExceptionContext ectx, string path)
    {
        if (Directory.Exists(path))
            throw ectx.ExceptDecode(
                $"The journal '{path}' is a folder, and it should be a file: delete that folder to begin anew, or "
                    + "set another CacheDirectoryName."
            );
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ectx.Except(
                e,
                $"The experiment's folder '{Path.GetDirectoryName(path)}' cannot be written to, or another experiment "
                    + $"is running in it: set another CacheDirectoryName. {e.Message}"
            );
        }
    }

    private void Begin(IExceptionContext ectx, Fingerprint experiment)
    {
        var read = new JournalLines(ectx, JournalPath);
        List<byte[]> lines = ReadLines(read);
        if (lines.Count == 0)
        {
            WriteLine(
                JournalLines.Write(
                    new JournalHeader(JournalLines.Version, experiment.Entries.ToDictionary(entry => entry.Name, entry => entry.Value), "")
                )
            );
            return;
        }
        CheckHeader(ectx, read.Header(lines[0]), experiment);
        for (int i = 1; i < lines.Count; i++)
            Take(read.Line(lines[i], i + 1));
        _file.SetLength(_end);
        _file.Position = _end;
    }

    // Reads up to the last complete line; the rest is cut off, so that the next line starts at the beginning of a line.
    private List<byte[]> ReadLines(JournalLines read)
    {
        if (_file.Length > Array.MaxLength)
            throw read.Damaged(1, $"the journal has {_file.Length} bytes, more than any experiment writes");
        var bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        _end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        var lines = new List<byte[]>();
        for (int at = 0; at < _end; )
        {
            int next = Array.IndexOf(bytes, (byte)'\n', at);
            lines.Add(bytes[at..next]);
            at = next + 1;
        }
        return lines;
    }

    private void CheckHeader(IExceptionContext ectx, JournalHeader header, Fingerprint experiment)
    {
        var before = new Fingerprint([.. header.Experiment.Select(entry => new FingerprintEntry(entry.Key, entry.Value))]);
        IReadOnlyList<string> differences = before.DifferencesTo(experiment);
        if (differences.Count > 0)
            throw ectx.Except(
                $"The folder '{_folder}' is of another experiment: {string.Join("; ", differences)}. Undo the changes to resume it, or "
                    + $"set another CacheDirectoryName."
            );
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
        _checksums[(line.Trial, line.Fold, line.Epochs)] = line.ScoresChecksum;
        SecondsBefore = Math.Max(SecondsBefore, line.ExperimentSeconds);
    }

    private void WriteLine(byte[] line)
    {
        try
        {
            _file.Write(line);
            _file.WriteByte((byte)'\n');
            _file.Flush(flushToDisk: true);
        }
        catch (IOException e)
        {
            throw FileProblem.Writing(JournalPath, e, Option);
        }
    }
}
