using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;

[assembly: LoadableClass(
    typeof(RnnBinaryModelParameters),
    null,
    typeof(SignatureLoadModel),
    "Recurrent network binary model",
    RnnBinaryModelParameters.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>Network of a binary classifier of sequences: one output, the positive class's logit.</summary>
public sealed class RnnBinaryModelParameters : RnnModelParameters<float>
{
    internal const string LoaderSignature = "RnnBinaryModel";

    internal RnnBinaryModelParameters(IHostEnvironment env, TrainedNetwork network)
        : base(env, LoaderSignature, network) { }

    private RnnBinaryModelParameters(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, LoaderSignature, ctx, NetworkRules.Binary) { }

    internal static RnnBinaryModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ModelVersion.Check(env, ctx, VersionInfo);
        return new RnnBinaryModelParameters(env, ctx);
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNBIMDL", LoaderSignature);

    private protected override VersionInfo Version => VersionInfo;

    private protected override PredictionKind PredictionKind => PredictionKind.BinaryClassification;
}
