using Microsoft.ML.Runtime;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Text;

namespace RnnMlNet.Estimators;

/// <summary>
/// A model that a Fit continues from, of sequences or of windows: each of its members starts from its weights instead of random ones.
/// </summary>
/// <param name="members">The networks, one or more of the same sizes.</param>
internal abstract class WarmStart(IReadOnlyList<TrainedNetwork> members)
{
    /// <summary>Its name in <see cref="TrainingHistory.Options"/>.</summary>
    public const string OptionName = "PreviousModel";

    /// <summary>The member networks.</summary>
    protected IReadOnlyList<TrainedNetwork> Members => members;

    /// <summary>Number of its members; 1 for a single network.</summary>
    public int EnsembleSize => members.Count;

    /// <summary>The model to continue from, as text.</summary>
    public virtual string Description => Words.Plural(EnsembleSize, "network");

    /// <summary>Checksum of everything that determines the result.</summary>
    public abstract string Checksum { get; }

    /// <summary>The chosen options, and the number of networks that training continues from.</summary>
    public IReadOnlyDictionary<string, string> AddTo(IReadOnlyDictionary<string, string> texts) =>
        new Dictionary<string, string>(texts) { [OptionName] = Description };

    /// <summary>Checks that the requested number of members is the model's.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="asked">The option; null for as many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The numbers differ.</exception>
    public void CheckEnsembleSize(IExceptionContext ectx, int? asked)
    {
        if (asked is int size && size != EnsembleSize)
            throw ectx.ExceptUserArg(
                nameof(RnnTrainingOptions.EnsembleSize),
                $"EnsembleSize is {size}, but the previous model has {EnsembleSize}: leave EnsembleSize null, or set it to "
                    + $"{EnsembleSize}."
            );
    }

    /// <summary>Rejects a model of another network.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="parameter">The model's parameter name.</param>
    /// <param name="differences">The differences, each with its value in the model and here; empty for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are differences.</exception>
    private protected static void CheckNetwork(IExceptionContext ectx, string parameter, IEnumerable<string> differences)
    {
        string[] all = [.. differences];
        if (all.Length > 0)
            throw ectx.ExceptUserArg(
                parameter,
                $"The previous model is of another network: {string.Join("; ", all)}. Set the options to its values."
            );
    }

    /// <summary>The differences between the model and the options, as text.</summary>
    private protected static IEnumerable<string> Differences(IEnumerable<(string Name, object Its, object Here)> values) =>
        values.Where(value => !value.Its.Equals(value.Here)).Select(value => $"{value.Name} is {value.Its} in it, {value.Here} here");
}
