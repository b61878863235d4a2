using System.Globalization;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>
/// The resolved options that shape learning: those that are set, and for the rest those chosen from the data.
/// </summary>
internal abstract record TrainingSettings
{
    /// <summary>Members of the ensemble.</summary>
    public required int EnsembleSize { get; init; }

    public required int MaxEpochs { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>The schedule's highest rate.</summary>
    public required float LearningRate { get; init; }

    public required LearningRateSchedule Schedule { get; init; }

    public required OptimizerKind Optimizer { get; init; }

    public required float WeightDecay { get; init; }

    /// <summary>Decay of the moving average of the weights; 0 for none.</summary>
    public float WeightAveraging { get; init; }

    /// <summary>Share of the rows held out; 0 for none.</summary>
    public required double ValidationFraction { get; init; }

    /// <summary>Epochs without a better validation loss before training stops; 0 for no early stopping.</summary>
    public required int Patience { get; init; }

    /// <summary>Whether the weights of the epoch with the lowest validation loss are kept.</summary>
    public required bool RestoresBest { get; init; }

    /// <summary>Dropout rates.</summary>
    public abstract DropoutRates DropoutRates { get; }

    /// <summary>Whether training draws random numbers.</summary>
    public bool HasDropout => DropoutRates.Chosen.Any(one => one.Rate > 0);

    /// <summary>The default weight decay of an optimiser.</summary>
    public static float WeightDecayOf(OptimizerKind optimizer) => optimizer == OptimizerKind.AdamW ? 0.01f : 0;

    private protected static string Text(float value) => value.ToString("0.#####", CultureInfo.InvariantCulture);
}
