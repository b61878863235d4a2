using RnnMlNet.Experiments;

namespace Microsoft.ML;

/// <summary>Extension method that adds experiments to ML.NET's context.</summary>
public static class RnnExperimentExtensions
{
    /// <summary>
    /// Returns the experiments with recurrent networks, which search for the best options, in the shape of ML.NET's
    /// <c>mlContext.Auto()</c>.
    /// </summary>
    /// <param name="mlContext">The context.</param>
    /// <returns>The catalog of experiments.</returns>
    public static RnnExperimentCatalog Rnn(this MLContext mlContext) => new(mlContext);
}
