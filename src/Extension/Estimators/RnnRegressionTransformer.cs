using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Exchange;
using RnnMlNet.Models;
using RnnMlNet.Scoring;
using Kind = Microsoft.ML.Data.AnnotationUtils.Const;

[assembly: LoadableClass(
    typeof(RnnRegressionTransformer),
    null,
    typeof(SignatureLoadModel),
    RnnRegressionTransformer.UserName,
    RnnRegressionTransformer.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>
/// Scores sequences with a regression. Adds <c>Score</c>, in the label's units: Single, or a Vector of Single [k] for a vector label.
/// </summary>
public sealed class RnnRegressionTransformer : RnnPredictionTransformer<RnnRegressionModelParameters>
{
    internal const string UserName = "Recurrent network regression scorer";
    internal const string LoaderSignature = "RnnRegressionScorer";

    internal RnnRegressionTransformer(
        IHostEnvironment env,
        RnnRegressionModelParameters model,
        SequenceColumns columns,
        DataViewSchema trainSchema
    )
        : base(env.Register(LoaderSignature), model, columns, trainSchema) { }

    private RnnRegressionTransformer(IHost host, RnnRegressionModelParameters model, TransformerPart part)
        : base(host, model, part) { }

    private static RnnRegressionTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        IHost host = TransformerLoading.Start(env, ctx, LoaderSignature, VersionInfo);
        var (model, part) = TransformerLoading.Read<RnnRegressionModelParameters>(host, ctx);
        return new RnnRegressionTransformer(host, model, part);
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNRGSCR", LoaderSignature);

    private protected override VersionInfo Version => VersionInfo;

    private protected override string OfUnscoredRows => "Score is NaN there.";

    private protected override ScoreKind ScoreKind => HasManyTargets ? ScoreKind.MultiTargetRegression : ScoreKind.Regression;

    private bool HasManyTargets => Model.HasVectorLabel;

    private protected override DataViewSchema.DetachedColumn[] OutputColumns(DataViewSchema inputSchema)
    {
        string task = HasManyTargets ? Kind.ScoreColumnKind.MultiOutputRegression : Kind.ScoreColumnKind.Regression;
        DataViewType type = HasManyTargets
            ? new VectorDataViewType(NumberDataViewType.Single, Model.Network.Shape.Outputs)
            : NumberDataViewType.Single;
        var annotations = ScoreAnnotations.Start(ScoreAnnotations.NextSetId(inputSchema), task, Kind.ScoreValueKind.Score);
        return [new(DefaultColumnNames.Score, type, annotations.ToAnnotations())];
    }

    private protected override Delegate MakeGetter(int column, IScoredRow row) => HasManyTargets ? TargetsGetter(row) : TargetGetter(row);

    private static ValueGetter<float> TargetGetter(IScoredRow row) => (ref float dst) => dst = row.Outputs[0];

    private static ValueGetter<VBuffer<float>> TargetsGetter(IScoredRow row) =>
        (ref VBuffer<float> dst) =>
        {
            ReadOnlySpan<float> targets = row.Outputs;
            var editor = VBufferEditor.Create(ref dst, targets.Length);
            targets.CopyTo(editor.Values);
            dst = editor.Commit();
        };
}
