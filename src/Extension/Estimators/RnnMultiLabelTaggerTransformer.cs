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

[assembly: LoadableClass(
    typeof(RnnMultiLabelTaggerTransformer),
    null,
    typeof(SignatureLoadModel),
    RnnMultiLabelTaggerTransformer.UserName,
    RnnMultiLabelTaggerTransformer.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>
/// Assigns any number of labels to each time step of a sequence. Adds three vectors of type [*, L], T x L values step after step for the L
/// labels, whose annotation <c>TrainingLabelValues</c> has the labels' names: <c>Score</c> (Single, the logits), <c>Probability</c>
/// (Single, the logistic function of them) and <c>PredictedLabel</c> (Boolean, whether the probability is above the label's threshold:
/// <see cref="LabelThresholds"/>). They are empty for a sequence without time steps.
/// </summary>
public sealed class RnnMultiLabelTaggerTransformer : RnnPredictionTransformer<RnnMultiLabelTaggerModelParameters>
{
    internal const string UserName = "Recurrent network multi-label tagger";
    internal const string LoaderSignature = "RnnMultiLabelTagger";

    private readonly float[] _thresholds;

    /// <param name="env">The environment.</param>
    /// <param name="model">The model.</param>
    /// <param name="columns">The sequence columns.</param>
    /// <param name="trainSchema">The training columns.</param>
    /// <param name="names">The labels' names; null where they have none.</param>
    internal RnnMultiLabelTaggerTransformer(
        IHostEnvironment env,
        RnnMultiLabelTaggerModelParameters model,
        SequenceColumns columns,
        DataViewSchema trainSchema,
        LabelKeyValues? names
    )
        : base(env.Register(LoaderSignature), model, columns, trainSchema)
    {
        Classes = LabelOutputs.AsText(names);
        IReadOnlyList<float> thresholds = model.Network.Thresholds;
        _thresholds = thresholds.Count > 0 ? [.. thresholds] : Estimators.LabelThresholds.Fixed(null, model.Network.Shape.Outputs);
        Describe();
    }

    private RnnMultiLabelTaggerTransformer(IHost host, RnnMultiLabelTaggerModelParameters model, TransformerPart part)
        : base(host, model, part)
    {
        Classes = part.Classes;
        _thresholds = part.Thresholds.Count > 0 ? [.. part.Thresholds] : throw Contracts.ExceptDecode("The model has no thresholds.");
        Describe();
    }

    private RnnMultiLabelTaggerTransformer(RnnMultiLabelTaggerTransformer other, float[] thresholds)
        : base(other)
    {
        Classes = other.Classes;
        _thresholds = thresholds;
    }

    /// <summary>
    /// The probability of each label above which it is predicted, in the order of the outputs. Set by training, see
    /// <see cref="RnnMultiLabelTaggerTrainer.Options.Threshold"/>, or by <c>mlContext.MulticlassClassification.ChangeLabelThresholds</c>;
    /// saved with the model.
    /// </summary>
    public IReadOnlyList<float> LabelThresholds => [.. _thresholds.Select(OutputUnits.Sigmoid)];

    /// <summary>The labels' names in the order of the outputs; empty where they have none.</summary>
    public IReadOnlyList<string> LabelNames => [.. Classes?.ToTexts() ?? []];

    private protected override IReadOnlyList<float> SavedThresholds => _thresholds;

    /// <summary>The same model with other thresholds.</summary>
    /// <param name="probabilities">One for each label, in (0, 1).</param>
    internal RnnMultiLabelTaggerTransformer With(IReadOnlyList<float> probabilities) =>
        new(this, [.. probabilities.Select(probability => OutputUnits.Logit(probability))]);

    private static RnnMultiLabelTaggerTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        IHost host = TransformerLoading.Start(env, ctx, LoaderSignature, VersionInfo);
        var (model, part) = TransformerLoading.Read<RnnMultiLabelTaggerModelParameters>(host, ctx);
        return new RnnMultiLabelTaggerTransformer(host, model, part);
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNMTSCR", LoaderSignature);

    private protected override VersionInfo Version => VersionInfo;

    private protected override string OfUnscoredRows =>
        "Score and Probability are NaN at the steps that depend on them, and no label is predicted there.";

    private protected override ScoreKind ScoreKind => ScoreKind.MultiLabelTagger;

    private protected override LabelKeyValues? Classes { get; }

    // The model, for training that continues from it.
    private void Describe()
    {
        IRnnModelParameters model = Model;
        model.ClassNames = Classes?.ToTexts().ToArray();
        model.Thresholds = _thresholds;
    }

    private LabelOutputs Outputs => new(Classes, _thresholds, isPerStep: true);

    private protected override DataViewSchema.DetachedColumn[] OutputColumns(DataViewSchema inputSchema) => Outputs.Columns(inputSchema);

    private protected override Delegate MakeGetter(int column, IScoredRow row) => Outputs.MakeGetter(column, row);
}
