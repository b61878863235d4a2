using Microsoft.ML;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet.Models;

namespace RnnMlNet.Estimators;

/// <summary>What the loading of every transformer begins with.</summary>
internal static class TransformerLoading
{
    /// <summary>Registers the host, and checks that the file's next model is the one expected, of a version that can be read.</summary>
    public static IHost Start(IHostEnvironment env, ModelLoadContext ctx, string name, VersionInfo version)
    {
        ModelVersion.Check(env, ctx, version);
        return env.Register(name);
    }
}
