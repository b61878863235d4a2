using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet.Tests.Support;

/// <summary>Blocks of networks as training has them.</summary>
internal static partial class Blocks
{
    public static byte[] Of(TrainedNetwork network) => Written(writer => ModelFormat.Write(writer, network));

    /// <summary>The network of a block, held to what any network can be.</summary>
    public static TrainedNetwork Read(byte[] block) =>
        TrainedNetwork.AverageOf(ModelFormat.Read(new BinaryReader(new MemoryStream(block)), _ => { }));

    /// <summary>The same, held to what that of a kind of model can be.</summary>
    public static TrainedNetwork Read(byte[] block, NetworkRules rules) =>
        ModelFormat.Read(new BinaryReader(new MemoryStream(block)), rules);
}
