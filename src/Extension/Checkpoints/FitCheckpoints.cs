using System.Diagnostics;
using System.Text;
using Microsoft.ML.Runtime;
using RnnMlNet.Files;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet.Checkpoints;

/// <summary>
/// The checkpoints of one Fit, in one file, each replacing the one before: reads what an earlier Fit left, checks that it is of the same
/// training, and decides when the next is due.
/// </summary>
internal sealed class FitCheckpoints : ICheckpoints
{
    private readonly IExceptionContext _ectx;
    private readonly string _path;
    private readonly TimeSpan _interval;
    private readonly List<TrainingResult> _done = [];
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private Checkpoint? _left;
    private int _seed;
    private Fingerprint? _fingerprint;

    private FitCheckpoints(IExceptionContext ectx, string path, TimeSpan interval)
    {
        _ectx = ectx;
        _path = path;
        _interval = interval;
    }

    /// <summary>The checkpoints for a Fit's options, and the seed that it uses.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="path">The option CheckpointPath; null for none.</param>
    /// <param name="interval">The option CheckpointInterval.</param>
    /// <param name="isDrawn">Whether the seed was drawn at random rather than set by the user.</param>
    /// <param name="own">The seed of a new Fit.</param>
    /// <returns>No checkpoints where there is no path.</returns>
    public static (FitCheckpoints? Checkpoints, int Seed) Of(IExceptionContext ectx, string? path, TimeSpan interval, bool isDrawn, int own)
    {
        if (path is null)
            return (null, own);
        FitCheckpoints checkpoints = Open(ectx, path, interval);
        // A drawn seed differs in every process: a resumed training keeps its own.
        return (checkpoints, isDrawn ? checkpoints._left?.Seed ?? own : own);
    }

    /// <summary>Reads the checkpoint of an earlier Fit, if there is one.</summary>
    /// <exception cref="FormatException">The file is not a checkpoint, or a damaged one.</exception>
    /// <exception cref="InvalidOperationException">The file's folder does not exist, or the path is a folder's.</exception>
    private static FitCheckpoints Open(IExceptionContext ectx, string path, TimeSpan interval)
    {
        // The full path, because the current folder may change during a long training.
        var checkpoints = new FitCheckpoints(ectx, Path.GetFullPath(path), interval);
        checkpoints.CheckPath();
        checkpoints._left = checkpoints.Read();
        return checkpoints;
    }

    /// <summary>The complete members of an ensemble, including those of the checkpoint after <see cref="Begin"/>.</summary>
    public IReadOnlyList<TrainingResult> Done => _done;

    public bool IsDue => _sinceLast.Elapsed >= _interval;

    /// <summary>Identifies the training, and returns the state to resume from; null where there is none.</summary>
    /// <exception cref="InvalidOperationException">The checkpoint is of other data or options; the message states which.</exception>
    public TrainingState? Begin(int seed, Fingerprint fingerprint, int maxEpochs)
    {
        (_seed, _fingerprint) = (seed, fingerprint);
        if (_left is null)
            return null;
        IReadOnlyList<string> differences = _left.Fingerprint.DifferencesTo(fingerprint);
        if (differences.Count > 0)
            throw _ectx.Except(
                $"The checkpoint '{_path}' is of another training: {string.Join("; ", differences)}. Undo the changes to resume it, or "
                    + $"delete the file to train from the beginning."
            );
        TrainingState state = _left.State;
        CheckEpochs(state, maxEpochs);
        _done.AddRange(_left.Done);
        _left = null;
        return state;
    }

    /// <summary>Records a complete member of an ensemble: later checkpoints are of the next.</summary>
    public void NetworkDone(TrainingResult network) => _done.Add(network);

    public void Save(TrainingState state)
    {
        var checkpoint = new Checkpoint(_seed, _fingerprint ?? throw new InvalidOperationException("Begin was not called."), state)
        {
            Done = [.. _done],
        };
        AtomicFile.Write(
            _path,
            file =>
            {
                using var writer = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true);
                CheckpointFormat.Write(writer, checkpoint);
            },
            nameof(RnnTrainingOptions.CheckpointPath)
        );
        // From the end of the writing, so that writing a large one never takes most of the time.
        _sinceLast.Restart();
    }

    /// <summary>Deletes the file: the training is complete, and the next Fit starts anew.</summary>
    public void Delete() => AtomicFile.Delete(_path);

    private void CheckPath()
    {
        string folder = Path.GetDirectoryName(_path) ?? _path;
        if (!Directory.Exists(folder))
            throw _ectx.Except($"CheckpointPath is '{_path}', but there is no folder '{folder}': create it, or set another path.");
        if (Directory.Exists(_path))
            throw _ectx.Except($"CheckpointPath is '{_path}', which is a folder: name a file in it.");
    }

    private Checkpoint? Read()
    {
        if (!File.Exists(_path))
            return null;
        try
        {
            using var reader = new BinaryReader(File.OpenRead(_path));
            return CheckpointFormat.Read(reader);
        }
        catch (FormatException e)
        {
            throw _ectx.ExceptDecode(
                e,
                $"The file '{_path}' cannot be resumed from. {e.Message} Set another CheckpointPath, or delete the file to train from "
                    + $"the beginning."
            );
        }
    }

    private void CheckEpochs(TrainingState state, int maxEpochs)
    {
        bool hasBegun = state.Position.Batches > 0;
        int needed = state.Reports.Count + (hasBegun ? 1 : 0);
        if (needed > maxEpochs)
            throw _ectx.Except(
                $"The checkpoint '{_path}' is of a training in its epoch {state.Position.Epoch}, but MaxEpochs is {maxEpochs}: set "
                    + $"MaxEpochs to {needed} or more to resume from there, or delete the file to train from the beginning."
            );
    }
}
