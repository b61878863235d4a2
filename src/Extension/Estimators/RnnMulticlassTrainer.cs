using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Trains a recurrent network that separates two or more classes of sequences: softmax cross-entropy over the classes of a key-typed label.
/// Created by <c>mlContext.MulticlassClassification.Trainers.Rnn</c>.
/// </summary>
public sealed class RnnMulticlassTrainer : RnnTrainerBase<RnnMulticlassTransformer, RnnMulticlassModelParameters>
{
    /// <summary>Options of <see cref="RnnMulticlassTrainer"/>: the shared ones, class weights and label smoothing.</summary>
    public sealed class Options : RnnOptions
    {
        /// <summary>Weight of each class's training examples. Default <see cref="ClassWeighting.Equal"/>.</summary>
        public ClassWeighting ClassWeighting { get; set; } = ClassWeighting.Equal;

        /// <summary>
        /// Share of each training label that is spread evenly over all classes, including its own, in [0, 1). Default 0. It makes the
        /// network less confident, which makes it robust to wrong labels and improves calibration (Szegedy et al., 2016; PyTorch's
        /// <c>label_smoothing</c>). The training loss uses the smoothed labels, the validation loss does not.
        /// </summary>
        [Share]
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
