using RnnMlNet.Checkpoints;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Support;

/// <summary>Checkpoints as bytes in memory, through the file's own format.</summary>
internal sealed class MemoryCheckpoints : ICheckpoints
{
    public bool IsDue { get; set; }

    /// <summary>The last one written.</summary>
    public byte[]? Last { get; private set; }

    public int Saved { get; private set; }

    /// <summary>What was last written, read back.</summary>
    public TrainingState? Left => Last is null ? null : Read(Last).State;

    public void Save(TrainingState state)
    {
        Saved++;
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory))
            CheckpointFormat.Write(writer, new Checkpoint(1, new Fingerprint([]), state));
        Last = memory.ToArray();
    }

    public static Checkpoint Read(byte[] file)
    {
        using var reader = new BinaryReader(new MemoryStream(file));
        return CheckpointFormat.Read(reader);
    }
}
