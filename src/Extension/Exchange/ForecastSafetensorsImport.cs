using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>Replaces a forecaster's weights and scaling by those of a safetensors file of the same networks.</summary>
internal static class ForecastSafetensorsImport
{
    /// <param name="file">The file.</param>
    /// <param name="model">The forecaster; what is absent from the file stays.</param>
    /// <exception cref="FormatException">Tensors are missing, left over, misshapen or not finite, or the file states another cell or
    /// layout; the message lists all problems.</exception>
    public static ForecastNetwork Read(SafetensorsFile file, ForecastNetwork model)
    {
        var problems = new SafetensorsProblems();
        var claims = new SafetensorsClaims(file, file.Entries, problems);
        _ = SafetensorsMetadata.Parse(file.Metadata);
        foreach (var (key, value) in ForecastSafetensors.Layout(model))
            if (file.Metadata.TryGetValue(key, out string? found) && found != value)
                problems.Add($"its {key} is '{found}', and the forecaster's is '{value}'");
        List<SafetensorsClaim>[] weights =
        [
            .. model.Members.Select(
                (network, i) =>
                    NetworkDefinition
                        .TensorsOf(network.Shape)
                        .Select(spec => claims.Expect(spec, ForecastSafetensors.Prefix(i, model.Members.Count) + spec.Name))
                        .ToList()
            ),
        ];
        SafetensorsClaim[] targets = Scaling(ForecastSafetensors.Target, model.Targets),
            past = Scaling(ForecastSafetensors.Past, model.Past),
            known = Scaling(ForecastSafetensors.Known, model.Known),
            statics = Scaling(ForecastSafetensors.Statics, model.Statics);
        // Statistics of held-out ends remain the forecaster's own.
        claims.PassOver([ForecastSafetensors.Bias]);
        claims.CheckLeftOver();
        problems.ThrowIfAny($"the weights of {NetworkText.Of(model.Members[0])}");
        return new ForecastNetwork(
            [.. model.Members.Zip(weights, (network, own) => OfFile(network, claims.Read(own)))],
            model.Layout,
            claims.ReadScaling(targets) ?? model.Targets,
            claims.ReadScaling(past) ?? model.Past,
            claims.ReadScaling(known) ?? model.Known
        )
        {
            Statics = claims.ReadScaling(statics) ?? model.Statics,
            SeriesKeys = model.SeriesKeys,
            Quantiles = model.Quantiles,
            Correction = model.Correction,
        };

        SafetensorsClaim[] Scaling(string column, FeatureScaling? scaling) =>
            claims.ExpectScaling(ForecastSafetensors.Mean(column), ForecastSafetensors.Deviation(column), scaling?.Width ?? 0);
    }

    private static TrainedNetwork OfFile(TrainedNetwork network, IReadOnlyList<NamedTensor> weights) =>
        network with
        {
            Weights = new NetworkWeights(weights),
            History = new TrainingHistory([], 0, StopReason.MaxEpochs, 0, 0, 0),
        };
}
