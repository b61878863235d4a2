namespace RnnMlNet.Experiments;

/// <summary>
/// A journal for the lifetime of the process. States are several times as large as their networks, and there may be many: those beyond a
/// memory budget are in temporary files without a name, so that nothing is left of them however the process ends.
/// </summary>
/// <param name="directory">The folder of the files; null for the system's.</param>
/// <param name="memoryLimit">Bytes of states in memory.</param>
internal sealed class MemoryJournal(string? directory = null, long memoryLimit = MemoryJournal.UsualMemory) : IExperimentJournal
{
    private const long UsualMemory = 32 << 20;

    // A state is read and written several times; the collector would otherwise free such large arrays only after hundreds of megabytes.
    private const long BytesPerCollection = 32 << 20;

    private readonly Dictionary<(int Trial, int Fold), byte[]> _states = [];
    private readonly Dictionary<(int Trial, int Fold), FileStream> _files = [];
    private long _bytesSinceCollection;

    public double SecondsBefore => 0;

    public SearchScale? Scale { get; set; }

    /// <summary>Bytes of states in memory.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>Bytes of states in files.</summary>
    public long FileBytes => _files.Values.Sum(file => file.Length);

    public DoneTask? Find(int trial, int fold, int epochs) => null;

    public void Add(TrialTask task, TrialOutcome outcome, double seconds)
    {
        Remove((outcome.Trial, outcome.Fold));
        if (outcome.State.Length == 0)
            return;
        Collect(outcome.State.Length);
        if (MemoryBytes + outcome.State.Length > memoryLimit && Written(outcome.State) is FileStream file)
        {
            _files[(outcome.Trial, outcome.Fold)] = file;
            return;
        }
        _states[(outcome.Trial, outcome.Fold)] = outcome.State;
        MemoryBytes += outcome.State.Length;
    }

    public byte[]? State(int trial, int fold)
    {
        if (!_files.TryGetValue((trial, fold), out FileStream? file))
            return _states.GetValueOrDefault((trial, fold));
        var state = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(state);
        return state;
    }

    public void Forget(int trial, int folds)
    {
        for (int fold = 0; fold < folds; fold++)
            Remove((trial, fold));
    }

    public void Dispose()
    {
        foreach (FileStream file in _files.Values)
            file.Dispose();
        _files.Clear();
    }

    // In the background, while tasks continue.
    private void Collect(int bytes)
    {
        _bytesSinceCollection += bytes;
        if (_bytesSinceCollection < BytesPerCollection)
            return;
        _bytesSinceCollection = 0;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
    }

    private void Remove((int Trial, int Fold) task)
    {
        if (_states.Remove(task, out byte[]? state))
            MemoryBytes -= state.Length;
        if (_files.Remove(task, out FileStream? file))
            file.Dispose();
    }

    // Null where no file can be written, or no more of it: the state then stays in memory.
    private FileStream? Written(byte[] state)
    {
        FileStream? file = null;
        try
        {
            string folder = directory ?? Path.GetTempPath();
            if (_files.Count == 0)
                Data.StoreFolder.RemoveStale(folder);
            file = Data.StoreFile.Open(Data.StoreFolder.NewPath(folder));
            file.Write(state);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            return null;
        }
    }
}
