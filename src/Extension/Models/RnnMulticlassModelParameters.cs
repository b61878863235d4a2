using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;

[assembly: LoadableClass(
    typeof(RnnMulticlassModelParameters),
    null,
    typeof(SignatureLoadModel),
    "Recurrent network multiclass model",
    RnnMulticlassModelParameters.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>Network of a classifier of sequences: one output, a logit, per class.</summary>
public sealed class RnnMulticlassModelParameters : RnnModelParameters<VBuffer<float>>
{
    internal const string LoaderSignature = "RnnMulticlassModel";

    internal RnnMulticlassModelParameters(IHostEnvironment env, TrainedNetwork network)
        : base(env, LoaderSignature, network) { }

    private RnnMulticlassModelParameters(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, LoaderSignature, ctx, NetworkRules.Multiclass) { }

    internal static RnnMulticlassModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ModelVersion.Check(env, ctx, VersionInfo);
        return new RnnMulticlassModelParameters(env, ctx);
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNMCMDL", LoaderSignature);

    private protected override VersionInfo Version => VersionInfo;

    private protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;
}
