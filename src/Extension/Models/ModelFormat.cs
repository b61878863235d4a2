using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Models;

/// <summary>
/// A trained network's section of a model file: <see cref="NetworkFormat"/>, and the training history (<see cref="HistoryFormat"/>).
/// </summary>
internal static class ModelFormat
{
    public static void Write(BinaryWriter writer, TrainedNetwork network) =>
        NetworkFormat.Write(writer, network.Members, (payload, one) => HistoryFormat.Write(payload, one.History));

    /// <param name="reader">At the section.</param>
    /// <param name="rules">The constraints on the network in a model of its kind.</param>
    /// <exception cref="FormatException">The file is newer, truncated, altered, or its sizes do not fit; the message states
    /// which.</exception>
    public static TrainedNetwork Read(BinaryReader reader, NetworkRules rules)
    {
        IReadOnlyList<TrainedNetwork> networks = Read(reader, rules.Check);
        rules.Check(networks);
        if (!rules.HasTemperature && networks.Any(network => network.History.Temperature is not null))
            throw rules.Refused("its scores have a temperature");
        return TrainedNetwork.AverageOf(networks);
    }

    /// <summary>Reads a network of any kind.</summary>
    /// <param name="reader">At the section.</param>
    /// <param name="checkShape">Checks a network's sizes before anything of these sizes is read.</param>
    public static IReadOnlyList<TrainedNetwork> Read(BinaryReader reader, Action<NetworkShape> checkShape) =>
        NetworkFormat.Read(reader, checkShape, (parameters, payload) => new TrainedNetwork(parameters, HistoryFormat.Read(payload)));
}
