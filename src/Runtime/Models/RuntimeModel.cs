using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Models;

/// <summary>A model as its file has it: the networks whose outputs are averaged, and what stands beside them.</summary>
/// <remarks>The file of <c>SaveRuntimeModel</c>: the part <see cref="ScorerPart"/>, and behind it the networks (<see
/// cref="NetworkFormat"/>).</remarks>
internal sealed record RuntimeModel(ScorerPart Part, IReadOnlyList<NetworkParameters> Networks)
{
    /// <summary>Writes the file.</summary>
    public void Write(BinaryWriter writer)
    {
        Part.Write(writer);
        NetworkFormat.Write(writer, Networks, static (_, _) => { });
    }

    /// <summary>Reads a file of this kind, or one that ML.NET saved.</summary>
    /// <param name="stream">The file, which can seek, from its current position.</param>
    /// <exception cref="FormatException">It is no model, newer, truncated or altered; the message says which.</exception>
    public static RuntimeModel Read(Stream stream)
    {
        Span<byte> first = stackalloc byte[MlNetArchive.ZipSignature.Length];
        long start = stream.Position;
        int count = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        stream.Position = start;
        if (first[..count].SequenceEqual(MlNetArchive.ZipSignature))
            return MlNetArchive.Read(stream);
        var reader = new BinaryReader(stream);
        return ReadNetworks(reader, ScorerPart.Read(reader));
    }

    /// <summary>Reads the networks, which must be of the part's kind.</summary>
    public static RuntimeModel ReadNetworks(BinaryReader reader, ScorerPart part)
    {
        // How training went stands behind each network, for whoever trains.
        IReadOnlyList<NetworkParameters> networks = NetworkFormat.Read(
            reader,
            part.Rules.Check,
            static (network, payload) =>
            {
                payload.Skip();
                return network;
            }
        );
        part.Rules.Check(networks);
        part.Check(networks[0].Shape);
        if (networks[0].Shape.CustomCell is string cell)
            throw ModelErrors.Format(
                $"The model's cell '{cell}' is the application's own, and RnnMlNet.Runtime scores built-in cells "
                    + $"only ({string.Join(", ", Enum.GetNames<CellKind>())})."
            );
        return new RuntimeModel(part, networks);
    }
}
