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
    typeof(RnnSequenceTaggerTransformer),
    null,
    typeof(SignatureLoadModel),
    RnnSequenceTaggerTransformer.UserName,
    RnnSequenceTaggerTransformer.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>
/// Assigns a class to each time step of a sequence. Adds <c>Score</c>, a variable vector of Single of T x classes numbers: the class
/// probabilities step by step, which sum to 1 at each step (ML.NET has no matrices of variable size), and <c>PredictedLabel</c>, a variable
/// vector of T keys, the most probable class of each step (of a conditional random field the most probable sequence of classes), with the
/// label's own key values. Both are empty for a sequence without time steps.
/// </summary>
public sealed class RnnSequenceTaggerTransformer : RnnPredictionTransformer<RnnSequenceTaggerModelParameters>
{
    internal const string UserName = "Recurrent network sequence tagger";
    internal const string LoaderSignature = "RnnSequenceTagger";

    internal RnnSequenceTaggerTransformer(
        IHostEnvironment env,
        RnnSequenceTaggerModelParameters model,
        SequenceColumns columns,
        DataViewSchema trainSchema,
        LabelKeyValues? classes
    )
        : base(env.Register(LoaderSignature), model, columns, trainSchema)
    {
        Classes = classes;
        NameClasses();
    }

    private RnnSequenceTaggerTransformer(IHost host, RnnSequenceTaggerModelParameters model, TransformerPart part)
        : base(host, model, part)
    {
        Classes = part.Classes;
        NameClasses();
    }

    private static RnnSequenceTaggerTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        IHost host = TransformerLoading.Start(env, ctx, LoaderSignature, VersionInfo);
        var (model, part) = TransformerLoading.Read<RnnSequenceTaggerModelParameters>(host, ctx);
        return new RnnSequenceTaggerTransformer(host, model, part);
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNTGSCR", LoaderSignature);

    private protected override VersionInfo Version => VersionInfo;

    private protected override string OfUnscoredRows =>
        "Score is NaN and PredictedLabel is the missing key at the steps that depend on them.";

    private protected override ScoreKind ScoreKind => ScoreKind.SequenceTagger;

    private protected override LabelKeyValues? Classes { get; }

    private void NameClasses() => ((IRnnModelParameters)Model).ClassNames = Classes?.ToTexts().ToArray();

    private int ClassCount => Model.Network.Shape.Outputs;

    private protected override DataViewSchema.DetachedColumn[] OutputColumns(DataViewSchema inputSchema)
    {
        uint setId = ScoreAnnotations.NextSetId(inputSchema);
        var score = ScoreAnnotations.Start(setId, Kind.ScoreColumnKind.SequenceClassification, Kind.ScoreValueKind.Score);
        var predicted = ScoreAnnotations.Start(setId, Kind.ScoreColumnKind.SequenceClassification, Kind.ScoreValueKind.PredictedLabel);
        Classes?.AddTo(score, AnnotationUtils.Kinds.TrainingLabelValues);
        Classes?.AddTo(predicted, AnnotationUtils.Kinds.KeyValues);
        return
        [
            new(DefaultColumnNames.Score, new VectorDataViewType(NumberDataViewType.Single), score.ToAnnotations()),
            new(
                DefaultColumnNames.PredictedLabel,
                new VectorDataViewType(new KeyDataViewType(typeof(uint), ClassCount)),
                predicted.ToAnnotations()
            ),
        ];
    }

    private protected override Delegate MakeGetter(int column, IScoredRow row) =>
        column == 0 ? ScoreGetter(row) : PredictedLabelGetter(row);

    // A getter's own; null where each step's tag is scored by itself.
    private LinearChain? NewChain() => Model.Network.Shape.IsChained ? LinearChain.Of([.. Model.Network.Members]) : null;

    private ValueGetter<VBuffer<float>> ScoreGetter(IScoredRow row)
    {
        LinearChain? chain = NewChain();
        return (ref VBuffer<float> dst) =>
        {
            ReadOnlySpan<float> logits = row.Outputs;
            var editor = VBufferEditor.Create(ref dst, logits.Length);
            if (chain is not null)
                chain.Marginals(logits, editor.Values);
            for (int at = 0; chain is null && at < logits.Length; at += ClassCount)
                OutputUnits.Softmax(logits.Slice(at, ClassCount), editor.Values.Slice(at, ClassCount));
            dst = editor.Commit();
        };
    }

    private ValueGetter<VBuffer<uint>> PredictedLabelGetter(IScoredRow row)
    {
        LinearChain? chain = NewChain();
        return (ref VBuffer<uint> dst) =>
        {
            ReadOnlySpan<float> logits = row.Outputs;
            var editor = VBufferEditor.Create(ref dst, logits.Length / ClassCount);
            if (chain is not null)
                ReadKeys(chain, logits, editor.Values);
            for (int step = 0; chain is null && step < editor.Values.Length; step++)
                editor.Values[step] = OutputUnits.PredictedClass(logits.Slice(step * ClassCount, ClassCount)) is int predicted
                    ? (uint)predicted + 1
                    : 0;
            dst = editor.Commit();
        };
    }

    // Keys are numbered from 1, and 0 is the missing one.
    private static void ReadKeys(LinearChain chain, ReadOnlySpan<float> logits, Span<uint> keys)
    {
        Span<int> tags = System.Runtime.InteropServices.MemoryMarshal.Cast<uint, int>(keys);
        chain.MostProbable(logits, tags);
        foreach (ref int tag in tags)
            tag++;
    }
}
