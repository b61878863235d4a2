using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Trains a recurrent network that tells two classes of sequences apart: logistic loss of one logit against a Boolean label.
/// Made by <c>mlContext.BinaryClassification.Trainers.Rnn</c>.
/// </summary>
public sealed class RnnBinaryTrainer : RnnTrainerBase<RnnBinaryTransformer, RnnBinaryModelParameters>
{
    /// <summary>The options of <see cref="RnnBinaryTrainer"/>; the shared ones and how classes are weighted.</summary>
    public sealed class Options : RnnOptions
    {
        /// <summary>What the training examples of each class count for. Default <see cref="ClassWeighting.Equal"/>.</summary>
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
