using Microsoft.ML;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Estimators;

/// <summary>What the loading of every transformer begins with.</summary>
internal static class TransformerLoading
{
    /// <summary>Registers the host, and checks that the file's next model is the one expected, of a version that can be read.</summary>
    public static IHost Start(IHostEnvironment env, ModelLoadContext ctx, string name, VersionInfo version)
    {
        Contracts.CheckValue(env, nameof(env));
        IHost host = env.Register(name);
        host.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel(version);
        return host;
    }
}
