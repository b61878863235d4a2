using System.Globalization;

namespace Accuracy.Defaults;

/// <summary>
/// What a newcomer gets: plain defaults beside the recipes of docs/accuracy.md, and beside what he would try first. Bars are those of each
/// set, of the means over the series sets, and of time.
/// </summary>
internal static class DefaultsPart
{
    private const double MostBehindPeers = 0.01;

    /// <summary>Prints a line a model and set, then the bars; whether all that could be measured are met.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    /// <param name="seeds">Seeds 1 to this one.</param>
    /// <param name="threads">Threads of a fit.</param>
    /// <param name="hasRecipes">Whether the recipes are trained too.</param>
    public static bool Run(string data, Predicate<string> isWanted, int seeds, int threads, bool hasRecipes)
    {
        var verdicts = new List<(string Text, bool IsMet)>();
        var series = new List<(Outcome Default, Outcome? Recipe, Outcome[] Peers)>();
        Print("set", "model", "measure", "log-loss", "s/fit", "train/test; published (recurrent; others)");
        foreach (DefaultSet set in Sets(data, isWanted, threads))
        {
            Outcome own = Mean(set.Default, seeds);
            Print(set.Name, "default", Text(own.Value), Text(own.LogLoss), Seconds(own), $"{set.Measure}; {set.Rows}; {set.Published}");
            Outcome? recipe = hasRecipes && set.Recipe is not null ? Mean(set.Recipe, seeds) : null;
            if (recipe is not null)
                Print("", "recipe", Text(recipe.Value), Text(recipe.LogLoss), Seconds(recipe), "");
            Outcome[] peers =
            [
                .. set.Peers.Select(peer =>
                {
                    Outcome outcome = peer.Run();
                    Print("", peer.Name, Text(outcome.Value), Text(outcome.LogLoss), Seconds(outcome), "");
                    return outcome;
                }),
            ];
            verdicts.AddRange(Verdicts(set, own, peers));
            if (set.Group == SeriesSets.Group)
                series.Add((own, recipe, peers));
        }
        verdicts.AddRange(OfSeries(series));
        verdicts.AddRange(ForecastSets.Run(data, isWanted, seeds, threads));
        foreach (var (text, isMet) in verdicts)
            Console.WriteLine($"{(isMet ? "met   " : "MISSED")}  {text}");
        return verdicts.All(verdict => verdict.IsMet);
    }

    private static IEnumerable<DefaultSet> Sets(string data, Predicate<string> isWanted, int threads) =>
        SeriesSets
            .All(data, isWanted, threads)
            .Concat(TextSets.All(data, isWanted, threads))
            .Concat(LabelSets.All(data, isWanted, threads))
            .Concat(TagSets.All(data, isWanted, threads))
            .Concat(RegressionSets.All(data, isWanted, threads));

    private static Outcome Mean(Func<int, Outcome> run, int seeds) => Outcome.Mean([.. Enumerable.Range(1, seeds).Select(run)]);

    private static IEnumerable<(string Text, bool IsMet)> Verdicts(DefaultSet set, Outcome own, Outcome[] peers)
    {
        if (set.Bar is double bar)
            yield return set.LowerIsBetter
                ? ($"{set.Name}: {set.Measure} {Text(own.Value)} <= {Text(bar)}", own.Value <= bar)
                : ($"{set.Name}: {set.Measure} {Text(own.Value)} >= {Text(bar)}", own.Value >= bar);
        if (set.MostSeconds is double most)
            yield return (Invariant($"{set.Name}: a default fit {own.Seconds:0.0} s < {most:0} s"), own.Seconds < most);
        if (peers.Length == 0)
            yield break;
        double best = set.LowerIsBetter ? peers.Min(peer => peer.Value) : peers.Max(peer => peer.Value);
        // Near chance, where the better of two peers is the luckier.
        double behind =
            set.Group == SeriesSets.Group
                ? set.Name == "FingerMovements"
                    ? 1
                    : MostBehindPeers
                : 0;
        yield return (
            $"{set.Name}: {set.Measure} {Text(own.Value)}, the best of {string.Join(" and ", set.Peers.Select(peer => peer.Name))} "
                + $"{Text(best)}",
            set.LowerIsBetter ? own.Value <= best : own.Value >= best - behind
        );
        if (set.Group == TextSets.Group)
            yield return (
                $"{set.Name}: log-loss {Text(own.LogLoss)} <= {Text(peers[0].LogLoss)} of {set.Peers[0].Name}",
                own.LogLoss <= peers[0].LogLoss
            );
    }

    private static IEnumerable<(string Text, bool IsMet)> OfSeries(List<(Outcome Default, Outcome? Recipe, Outcome[] Peers)> series)
    {
        if (series.Count < 2)
            yield break;
        double own = series.Average(set => set.Default.Value),
            loss = series.Average(set => set.Default.LogLoss);
        double[] losses = [.. Enumerable.Range(0, series[0].Peers.Length).Select(peer => series.Average(set => set.Peers[peer].LogLoss))];
        if (series.All(set => set.Recipe is not null))
            yield return (
                $"mean of {series.Count} series sets: accuracy {Text(own)} >= "
                    + $"{Text(series.Average(set => set.Recipe!.Value))} of the recipe",
                own >= series.Average(set => set.Recipe!.Value)
            );
        yield return (
            $"mean of {series.Count} series sets: log-loss {Text(loss)} <= "
                + $"{string.Join(" and ", losses.Select(Text))} of Sdca and LightGbm",
            losses.All(peer => loss <= peer)
        );
    }

    private static void Print(string set, string model, string value, string loss, string seconds, string rest) =>
        Console.WriteLine($"{set, -20} {model, -21} {value, 8} {loss, 9} {seconds, 7}  {rest}".TrimEnd());

    private static string Text(double value) => double.IsNaN(value) ? "" : Invariant($"{value:0.0000}");

    private static string Seconds(Outcome outcome) => Invariant($"{outcome.Seconds:0.0}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
