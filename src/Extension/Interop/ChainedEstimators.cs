using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Interop;

/// <summary>The estimators of a pipeline. ML.NET's chain shows its last one only.</summary>
internal static class ChainedEstimators
{
    private const string Field = "_estimators";

    /// <summary>An estimator, or those of a chain and of the chains in it, in their order.</summary>
    public static IEnumerable<IEstimator<ITransformer>> Of(IEstimator<ITransformer> estimator)
    {
        Type type = estimator.GetType();
        bool isChain = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(EstimatorChain<>);
        object? parts = isChain ? type.GetField(Field, BindingFlags.NonPublic | BindingFlags.Instance)?.GetValue(estimator) : null;
        return parts is IEstimator<ITransformer>[] chained ? chained.SelectMany(Of) : [estimator];
    }
}
