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
/// Trains a recurrent network that gives each step of a sequence a class, such as each word its tag. The label is a vector of keys, one for
/// each step of the row's sequence; a step whose key is missing counts in no loss and no metric. Made by
/// <c>mlContext.MulticlassClassification.Trainers.RnnSequenceTagger</c>.
/// </summary>
/// <remarks>
/// The loss is softmax cross-entropy, a mean over all labelled steps of the batch, each with its row's example weight, as PyTorch's
/// <c>cross_entropy</c> with <c>ignore_index</c> has it: a row of 40 steps counts twice as much as one of 20. Of a column of keys each
/// value is a step, missing ones too: they have one embedding in common, which is learnt where training rows have missing keys (rare words
/// that the mapping to keys left out, say), and stays random where they have none.
/// </remarks>
public sealed class RnnSequenceTaggerTrainer : RnnTrainerBase<RnnSequenceTaggerTransformer, RnnSequenceTaggerModelParameters>
{
    /// <summary>
    /// The options of <see cref="RnnSequenceTaggerTrainer"/>: the shared ones but Pooling, since the head reads every step's states.
    /// </summary>
    public sealed class Options : RnnOptions
    {
        /// <summary>Not an option of a tagger: nothing is pooled.</summary>
        [Obsolete("A sequence tagger has a prediction for each step, so that nothing is pooled.", error: true)]
        [EditorBrowsable(EditorBrowsableState.Never)]
        public new Pooling? Pooling => base.Pooling;

        /// <summary>What the training steps of each class count for. Default <see cref="ClassWeighting.Equal"/>.</summary>
        public ClassWeighting ClassWeighting { get; set; } = ClassWeighting.Equal;

        /// <summary>
        /// Share of each training label that is spread evenly over all classes, its own among them, in [0, 1). Default 0. A network that is
        /// never quite sure resists wrong labels and is better calibrated (Szegedy et al., 2016; PyTorch's <c>label_smoothing</c>). The
        /// training loss is then that of the smoothed labels, the validation loss is not.
        /// </summary>
        public float LabelSmoothing { get; set; }
    }

    private readonly string _label;

    internal RnnSequenceTaggerTrainer(IHostEnvironment env, Options options)
        : base(env, nameof(RnnSequenceTaggerTrainer), options, Task(Contracts.CheckRef(options, nameof(options))))
    {
        RnnOptions shared = options;
        if (shared.Pooling is Pooling pooling)
            throw Host.ExceptUserArg(
                nameof(RnnOptions.Pooling),
                $"Pooling is {pooling}, but a sequence tagger has a prediction for each step, so that nothing is pooled: leave it null."
            );
        if (shared.PatchLength > 1)
            throw Host.ExceptUserArg(
                nameof(RnnOptions.PatchLength),
                $"PatchLength is {shared.PatchLength}, but a sequence tagger has a prediction for each step, so that steps stay apart: "
                    + $"leave it null."
            );
        _label = options.LabelColumnName;
    }

    private static TaskSpec Task(Options options) =>
        new TaskSpec(LabelKind.KeyPerStep, LossKind.CrossEntropy, IsClassification: true, NormalizeLabel: false).Weighted(
            options.ClassWeighting,
            options.LabelSmoothing
        );

    private protected override IEnumerable<SchemaShape.Column> OutputColumns(SchemaShape inputSchema)
    {
        inputSchema.TryFindColumn(_label, out SchemaShape.Column label);
        SchemaShape.Column[] keyValues = [.. label.Annotations.Where(annotation => annotation.Name == AnnotationUtils.Kinds.KeyValues)];
        IEnumerable<SchemaShape.Column> classes = keyValues.Select(values => new SchemaShape.Column(
            AnnotationUtils.Kinds.TrainingLabelValues,
            values.Kind,
            values.ItemType,
            values.IsKey
        ));
        return
        [
            new(
                DefaultColumnNames.Score,
                SchemaShape.Column.VectorKind.VariableVector,
                NumberDataViewType.Single,
                false,
                new SchemaShape([.. classes, .. AnnotationUtils.GetTrainerOutputAnnotation()])
            ),
            new(
                DefaultColumnNames.PredictedLabel,
                SchemaShape.Column.VectorKind.VariableVector,
                NumberDataViewType.UInt32,
                true,
                new SchemaShape([.. keyValues, .. AnnotationUtils.GetTrainerOutputAnnotation()])
            ),
        ];
    }

    private protected override RnnSequenceTaggerTransformer MakeTransformer(TrainedNetwork network, DataViewSchema trainSchema) =>
        new(Host, new RnnSequenceTaggerModelParameters(Host, network), Columns, trainSchema, LabelKeyValues.Of(trainSchema[_label]));
}
