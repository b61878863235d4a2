using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Trains a recurrent network that predicts one number (label of type Single) or k numbers (label of type Vector of Single [k]) from a
/// sequence. Created by <c>mlContext.Regression.Trainers.Rnn</c>.
/// </summary>
public sealed class RnnRegressionTrainer : RnnTrainerBase<RnnRegressionTransformer, RnnRegressionModelParameters>
{
    /// <summary>Options of <see cref="RnnRegressionTrainer"/>: the shared ones, the loss, and whether the label is standardised.</summary>
    public sealed class Options : RnnOptions
    {
        /// <summary>Training loss. Default <see cref="RegressionLoss.Squared"/>, which RMSE measures.</summary>
        public RegressionLoss Loss { get; set; } = RegressionLoss.Squared;

        /// <summary>
        /// Whether training standardises each target (mean 0, deviation 1 over the training rows); scores are in the label's own units
        /// either way. Default true: a network starts near 0 and would need many epochs to reach a label of thousands.
        /// </summary>
        public bool NormalizeLabel { get; set; } = true;
    }

    private readonly string _label;

    internal RnnRegressionTrainer(IHostEnvironment env, Options options)
        : base(env, nameof(RnnRegressionTrainer), options, Task(env, Contracts.CheckRef(options, nameof(options))))
    {
        _label = options.LabelColumnName;
    }

    private static TaskSpec Task(IHostEnvironment env, Options options)
    {
        if (!Enum.IsDefined(options.Loss))
            throw env.ExceptUserArg(
                nameof(options.Loss),
                $"Loss is {options.Loss}; it must be one of {string.Join(", ", Enum.GetNames<RegressionLoss>())}."
            );
        return new TaskSpec(LabelKind.Numbers, LossRegistry.Named(options.Loss), IsClassification: false, options.NormalizeLabel);
    }

    private protected override IEnumerable<SchemaShape.Column> OutputColumns(SchemaShape inputSchema)
    {
        inputSchema.TryFindColumn(_label, out SchemaShape.Column label);
        return
        [
            new(
                DefaultColumnNames.Score,
                label.Kind,
                NumberDataViewType.Single,
                false,
                new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation())
            ),
        ];
    }

    private protected override RnnRegressionTransformer MakeTransformer(TrainedNetwork network, DataViewSchema trainSchema) =>
        new(Host, new RnnRegressionModelParameters(Host, network), Columns, trainSchema);
}
