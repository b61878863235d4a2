using Microsoft.ML.Runtime;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Text;

namespace RnnMlNet.Estimators;

/// <summary>
/// A model that a Fit continues from, of sequences or of windows: each of its members starts from its weights in place of random ones.
/// </summary>
/// <param name="members">The networks, one or more of the same sizes.</param>
internal abstract class WarmStart(IReadOnlyList<TrainedNetwork> members)
{
    /// <summary>By what name <see cref="TrainingHistory.Options"/> says that there was one.</summary>
    public const string OptionName = "PreviousModel";

    /// <summary>The networks, each by itself.</summary>
    protected IReadOnlyList<TrainedNetwork> Members => members;

    /// <summary>Members of the ensemble that it is; 1 for one network alone.</summary>
    public int EnsembleSize => members.Count;

    /// <summary>What training continues from, in words.</summary>
    public virtual string Description => Words.Plural(EnsembleSize, "network");

    /// <summary>Of all that decides what comes of it.</summary>
    public abstract string Checksum { get; }

    /// <summary>What was chosen, and from how many networks training continued.</summary>
    public IReadOnlyDictionary<string, string> AddTo(IReadOnlyDictionary<string, string> texts) =>
        new Dictionary<string, string>(texts) { [OptionName] = Description };

    /// <summary>Whether as many networks are asked for as there are.</summary>
    /// <param name="ectx">Whose errors.</param>
    /// <param name="asked">The option; null for as many.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not as many.</exception>
    public void CheckEnsembleSize(IExceptionContext ectx, int? asked)
    {
        if (asked is int size && size != EnsembleSize)
            throw ectx.ExceptUserArg(
                nameof(RnnTrainingOptions.EnsembleSize),
                $"EnsembleSize is {size}, but the previous model is of {EnsembleSize}: leave EnsembleSize null, or set it to "
                    + $"{EnsembleSize}."
            );
    }

    /// <summary>Refuses a model of another network.</summary>
    /// <param name="ectx">Whose errors.</param>
    /// <param name="parameter">The model's.</param>
    /// <param name="differences">What is not the same, each with what it is in the model and here; empty where all is.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are differences.</exception>
    private protected static void CheckNetwork(IExceptionContext ectx, string parameter, IEnumerable<string> differences)
    {
        string[] all = [.. differences];
        if (all.Length > 0)
            throw ectx.ExceptUserArg(
                parameter,
                $"The previous model is of another network: {string.Join("; ", all)}. Set the options to what it has."
            );
    }

    /// <summary>Those that are not the same in the model as here, in words.</summary>
    private protected static IEnumerable<string> Differences(IEnumerable<(string Name, object Its, object Here)> values) =>
        values.Where(value => !value.Its.Equals(value.Here)).Select(value => $"{value.Name} is {value.Its} in it, {value.Here} here");
}
