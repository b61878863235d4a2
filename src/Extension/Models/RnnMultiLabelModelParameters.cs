using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;

[assembly: LoadableClass(
    typeof(RnnMultiLabelModelParameters),
    null,
    typeof(SignatureLoadModel),
    "Recurrent network multi-label model",
    RnnMultiLabelModelParameters.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>Network of a classifier of several labels per sequence: one output, a logit, per label.</summary>
public sealed class RnnMultiLabelModelParameters : RnnModelParameters<VBuffer<float>>
{
    internal const string LoaderSignature = "RnnMultiLabelModel";

    internal RnnMultiLabelModelParameters(IHostEnvironment env, TrainedNetwork network)
        : base(env, LoaderSignature, network) { }

    private RnnMultiLabelModelParameters(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, LoaderSignature, ctx, NetworkRules.MultiLabel) { }

    internal static RnnMultiLabelModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ModelVersion.Check(env, ctx, VersionInfo);
        return new RnnMultiLabelModelParameters(env, ctx);
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNMLMDL", LoaderSignature);

    private protected override VersionInfo Version => VersionInfo;

    // ML.NET has no kind for several labels.
    private protected override PredictionKind PredictionKind => PredictionKind.Custom;
}
