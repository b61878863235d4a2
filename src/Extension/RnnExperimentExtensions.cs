using RnnMlNet.Experiments;

namespace Microsoft.ML;

/// <summary>Experiments beside ML.NET's catalogs.</summary>
public static class RnnExperimentExtensions
{
    /// <summary>
    /// Experiments with recurrent networks: what options are best is searched for, in the shape of ML.NET's <c>mlContext.Auto()</c>.
    /// </summary>
    /// <param name="mlContext">The context.</param>
    /// <returns>The experiments that can be made.</returns>
    public static RnnExperimentCatalog Rnn(this MLContext mlContext) => new(mlContext);
}
