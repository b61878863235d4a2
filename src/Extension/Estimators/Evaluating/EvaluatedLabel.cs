using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Estimators;

/// <summary>The label column of the evaluation of a pipeline's scores.</summary>
/// <param name="Name">The column.</param>
/// <param name="IsVector">Whether it must be a vector, or must not be one; null where both can be evaluated.</param>
/// <param name="Other">The method that cross-validates a label of the other kind.</param>
internal sealed record EvaluatedLabel(string Name, bool? IsVector, string Other)
{
    /// <summary>Of the trainer's vectors of labels: whether each step has some, and whether there are any number of them; null where these
    /// are not checked.</summary>
    public (bool PerStep, bool Several)? Vectors { get; init; }

    /// <summary>Rejects, before training, a trainer whose vectors of labels are of another kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are; the message states the method for them.</exception>
    public void Check(IExceptionContext ectx, ISequenceTrainer? trainer)
    {
        if (Vectors is null || trainer is null || Vectors == (trainer.Task.IsPerStep, trainer.Task.IsMultiLabel))
            return;
        var (what, method) = (trainer.Task.IsPerStep, trainer.Task.IsMultiLabel) switch
        {
            (true, false) => ("a class at every step", "CrossValidateSequenceTagging"),
            (false, true) => ("several labels for each row", "CrossValidateMultiLabel"),
            (true, true) => ("several labels at every step", "CrossValidateMultiLabelTagging"),
            _ => ("", null),
        };
        if (method is not null)
            throw ectx.ExceptUserArg("estimator", $"The pipeline's trainer predicts {what}: call {method}.");
    }

    /// <summary>Rejects, before training, a label that could not be evaluated.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither the data nor the pipeline has the column, or it is of the other
    /// kind.</exception>
    public void Check(IExceptionContext ectx, DataViewSchema data, IEstimator<ITransformer> estimator)
    {
        if (Outputs(data, estimator) is not SchemaShape scored)
            return;
        if (!scored.TryFindColumn(Name, out SchemaShape.Column column))
            throw ectx.ExceptUserArg(
                "labelColumnName",
                $"labelColumnName is '{Name}', and neither the data nor the pipeline has such a column: set it to the "
                    + "name of the trainer's label column."
            );
        bool isVector = column.Kind != SchemaShape.Column.VectorKind.Scalar;
        if (IsVector is bool wanted && wanted != isVector)
            throw ectx.ExceptUserArg(
                "labelColumnName",
                $"The label column '{Name}' is {column.GetTypeString()}, and {(wanted ? "a vector" : "one value")} for each row is "
                    + $"evaluated here: call {Other}."
            );
    }

    // The output columns of the pipeline; null for an estimator that cannot state them.
    private static SchemaShape? Outputs(DataViewSchema data, IEstimator<ITransformer> estimator)
    {
        try
        {
            return estimator.GetOutputSchema(SchemaShape.Create(data));
        }
        catch (Exception e) when (e is NotImplementedException or NotSupportedException)
        {
            return null;
        }
    }
}
