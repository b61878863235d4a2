using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Exchange;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Scoring;
using RnnMlNet.Training;
using Kind = Microsoft.ML.Data.AnnotationUtils.Const;

[assembly: LoadableClass(
    typeof(RnnBinaryTransformer),
    null,
    typeof(SignatureLoadModel),
    RnnBinaryTransformer.UserName,
    RnnBinaryTransformer.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>
/// Scores sequences with a binary classifier. Adds <c>Score</c> (Single, the logit of the positive class), <c>Probability</c> (Single, the
/// logistic function of it) and <c>PredictedLabel</c> (Boolean, whether the score is above <see cref="Threshold"/>, by default 0).
/// </summary>
public sealed class RnnBinaryTransformer : RnnPredictionTransformer<RnnBinaryModelParameters>
{
    internal const string UserName = "Recurrent network binary scorer";
    internal const string LoaderSignature = "RnnBinaryScorer";

    internal RnnBinaryTransformer(IHostEnvironment env, RnnBinaryModelParameters model, SequenceColumns columns, DataViewSchema trainSchema)
        : base(env.Register(LoaderSignature), model, columns, trainSchema) { }

    private RnnBinaryTransformer(IHost host, RnnBinaryModelParameters model, TransformerPart part)
        : base(host, model, part)
    {
        Threshold = part.Thresholds is [float threshold] ? threshold : 0;
    }

    private RnnBinaryTransformer(RnnBinaryTransformer other, float threshold)
        : base(other)
    {
        Threshold = threshold;
    }

    /// <summary>
    /// The score above which <c>PredictedLabel</c> is true. Default 0, a probability of one half; the threshold for a probability p is
    /// log(p / (1 - p)). Set by <c>mlContext.BinaryClassification.ChangeModelThreshold</c>; saved with the model.
    /// </summary>
    public float Threshold { get; }

    private protected override IReadOnlyList<float> SavedThresholds => [Threshold];

    /// <summary>The same model with another threshold.</summary>
    internal RnnBinaryTransformer With(float threshold) => new(this, threshold);

    private static RnnBinaryTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        IHost host = TransformerLoading.Start(env, ctx, LoaderSignature, VersionInfo);
        var (model, part) = TransformerLoading.Read<RnnBinaryModelParameters>(host, ctx);
        return new RnnBinaryTransformer(host, model, part);
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNBISCR", LoaderSignature);

    private protected override VersionInfo Version => VersionInfo;

    private protected override string OfUnscoredRows => "Score and Probability are NaN there, and PredictedLabel is False.";

    private protected override ScoreKind ScoreKind => ScoreKind.Binary;

    private protected override DataViewSchema.DetachedColumn[] OutputColumns(DataViewSchema inputSchema)
    {
        uint setId = ScoreAnnotations.NextSetId(inputSchema);
        DataViewSchema.Annotations.Builder Annotations(string value) =>
            ScoreAnnotations.Start(setId, Kind.ScoreColumnKind.BinaryClassification, value);

        var probability = Annotations(Kind.ScoreValueKind.Probability);
        probability.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
        return
        [
            new(DefaultColumnNames.Score, NumberDataViewType.Single, Annotations(Kind.ScoreValueKind.Score).ToAnnotations()),
            new(DefaultColumnNames.Probability, NumberDataViewType.Single, probability.ToAnnotations()),
            new(
                DefaultColumnNames.PredictedLabel,
                BooleanDataViewType.Instance,
                Annotations(Kind.ScoreValueKind.PredictedLabel).ToAnnotations()
            ),
        ];
    }

    private protected override Delegate MakeGetter(int column, IScoredRow row) =>
        column switch
        {
            0 => (ValueGetter<float>)((ref float dst) => dst = row.Outputs[0]),
            1 => (ValueGetter<float>)((ref float dst) => dst = OutputUnits.Sigmoid(row.Outputs[0])),
            _ => (ValueGetter<bool>)((ref bool dst) => dst = row.Outputs[0] > Threshold),
        };
}
