using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>Reads a row's sequence in patches: several time steps as one.</summary>
internal sealed class PatchReader(SequenceReader reader, int features, int patchLength) : SequenceReader
{
    private readonly Patch _patch = new(features, patchLength);

    public override SequenceView Current => _patch.Of(reader.Current);

    public override bool IsFinite => reader.IsFinite;

    public override void Read() => reader.Read();
}
