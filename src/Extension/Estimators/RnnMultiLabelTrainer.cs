using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Trains a recurrent network that assigns any number of labels to a sequence, such as all topics of a text: the logistic loss of each
/// label's logit (binary cross-entropy), meaned over the labels. The label is a vector of Boolean of known size, one for each label, with
/// the labels' names as its slot names; or a vector of keys, the labels of the row in any order, named by the keys' values. Created by
/// <c>mlContext.MulticlassClassification.Trainers.RnnMultiLabel</c>.
/// </summary>
public sealed class RnnMultiLabelTrainer : RnnTrainerBase<RnnMultiLabelTransformer, RnnMultiLabelModelParameters>
{
    /// <summary>Options of <see cref="RnnMultiLabelTrainer"/>: the shared ones, the threshold and the weights of labels.</summary>
    public sealed class Options : RnnOptions
    {
        /// <summary>
        /// Probability above which a label is predicted, the same for all labels, in (0, 1). Default null: for each label the one that
        /// gives it the highest F1 on held-out rows; one half where none are held out, and in training that continues from a model that
        /// model's, unless a ValidationSet is given. Labels that fewer than 10 held-out rows have share one threshold, the best for all
        /// labels together.
        /// </summary>
        [Share(WithZero = false)]
        public float? Threshold { get; set; }

        /// <summary>
        /// Weight, in training, of a label where a row has it, relative to rows that do not: PyTorch's <c>pos_weight</c>. Default
        /// <see cref="ClassWeighting.Equal"/>, a weight of 1. With <see cref="ClassWeighting.Balanced"/> it is (N - n) / n for a label that
        /// n of N training rows have, with <see cref="ClassWeighting.Of"/> the given one, by the label's name. A weight above 1 raises the
        /// label's probabilities, which are then no longer calibrated.
        /// </summary>
        public ClassWeighting ClassWeighting { get; set; } = ClassWeighting.Equal;
    }

    private readonly string _label;

    internal RnnMultiLabelTrainer(IHostEnvironment env, Options options)
        : base(env, nameof(RnnMultiLabelTrainer), options, Task(Contracts.CheckRef(options, nameof(options))))
    {
        _label = options.LabelColumnName;
    }

    private static TaskSpec Task(Options options) =>
        new TaskSpec(LabelKind.LabelSet, LossKind.MultiLabel, IsClassification: true, NormalizeLabel: false)
        {
            Threshold = options.Threshold,
        }.Weighted(options.ClassWeighting, labelSmoothing: 0);

    private protected override IEnumerable<SchemaShape.Column> OutputColumns(SchemaShape inputSchema)
    {
        inputSchema.TryFindColumn(_label, out SchemaShape.Column label);
        string names = label.IsKey ? AnnotationUtils.Kinds.KeyValues : AnnotationUtils.Kinds.SlotNames;
        return LabelOutputs.Promised(label.Annotations.Any(annotation => annotation.Name == names), isPerStep: false);
    }

    private protected override RnnMultiLabelTransformer MakeTransformer(TrainedNetwork network, DataViewSchema trainSchema)
    {
        DataViewSchema.Column label = trainSchema[_label];
        return new(
            Host,
            new RnnMultiLabelModelParameters(Host, network),
            Columns,
            trainSchema,
            LabelKeyValues.Of(label, LabelBinding.NamesKindOf(label.Type))
        );
    }
}
