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
    typeof(RnnMulticlassTransformer),
    null,
    typeof(SignatureLoadModel),
    RnnMulticlassTransformer.UserName,
    RnnMulticlassTransformer.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>
/// Scores sequences with a classifier. Adds <c>Score</c> (Vector of Single, the class probabilities, which sum to 1) and
/// <c>PredictedLabel</c> (key, the most probable class, with the label's own key values).
/// </summary>
public sealed class RnnMulticlassTransformer : RnnPredictionTransformer<RnnMulticlassModelParameters>
{
    internal const string UserName = "Recurrent network multiclass scorer";
    internal const string LoaderSignature = "RnnMulticlassScorer";

    internal RnnMulticlassTransformer(
        IHostEnvironment env,
        RnnMulticlassModelParameters model,
        SequenceColumns columns,
        DataViewSchema trainSchema,
        LabelKeyValues? classes
    )
        : base(env.Register(LoaderSignature), model, columns, trainSchema)
    {
        Classes = classes;
        NameClasses();
    }

    private RnnMulticlassTransformer(IHost host, RnnMulticlassModelParameters model, TransformerPart part)
        : base(host, model, part)
    {
        Classes = part.Classes;
        NameClasses();
    }

    private static RnnMulticlassTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        IHost host = TransformerLoading.Start(env, ctx, LoaderSignature, VersionInfo);
        var (model, part) = TransformerLoading.Read<RnnMulticlassModelParameters>(host, ctx);
        return new RnnMulticlassTransformer(host, model, part);
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNMCSCR", LoaderSignature);

    private protected override VersionInfo Version => VersionInfo;

    private protected override string OfUnscoredRows => "Score is NaN there, and PredictedLabel is the missing key.";

    private protected override ScoreKind ScoreKind => ScoreKind.Multiclass;

    private protected override LabelKeyValues? Classes { get; }

    private void NameClasses() => ((IRnnModelParameters)Model).ClassNames = Classes?.ToTexts().ToArray();

    private int ClassCount => Model.Network.Shape.Outputs;

    private protected override DataViewSchema.DetachedColumn[] OutputColumns(DataViewSchema inputSchema)
    {
        uint setId = ScoreAnnotations.NextSetId(inputSchema);
        var score = ScoreAnnotations.Start(setId, Kind.ScoreColumnKind.MulticlassClassification, Kind.ScoreValueKind.Score);
        var predicted = ScoreAnnotations.Start(setId, Kind.ScoreColumnKind.MulticlassClassification, Kind.ScoreValueKind.PredictedLabel);
        if (Classes is not null)
        {
            if (Classes.IsText)
                Classes.AddTo(score, AnnotationUtils.Kinds.SlotNames);
            Classes.AddTo(score, AnnotationUtils.Kinds.TrainingLabelValues);
            Classes.AddTo(predicted, AnnotationUtils.Kinds.KeyValues);
        }
        return
        [
            new(DefaultColumnNames.Score, new VectorDataViewType(NumberDataViewType.Single, ClassCount), score.ToAnnotations()),
            new(DefaultColumnNames.PredictedLabel, new KeyDataViewType(typeof(uint), ClassCount), predicted.ToAnnotations()),
        ];
    }

    private protected override Delegate MakeGetter(int column, IScoredRow row) =>
        column == 0 ? ScoreGetter(row) : PredictedLabelGetter(row);

    private static ValueGetter<VBuffer<float>> ScoreGetter(IScoredRow row) =>
        (ref VBuffer<float> dst) =>
        {
            ReadOnlySpan<float> logits = row.Outputs;
            var editor = VBufferEditor.Create(ref dst, logits.Length);
            OutputUnits.Softmax(logits, editor.Values);
            dst = editor.Commit();
        };

    private static ValueGetter<uint> PredictedLabelGetter(IScoredRow row) =>
        (ref uint dst) => dst = KeyOf(OutputUnits.PredictedClass(row.Outputs));

    // As in ML.NET's own classifiers: the missing key, 0, where no class is the most probable.
    private static uint KeyOf(int? predicted) => predicted is int index ? (uint)index + 1 : 0;
}
