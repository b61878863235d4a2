using System.Globalization;
using System.Text;
using Microsoft.ML.Runtime;
using RnnMlNet.Estimators;

namespace RnnMlNet;

/// <summary>Parts of a sequence whose importance is measured.</summary>
public enum SequenceParts
{
    /// <summary>Each channel, with its values at all steps.</summary>
    Channels,

    /// <summary>Each time step, or several consecutive ones, with all channels, counted from the beginning of the sequence.</summary>
    Steps,
}

/// <summary>Importance of the parts of a sequence to a model. Created by <c>SequenceFeatureImportance</c> of the catalogs.</summary>
/// <typeparam name="TMetrics">The metrics of the task.</typeparam>
public sealed class SequenceImportance<TMetrics>
    where TMetrics : class
{
    private const int ShownParts = 20;
    private readonly ImportanceMetric<TMetrics> _main;

    internal SequenceImportance(TMetrics baseline, IReadOnlyList<PartImportance<TMetrics>> parts, ImportanceMetric<TMetrics> main)
    {
        Baseline = baseline;
        Parts = parts;
        _main = main;
    }

    /// <summary>The metrics of the unchanged rows.</summary>
    public TMetrics Baseline { get; }

    /// <summary>The parts, in the order of channels or of time steps.</summary>
    public IReadOnlyList<PartImportance<TMetrics>> Parts { get; }

    /// <summary>
    /// Computes the change of a metric when a part's values are permuted between rows: near 0 if the predictions hardly depend on the part.
    /// </summary>
    /// <param name="metric">The metric, such as <c>metrics => metrics.MacroAccuracy</c>.</param>
    /// <returns>The mean change of each part over its permutations and the mean's standard error, in the order of
    /// <see cref="Parts"/>.</returns>
    public IReadOnlyList<MetricChange> Changes(Func<TMetrics, double> metric)
    {
        Contracts.CheckValue(metric, nameof(metric));
        double baseline = metric(Baseline);
        return [.. Parts.Select(part => MetricChange.Of(part.Name, [.. part.Permuted.Select(permuted => metric(permuted) - baseline)]))];
    }

    /// <summary>Returns a table of the parts, the most important first.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{_main.Name} {_main.Of(Baseline):0.0000}, and its change where a part is swapped between rows:"
        );
        int sign = _main.IsLowerBetter ? -1 : 1;
        foreach (MetricChange change in Changes(_main.Of).OrderBy(change => sign * change.Mean).Take(ShownParts))
            text.AppendLine()
                .Append(
                    CultureInfo.InvariantCulture,
                    $"{change.Mean, 9:+0.0000;-0.0000}{(double.IsNaN(change.StandardError) ? "" : $" ± {change.StandardError:0.0000}")}  "
                        + $"{change.Part}"
                );
        if (Parts.Count > ShownParts)
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"and {Parts.Count - ShownParts} more");
        return text.ToString();
    }
}

/// <summary>Metrics of a model when a part of the sequences comes from other rows.</summary>
/// <param name="Name">The part: the channel's column, or <c>channel 2</c>, <c>step 7</c>, <c>steps 10 to 19</c>, counted from 0.</param>
/// <param name="Permuted">The metrics, one entry per permutation.</param>
/// <typeparam name="TMetrics">The metrics of the task.</typeparam>
public sealed record PartImportance<TMetrics>(string Name, IReadOnlyList<TMetrics> Permuted)
    where TMetrics : class;

/// <summary>Change of a metric when a part of the sequences is permuted between rows.</summary>
/// <param name="Part">The part.</param>
/// <param name="Mean">The mean over the permutations: below 0 if a higher metric is better and the part matters.</param>
/// <param name="StandardError">The standard error of the mean; NaN for one permutation.</param>
public sealed record MetricChange(string Part, double Mean, double StandardError)
{
    internal static MetricChange Of(string part, double[] changes)
    {
        double mean = changes.Average(),
            squares = changes.Sum(change => (change - mean) * (change - mean));
        return new MetricChange(part, mean, changes.Length == 1 ? double.NaN : Math.Sqrt(squares / (changes.Length - 1) / changes.Length));
    }
}

/// <summary>The metric of a table of importances.</summary>
internal sealed record ImportanceMetric<TMetrics>(string Name, Func<TMetrics, double> Of, bool IsLowerBetter = false);
