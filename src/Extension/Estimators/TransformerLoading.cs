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

    public static VersionInfo Version(string modelSignature, string loaderSignature) => new(
        modelSignature: modelSignature,
        verWrittenCur: 0x00010001, // Initial
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(TransformerLoading).Assembly.FullName,
        loaderSignature: loaderSignature);
}
