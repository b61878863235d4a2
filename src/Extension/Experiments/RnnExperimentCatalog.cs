using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Interop;

namespace RnnMlNet.Experiments;

/// <summary>Experiments with recurrent networks: <c>mlContext.Rnn()</c>.</summary>
public sealed class RnnExperimentCatalog
{
    private readonly MLContext _context;

    internal RnnExperimentCatalog(MLContext context)
    {
        MlNetVersion.Ensure();
        Contracts.CheckValue(context, nameof(context));
        _context = context;
    }

    /// <summary>Creates an experiment with classifiers of sequences.</summary>
    /// <param name="settings">The settings.</param>
    /// <returns>The experiment, to be executed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range; the message names it.</exception>
    public MulticlassExperiment CreateMulticlassExperiment(MulticlassExperimentSettings settings) => new(_context, Checked(settings));

    /// <summary>Creates an experiment with classifiers of sequences.</summary>
    /// <param name="maxExperimentTimeInSeconds">Time limit in seconds.</param>
    /// <returns>The experiment, to be executed.</returns>
    public MulticlassExperiment CreateMulticlassExperiment(uint maxExperimentTimeInSeconds) =>
        CreateMulticlassExperiment(new MulticlassExperimentSettings { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });

    /// <summary>Creates an experiment with binary classifiers of sequences.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(MulticlassExperimentSettings)" path="/param|/returns|/exception"/>
    public BinaryExperiment CreateBinaryExperiment(BinaryExperimentSettings settings) => new(_context, Checked(settings));

    /// <summary>Creates an experiment with binary classifiers of sequences.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(uint)" path="/param|/returns"/>
    public BinaryExperiment CreateBinaryExperiment(uint maxExperimentTimeInSeconds) =>
        CreateBinaryExperiment(new BinaryExperimentSettings { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });

    /// <summary>Creates an experiment with multi-label classifiers of sequences.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(MulticlassExperimentSettings)" path="/param|/returns|/exception"/>
    public MultiLabelExperiment CreateMultiLabelExperiment(MultiLabelExperimentSettings settings) => new(_context, Checked(settings));

    /// <summary>Creates an experiment with multi-label classifiers of sequences.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(uint)" path="/param|/returns"/>
    public MultiLabelExperiment CreateMultiLabelExperiment(uint maxExperimentTimeInSeconds) =>
        CreateMultiLabelExperiment(new MultiLabelExperimentSettings { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });

    /// <summary>Creates an experiment with multi-label taggers of sequences.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(MulticlassExperimentSettings)" path="/param|/returns|/exception"/>
    public MultiLabelTaggingExperiment CreateMultiLabelTaggingExperiment(MultiLabelTaggingExperimentSettings settings) =>
        new(_context, Checked(settings));

    /// <summary>Creates an experiment with multi-label taggers of sequences.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(uint)" path="/param|/returns"/>
    public MultiLabelTaggingExperiment CreateMultiLabelTaggingExperiment(uint maxExperimentTimeInSeconds) =>
        CreateMultiLabelTaggingExperiment(
            new MultiLabelTaggingExperimentSettings { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds }
        );

    /// <summary>Creates an experiment with sequence taggers, which assign a class to each time step.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(MulticlassExperimentSettings)" path="/param|/returns|/exception"/>
    public TaggingExperiment CreateTaggingExperiment(TaggingExperimentSettings settings) => new(_context, Checked(settings));

    /// <summary>Creates an experiment with sequence taggers, which assign a class to each time step.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(uint)" path="/param|/returns"/>
    public TaggingExperiment CreateTaggingExperiment(uint maxExperimentTimeInSeconds) =>
        CreateTaggingExperiment(new TaggingExperimentSettings { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });

    /// <summary>Creates an experiment with regressions of one target.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(MulticlassExperimentSettings)" path="/param|/returns|/exception"/>
    public RegressionExperiment CreateRegressionExperiment(RegressionExperimentSettings settings) => new(_context, Checked(settings));

    /// <summary>Creates an experiment with regressions of one target.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(uint)" path="/param|/returns"/>
    public RegressionExperiment CreateRegressionExperiment(uint maxExperimentTimeInSeconds) =>
        CreateRegressionExperiment(new RegressionExperimentSettings { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });

    /// <summary>Creates an experiment with forecasters of time series.</summary>
    /// <inheritdoc cref="CreateMulticlassExperiment(MulticlassExperimentSettings)" path="/param|/returns|/exception"/>
    public ForecastingExperiment CreateForecastingExperiment(ForecastingExperimentSettings settings) => new(_context, Checked(settings));

    private T Checked<T>(T settings)
        where T : ExperimentSettings
    {
        ((IHostEnvironment)_context).CheckValue(settings, nameof(settings));
        return settings;
    }
}
