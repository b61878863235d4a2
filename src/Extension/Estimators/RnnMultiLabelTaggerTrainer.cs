using System.ComponentModel;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Trains a recurrent network that assigns any number of labels to each time step of a sequence, such as the devices that run in each
/// minute: the logistic loss of each label's logit (binary cross-entropy), meaned over the labels. The label is a vector of T x L values
/// for the T time steps of the row's sequence and L labels, step after step: Boolean, or Single 0 and 1. A step with a NaN among its labels
/// is excluded from loss, metric and thresholds. Created by <c>mlContext.MulticlassClassification.Trainers.RnnMultiLabelTagger</c>.
/// </summary>
/// <remarks>
/// The loss is the mean over all labelled steps of the mini-batch, each with its row's example weight, as that of
/// <see cref="RnnSequenceTaggerTrainer"/>: a row of 40 steps counts twice as much as one of 20. In a column of keys every value is a time
/// step, including missing keys, as for that trainer.
/// </remarks>
public sealed class RnnMultiLabelTaggerTrainer : RnnTrainerBase<RnnMultiLabelTaggerTransformer, RnnMultiLabelTaggerModelParameters>
{
    /// <summary>
    /// Options of <see cref="RnnMultiLabelTaggerTrainer"/>: the shared ones except Pooling, since the head reads the hidden state of every
    /// step, the number and names of labels, their threshold and weights.
    /// </summary>
    public sealed class Options : RnnOptions
    {
        /// <summary>Not an option of a tagger, which does not pool.</summary>
        [Obsolete("A sequence tagger has a prediction for each step, so that nothing is pooled.", error: true)]
        [EditorBrowsable(EditorBrowsableState.Never)]
        public new Pooling? Pooling => base.Pooling;

        /// <summary>
        /// L, number of labels of a time step. Default null: the last dimension of the label column's type, [T, L] or [*, L], or the number
        /// of <see cref="LabelNames"/>.
        /// </summary>
        [AtLeast(1)]
        public int? LabelsPerStep { get; set; }

        /// <summary>
        /// The labels' names, L of them, in the order of a step's values. Default null: where the size of the label column varies, its slot
        /// names, if it has L of them, as <c>GroupIntoSequences</c> gives them; else none.
        /// </summary>
        public string[]? LabelNames { get; set; }

        /// <summary>
        /// Probability above which a label is predicted, the same for all labels, in (0, 1). Default null: for each label the one that
        /// gives it the highest F1 on the labelled steps of held-out rows; one half where none are held out, and in training that continues
        /// from a model that model's, unless a ValidationSet is given. Labels that fewer than 10 such steps have share one threshold, the
        /// best for all labels together.
        /// </summary>
        [Share(WithZero = false)]
        public float? Threshold { get; set; }

        /// <summary>
        /// Weight, in training, of a label where a step has it, relative to steps that do not: PyTorch's <c>pos_weight</c>. Default
        /// <see cref="ClassWeighting.Equal"/>, a weight of 1. With <see cref="ClassWeighting.Balanced"/> it is (N - n) / n for a label that
        /// n of N labelled training steps have, with <see cref="ClassWeighting.Of"/> the given one, by the label's name. A weight above 1
        /// raises the label's probabilities, which are then no longer calibrated.
        /// </summary>
        public ClassWeighting ClassWeighting { get; set; } = ClassWeighting.Equal;
    }

    private readonly string _label;
    private readonly StepLabels _labels;

    internal RnnMultiLabelTaggerTrainer(IHostEnvironment env, Options options)
        : base(env, nameof(RnnMultiLabelTaggerTrainer), options, Task(Contracts.CheckRef(options, nameof(options))))
    {
        _label = options.LabelColumnName;
        _labels = LabelsOf(options);
        CheckNames(_labels.LabelNames);
    }

    private static TaskSpec Task(Options options) =>
        new TaskSpec(LabelKind.LabelSetPerStep, LossKind.MultiLabel, IsClassification: true, NormalizeLabel: false)
        {
            Threshold = options.Threshold,
            StepLabels = LabelsOf(options),
        }.Weighted(options.ClassWeighting, labelSmoothing: 0);

    private static StepLabels LabelsOf(Options options) =>
        new(options.LabelsPerStep, options.LabelNames is null ? null : [.. options.LabelNames]);

    private void CheckNames(IReadOnlyList<string>? names)
    {
        if (names is null)
            return;
        const string Option = nameof(Options.LabelNames);
        if (names.Count == 0)
            throw Host.ExceptUserArg(Option, "LabelNames is empty: name each label, or leave it null.");
        if (names.Any(string.IsNullOrWhiteSpace))
            throw Host.ExceptUserArg(Option, "A name in LabelNames is null or blank: name each label, or leave LabelNames null.");
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count)
            throw Host.ExceptUserArg(Option, $"LabelNames has a name twice: {string.Join(", ", names)}.");
        if (_labels.LabelsPerStep is int labels && labels != names.Count)
            throw Host.ExceptUserArg(
                Option,
                $"LabelNames has {names.Count} names, but LabelsPerStep is {labels}: give a name for each, or leave one of them null."
            );
    }

    private protected override IEnumerable<SchemaShape.Column> OutputColumns(SchemaShape inputSchema)
    {
        inputSchema.TryFindColumn(_label, out SchemaShape.Column label);
        bool hasNames =
            _labels.LabelNames is not null
            || StepLabels.CanName(label) && label.Annotations.Any(annotation => annotation.Name == AnnotationUtils.Kinds.SlotNames);
        return LabelOutputs.Promised(hasNames, isPerStep: true);
    }

    private protected override RnnMultiLabelTaggerTransformer MakeTransformer(TrainedNetwork network, DataViewSchema trainSchema) =>
        new(
            Host,
            new RnnMultiLabelTaggerModelParameters(Host, network),
            Columns,
            trainSchema,
            LabelKeyValues.Of(LabelBinding.Bind(Host, trainSchema, _label, LabelKind.LabelSetPerStep, _labels))
        );
}
