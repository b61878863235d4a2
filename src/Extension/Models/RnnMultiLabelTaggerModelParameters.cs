using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;

[assembly: LoadableClass(
    typeof(RnnMultiLabelTaggerModelParameters),
    null,
    typeof(SignatureLoadModel),
    "Recurrent network multi-label tagger model",
    RnnMultiLabelTaggerModelParameters.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>Network of a multi-label tagger: one output, a logit, per label at each time step.</summary>
public sealed class RnnMultiLabelTaggerModelParameters : RnnModelParameters<VBuffer<float>>
{
    internal const string LoaderSignature = "RnnLabelTaggerModel";

    internal RnnMultiLabelTaggerModelParameters(IHostEnvironment env, TrainedNetwork network)
        : base(env, LoaderSignature, network) { }

    private RnnMultiLabelTaggerModelParameters(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, LoaderSignature, ctx, NetworkRules.MultiLabelTagger) { }

    internal static RnnMultiLabelTaggerModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ModelVersion.Check(env, ctx, VersionInfo);
        return new RnnMultiLabelTaggerModelParameters(env, ctx);
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNMTMDL", LoaderSignature);

    private protected override VersionInfo Version => VersionInfo;

    // ML.NET has no kind for several labels.
    private protected override PredictionKind PredictionKind => PredictionKind.Custom;
}
