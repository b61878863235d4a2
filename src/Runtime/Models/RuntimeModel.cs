using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Models;

/// <summary>A model as stored in its file: the ensemble members or the one network, and the scoring section.</summary>
/// <remarks>The file of <c>SaveRuntimeModel</c>: the section <see cref="ScorerPart"/>, followed by the networks
/// (<see cref="NetworkFormat"/>).</remarks>
internal sealed record RuntimeModel(ScorerPart Part, IReadOnlyList<NetworkParameters> Networks)
{
    /// <summary>Writes the file.</summary>
    public void Write(BinaryWriter writer)
    {
        Part.Write(writer);
        NetworkFormat.Write(writer, Networks, static (_, _) => { });
    }

    /// <summary>Reads the networks, which must be of the section's kind.</summary>
    public static RuntimeModel ReadNetworks(BinaryReader reader, ScorerPart part)
    {
        // The training history follows each network, for the trainer.
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
                $"The model's cell '{cell}' is a custom cell, and RnnMlNet.Runtime scores built-in cells "
                    + $"only ({string.Join(", ", Enum.GetNames<CellKind>())})."
            );
        return new RuntimeModel(part, networks);
    }
}
