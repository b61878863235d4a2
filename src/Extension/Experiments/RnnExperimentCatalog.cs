using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Interop;

namespace RnnMlNet.Experiments;

/// <summary>The experiments with recurrent networks: <c>mlContext.Rnn()</c>.</summary>
public sealed class RnnExperimentCatalog
{
    private readonly MLContext _context;

    internal RnnExperimentCatalog(MLContext context)
    {
        MlNetVersion.Ensure();
        Contracts.CheckValue(context, nameof(context));
        _context = context;
    }

    /// <summary>An experiment that classifies sequences.</summary>
    /// <param name="settings">What it is set by.</param>
    /// <returns>The experiment, to be executed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range; the message names it.</exception>
    public MulticlassExperiment CreateMulticlassExperiment(MulticlassExperimentSettings settings) => new(_context, Checked(settings));

    /// <summary>An experiment that classifies sequences.</summary>
    /// <param name="maxExperimentTimeInSeconds">Seconds that it may take.</param>
    /// <returns>The experiment, to be executed.</returns>
    public MulticlassExperiment CreateMulticlassExperiment(uint maxExperimentTimeInSeconds) =>
        CreateMulticlassExperiment(new MulticlassExperimentSettings { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });

    /// <summary>An experiment that tells two classes of sequences apart.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(MulticlassExperimentSettings)" path="/param|/returns|/exception"/>
    public BinaryExperiment CreateBinaryExperiment(BinaryExperimentSettings settings) => new(_context, Checked(settings));

    /// <summary>An experiment that tells two classes of sequences apart.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(uint)" path="/param|/returns"/>
    public BinaryExperiment CreateBinaryExperiment(uint maxExperimentTimeInSeconds) =>
        CreateBinaryExperiment(new BinaryExperimentSettings { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });

    /// <summary>An experiment that predicts a number from a sequence.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(MulticlassExperimentSettings)" path="/param|/returns|/exception"/>
    public RegressionExperiment CreateRegressionExperiment(RegressionExperimentSettings settings) => new(_context, Checked(settings));

    /// <summary>An experiment that predicts a number from a sequence.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(uint)" path="/param|/returns"/>
    public RegressionExperiment CreateRegressionExperiment(uint maxExperimentTimeInSeconds) =>
        CreateRegressionExperiment(new RegressionExperimentSettings { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });

    /// <summary>An experiment that forecasts time series.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(MulticlassExperimentSettings)" path="/param|/returns|/exception"/>
    public ForecastingExperiment CreateForecastingExperiment(ForecastingExperimentSettings settings) => new(_context, Checked(settings));

    private T Checked<T>(T settings)
        where T : ExperimentSettings
    {
        ((IHostEnvironment)_context).CheckValue(settings, nameof(settings));
        return settings;
    }
}
