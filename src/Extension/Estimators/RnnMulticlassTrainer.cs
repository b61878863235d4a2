using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Trains a recurrent network that tells two or more classes of sequences apart: softmax cross-entropy over the classes of a key-typed
/// label. Made by <c>mlContext.MulticlassClassification.Trainers.Rnn</c>.
/// </summary>
public sealed class RnnMulticlassTrainer : RnnTrainerBase<RnnMulticlassTransformer, RnnMulticlassModelParameters>
{
    /// <summary>The options of <see cref="RnnMulticlassTrainer"/>; all are the shared ones.</summary>
    public sealed class Options : RnnOptions
    {
        /// <summary>What the training examples of each class count for. Default <see cref="ClassWeighting.Equal"/>.</summary>
        public ClassWeighting ClassWeighting { get; set; } = ClassWeighting.Equal;

        /// <summary>
        /// Share of each training label that is spread evenly over all classes, its own among them, in [0, 1). Default 0. A network that is
        /// never quite sure resists wrong labels and is better calibrated (Szegedy et al., 2016; PyTorch's <c>label_smoothing</c>). The
        /// training loss is then that of the smoothed labels, the validation loss is not.
        /// </summary>
        public float LabelSmoothing { get; set; }
    }

    private readonly string _label;

    internal RnnMulticlassTrainer(IHostEnvironment env, Options options)
        : base(env, nameof(RnnMulticlassTrainer), options, Task(Contracts.CheckRef(options, nameof(options))))
    {
        _label = options.LabelColumnName;
    }

    private static TaskSpec Task(Options options) =>
        new TaskSpec(LabelKind.Key, LossKind.CrossEntropy, IsClassification: true, NormalizeLabel: false).Weighted(
            options.ClassWeighting,
            options.LabelSmoothing
        );

    private protected override IEnumerable<SchemaShape.Column> OutputColumns(SchemaShape inputSchema)
    {
        inputSchema.TryFindColumn(_label, out SchemaShape.Column label);
        var keyValues = label.Annotations.Where(annotation => annotation.Name == AnnotationUtils.Kinds.KeyValues);
        return
        [
            new(
                DefaultColumnNames.Score,
                SchemaShape.Column.VectorKind.Vector,
                NumberDataViewType.Single,
                false,
                new SchemaShape(AnnotationUtils.AnnotationsForMulticlassScoreColumn(label))
            ),
            new(
                DefaultColumnNames.PredictedLabel,
                SchemaShape.Column.VectorKind.Scalar,
                NumberDataViewType.UInt32,
                true,
                new SchemaShape([.. keyValues, .. AnnotationUtils.GetTrainerOutputAnnotation()])
            ),
        ];
    }

    private protected override RnnMulticlassTransformer MakeTransformer(TrainedNetwork network, DataViewSchema trainSchema) =>
        new(Host, new RnnMulticlassModelParameters(Host, network), Columns, trainSchema, LabelKeyValues.Of(trainSchema[_label]));
}
