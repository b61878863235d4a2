using Microsoft.ML;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet.Interop;

namespace RnnMlNet.Models;

/// <summary>The version stamp of ML.NET's model header, which names this assembly and the class to load.</summary>
internal static class ModelVersion
{
    /// <param name="modelSignature">Exactly 8 characters.</param>
    /// <param name="loaderSignature">At most 24 characters.</param>
    public static VersionInfo Of(string modelSignature, string loaderSignature) =>
        new(
            modelSignature: modelSignature,
            verWrittenCur: 0x00010001, // Initial
            verReadableCur: 0x00010001,
            verWeCanReadBack: 0x00010001,
            // The simple name: ML.NET passes it to Assembly.Load, and with a version in it an assembly of an earlier version could not read
            // the file, although only the versions of its formats should decide.
            loaderAssemblyName: typeof(ModelVersion).Assembly.GetName().Name!,
            loaderSignature: loaderSignature
        );

    /// <summary>The first check of every loading: ML.NET is of a supported version, and the file's next model is the expected
    /// one.</summary>
    public static void Check(IHostEnvironment env, ModelLoadContext ctx, VersionInfo version)
    {
        MlNetVersion.Ensure();
        Contracts.CheckValue(env, nameof(env));
        env.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel(version);
    }
}
