using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Trains a recurrent network that separates two classes of sequences: logistic loss of one logit against a Boolean label. Created by
/// <c>mlContext.BinaryClassification.Trainers.Rnn</c>.
/// </summary>
public sealed class RnnBinaryTrainer : RnnTrainerBase<RnnBinaryTransformer, RnnBinaryModelParameters>
{
    /// <summary>Options of <see cref="RnnBinaryTrainer"/>: the shared ones and the class weights.</summary>
    public sealed class Options : RnnOptions
    {
        /// <summary>Weight of each class's training examples. Default <see cref="ClassWeighting.Equal"/>.</summary>
        public ClassWeighting ClassWeighting { get; set; } = ClassWeighting.Equal;
    }

    internal RnnBinaryTrainer(IHostEnvironment env, Options options)
        : base(env, nameof(RnnBinaryTrainer), options, Task(Contracts.CheckRef(options, nameof(options)))) { }

    private static TaskSpec Task(Options options) =>
        new TaskSpec(LabelKind.Boolean, LossKind.Logistic, IsClassification: true, NormalizeLabel: false).Weighted(
            options.ClassWeighting,
            labelSmoothing: 0
        );

    private protected override IEnumerable<SchemaShape.Column> OutputColumns(SchemaShape inputSchema) =>
        [
            new(
                DefaultColumnNames.Score,
                SchemaShape.Column.VectorKind.Scalar,
                NumberDataViewType.Single,
                false,
                new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation())
            ),
            new(
                DefaultColumnNames.Probability,
                SchemaShape.Column.VectorKind.Scalar,
                NumberDataViewType.Single,
                false,
                new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation(isNormalized: true))
            ),
            new(
                DefaultColumnNames.PredictedLabel,
                SchemaShape.Column.VectorKind.Scalar,
                BooleanDataViewType.Instance,
                false,
                new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation())
            ),
        ];

    private protected override RnnBinaryTransformer MakeTransformer(TrainedNetwork network, DataViewSchema trainSchema) =>
        new(Host, new RnnBinaryModelParameters(Host, network), Columns, trainSchema);
}
