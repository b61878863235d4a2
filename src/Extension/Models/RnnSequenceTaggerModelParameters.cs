using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;

[assembly: LoadableClass(
    typeof(RnnSequenceTaggerModelParameters),
    null,
    typeof(SignatureLoadModel),
    "Recurrent network sequence tagger model",
    RnnSequenceTaggerModelParameters.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>Network of a sequence tagger: one output, a logit, per class at each time step.</summary>
public sealed class RnnSequenceTaggerModelParameters : RnnModelParameters<VBuffer<float>>
{
    internal const string LoaderSignature = "RnnSequenceTaggerModel";

    internal RnnSequenceTaggerModelParameters(IHostEnvironment env, TrainedNetwork network)
        : base(env, LoaderSignature, network) { }

    private RnnSequenceTaggerModelParameters(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, LoaderSignature, ctx, NetworkRules.SequenceTagger) { }

    internal static RnnSequenceTaggerModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ModelVersion.Check(env, ctx, VersionInfo);
        return new RnnSequenceTaggerModelParameters(env, ctx);
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNTGMDL", LoaderSignature);

    private protected override VersionInfo Version => VersionInfo;

    private protected override PredictionKind PredictionKind => PredictionKind.SequenceClassification;
}
