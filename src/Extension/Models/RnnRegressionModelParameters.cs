using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;

[assembly: LoadableClass(
    typeof(RnnRegressionModelParameters),
    null,
    typeof(SignatureLoadModel),
    "Recurrent network regression model",
    RnnRegressionModelParameters.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>Network of a regression over sequences: one output per target.</summary>
public sealed class RnnRegressionModelParameters : RnnModelParameters<float>
{
    internal const string LoaderSignature = "RnnRegressionModel";

    internal RnnRegressionModelParameters(IHostEnvironment env, TrainedNetwork network)
        : base(env, LoaderSignature, network) { }

    private RnnRegressionModelParameters(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, LoaderSignature, ctx, NetworkRules.Regression) { }

    /// <summary>Whether the label was a vector (even of one target), so that the score is a vector too.</summary>
    public bool HasVectorLabel => Network.HasVectorLabel;

    internal static RnnRegressionModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ModelVersion.Check(env, ctx, VersionInfo);
        return new RnnRegressionModelParameters(env, ctx);
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNRGMDL", LoaderSignature);

    private protected override VersionInfo Version => VersionInfo;

    private protected override PredictionKind PredictionKind => PredictionKind.Regression;
}
