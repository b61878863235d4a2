using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Exchange;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>Forecasters written as safetensors files, and their weights read again.</summary>
[TestFixture]
internal sealed class ForecastSafetensorsTests
{
    private static readonly SeriesColumns _columns = new(["Value"], [], [], null, null);
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void The_file_has_every_weight_and_says_how_windows_are_read([Values(1, 2)] int networks)
    {
        using RnnForecastingTransformer model = Fit(o =>
        {
            o.EnsembleSize = networks;
            o.KnownColumnNames = [nameof(SeriesStep.Known)];
            o.TimeColumnName = nameof(SeriesStep.Time);
            o.CalendarFeatures = CalendarFeatures.MonthOfYear | CalendarFeatures.HourOfDay;
            (o.Loss, o.Quantiles) = (ForecastLoss.Quantile, [0.1f, 0.5f, 0.9f]);
        });
        using var file = new MemoryStream();
        model.SaveSafetensors(file);
        Dictionary<string, (long[] Shape, float[] Values)> tensors = SafetensorsBytes.Parse(file.ToArray());

        var names = new List<string>();
        for (int network = 0; network < networks; network++)
            foreach (RnnWeight weight in model.GetWeights(network))
            {
                names.Add((networks == 1 ? "" : $"members.{network}.") + weight.Name);
                Assert.That(tensors[names[^1]].Shape, Is.EqualTo(weight.Shape.Select(side => (long)side)), names[^1]);
                Assert.That(tensors[names[^1]].Values, Is.EqualTo(weight.Values), names[^1]);
            }
        FeatureScaling known = model.Trained.Forecaster.Known!;
        Assert.That(tensors["target_mean"].Values, Is.EqualTo(model.Trained.Forecaster.Targets.Mean));
        Assert.That(tensors["target_deviation"].Values, Is.EqualTo(model.Trained.Forecaster.Targets.Deviation));
        Assert.That((tensors["known_mean"].Values, tensors["known_deviation"].Values), Is.EqualTo((known.Mean, known.Deviation)));
        Assert.That(
            tensors.Keys,
            Is.EquivalentTo([.. names, "target_mean", "target_deviation", "known_mean", "known_deviation", "correction_bias"])
        );
        Assert.That(
            SafetensorsBytes.Open(file.ToArray()).Metadata,
            Is.EqualTo(
                new Dictionary<string, string>
                {
                    ["format"] = "pt",
                    ["rnnmlnet.version"] = "1",
                    ["rnnmlnet.task"] = "Forecasting",
                    ["rnnmlnet.cell"] = "Gru",
                    ["rnnmlnet.members"] = networks == 1 ? "1" : "2",
                    ["rnnmlnet.model"] = "Segments",
                    ["rnnmlnet.window"] = "16",
                    ["rnnmlnet.horizon"] = "4",
                    ["rnnmlnet.segment_length"] = "4",
                    ["rnnmlnet.normalization"] = "LastValue",
                    ["rnnmlnet.residual"] = "None",
                    ["rnnmlnet.season_length"] = "1",
                    ["rnnmlnet.differences"] = "false",
                    ["rnnmlnet.quantiles"] = "[0.1,0.5,0.9]",
                    ["rnnmlnet.target_columns"] = """["Value"]""",
                    ["rnnmlnet.past_columns"] = "[]",
                    ["rnnmlnet.known_columns"] = """["Known"]""",
                    ["rnnmlnet.static_columns"] = "[]",
                    ["rnnmlnet.calendar_features"] = """["HourOfDay","MonthOfYear"]""",
                }
            )
        );
    }

    [Test]
    public void What_corrects_forecasts_is_in_the_file()
    {
        var sample = new ForecasterSample
        {
            Share = 0.25f,
            HasBias = true,
            Targets = 2,
        };
        ForecastNetwork model = sample.Network(sample.Series());
        byte[] file = Written(model);
        Assert.That(SafetensorsBytes.Parse(file)["correction_bias"].Shape, Is.EqualTo(new long[] { 2, 5 }));
        Assert.That(SafetensorsBytes.Parse(file)["correction_bias"].Values, Is.EqualTo(model.Correction.Bias));
        IReadOnlyDictionary<string, string> metadata = SafetensorsBytes.Open(file).Metadata;
        Assert.That(
            (metadata["rnnmlnet.naive"], metadata["rnnmlnet.naive_season_length"], metadata["rnnmlnet.naive_share"]),
            Is.EqualTo(("SeasonalNaive", "7", "0.25"))
        );
    }

    [Test, Pairwise]
    public void Every_network_comes_back(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values(ForecastModel.Direct, ForecastModel.Segments, ForecastModel.EncoderDecoder)] ForecastModel model,
        [Values(1, 3)] int members
    )
    {
        var sample = new ForecasterSample
        {
            Cell = cell,
            Model = model,
            Members = members,
            Targets = 2,
            Past = 1,
            Known = 2,
            Share = 0.5f,
            HasBias = true,
        };
        ForecastNetwork written = sample.Network(sample.Series()),
            other = sample.Network(sample.Series(level: 3));
        other = new ForecastNetwork(
            [.. other.Members.Select(network => TrainedNetworks.Of(network.Shape, seed: 99))],
            other.Layout,
            other.Targets,
            other.Past,
            other.Known
        )
        {
            Correction = other.Correction with { Share = 0.75f },
        };
        ForecastNetwork read = ForecastSafetensorsImport.Read(SafetensorsBytes.Open(Written(written)), other);

        foreach (var (one, expected) in read.Members.Zip(written.Members))
        foreach (var (tensor, original) in one.Weights.Tensors.Zip(expected.Weights.Tensors))
            Assert.That((tensor.Name, tensor.Values), Is.EqualTo((original.Name, original.Values)));
        Assert.That(read.Targets.Mean, Is.EqualTo(written.Targets.Mean).And.Not.EqualTo(other.Targets.Mean));
        Assert.That(read.Past!.Deviation, Is.EqualTo(written.Past!.Deviation));
        Assert.That(read.Known!.Mean, Is.EqualTo(written.Known!.Mean));
        Assert.That(read.Correction, Is.EqualTo(other.Correction), "what was measured stays the forecaster's own");
        Assert.That(read.Members.Select(network => network.History.Epochs.Count), Has.All.Zero);
    }

    [Test]
    public void A_forecaster_with_the_weights_of_a_file_forecasts_as_the_one_that_wrote_it()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("forecaster.safetensors");
        using RnnForecastingTransformer written = Fit();
        using var others = new MemoryStream(SafetensorsBytes.Of(Doubled(written)));
        using RnnForecastingTransformer other = _ml.Forecasting.LoadRnnSafetensors(others, written);
        IDataView data = TinySeries.Load(_ml, 60);
        float[][] before = TinySeries.Vectors(other.Transform(data));
        written.SaveSafetensors(path);

        using RnnForecastingTransformer loaded = _ml.Forecasting.LoadRnnSafetensors(path, other);

        Assert.That(TinySeries.Vectors(loaded.Transform(data)), Is.EqualTo(TinySeries.Vectors(written.Transform(data))));
        Assert.That(
            TinySeries.Vectors(other.Transform(data)),
            Is.EqualTo(before).And.Not.EqualTo(TinySeries.Vectors(loaded.Transform(data)))
        );
        using var again = new MemoryStream();
        loaded.SaveSafetensors(again);
        Assert.That(again.ToArray(), Is.EqualTo(File.ReadAllBytes(path)));
        Assert.That(loaded.ToString(), Does.StartWith("RnnForecastingTransformer of Value: 4 steps ahead, from windows of 16"));
    }

    /// <summary>Tensors as Python's save_file writes them: without metadata, and without scaling.</summary>
    [Test]
    public void Weights_alone_are_enough()
    {
        using RnnForecastingTransformer model = Fit();
        using var file = new MemoryStream(SafetensorsBytes.Of(Doubled(model)));
        using RnnForecastingTransformer loaded = _ml.Forecasting.LoadRnnSafetensors(file, model);
        Assert.That(
            loaded.GetWeights().SelectMany(weight => weight.Values),
            Is.EqualTo(model.GetWeights().SelectMany(weight => weight.Values.Select(value => 2 * value)))
        );
        Assert.That(loaded.Trained.Forecaster.Targets.Mean, Is.EqualTo(model.Trained.Forecaster.Targets.Mean));
    }

    [Test]
    public void Another_cell_layout_and_tensors_are_refused_in_one_sentence()
    {
        var sample = new ForecasterSample { Cell = CellKind.Elman };
        ForecastNetwork model = sample.Network(sample.Series());
        ForecasterSample other = sample with { Cell = CellKind.ElmanRelu, Window = 16, Known = 1 };
        byte[] file = Written(other.Network(other.Series()));
        Refused.Format(
            () => ForecastSafetensorsImport.Read(SafetensorsBytes.Open(file), model),
            "The safetensors file does not hold the expected network: its rnnmlnet.cell is 'ElmanRelu', and the forecaster's is 'Elman'; "
                + "its rnnmlnet.window is '16', and the forecaster's is '12'; 'projection.weight' [6, 8] should be [6, 4]; "
                + "'decoder.known.weight' [6, 4], 'known_mean' [1], 'known_deviation' [1] have no place in the network. "
                + "Expected: the weights of 4 numbers a step, 1 layer of 6 units (Elman)"
        );
    }

    [Test]
    public void A_file_of_a_classifier_is_refused()
    {
        var sample = new ForecasterSample();
        byte[] file = SafetensorsSamples.Exported(TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Gru)));
        Refused.Format(
            () => ForecastSafetensorsImport.Read(SafetensorsBytes.Open(file), sample.Network(sample.Series())),
            "its rnnmlnet.task is 'MulticlassClassification', and the forecaster's is 'Forecasting'"
        );
    }

    [Test]
    public void A_forecasters_file_is_no_classifier()
    {
        var sample = new ForecasterSample { Model = ForecastModel.Direct };
        byte[] file = Written(sample.Network(sample.Series()));
        Refused.Format(
            () => SafetensorsSamples.Import(file, MemoryView.Singles(5, 1)),
            "its network was trained for Forecasting, and this is an import for MulticlassClassification"
        );
    }

    [Test]
    public void Numbers_that_are_none_and_deviations_of_zero_are_refused()
    {
        var sample = new ForecasterSample();
        ForecastNetwork model = sample.Network(sample.Series());
        NamedTensor[] tensors =
        [
            .. model.Members[0].Weights.Tensors,
            new NamedTensor("target_mean", [1], [0]),
            new NamedTensor("target_deviation", [1], [0]),
        ];
        Refused.Format(
            () => ForecastSafetensorsImport.Read(SafetensorsBytes.Open(SafetensorsBytes.Of(tensors)), model),
            "The safetensors file's 'target_deviation' holds a deviation that is not above 0."
        );
        tensors[0] = tensors[0] with { Values = [.. tensors[0].Values.Select(_ => float.NaN)] };
        Refused.Format(
            () => ForecastSafetensorsImport.Read(SafetensorsBytes.Open(SafetensorsBytes.Of(tensors)), model),
            "The safetensors file holds values that are not finite numbers, in 'projection.weight'."
        );
    }

    [Test]
    public void Weights_of_a_network_that_is_not_there_are_refused()
    {
        using RnnForecastingTransformer model = Fit();
        Refused.Argument(() => model.GetWeights(1), "network is 1; it must be from 0 to 0, because the model has 1.");
    }

    private RnnForecastingTransformer Fit(Action<RnnForecastingEstimator.Options>? configure = null) =>
        TinySeries.Estimator(_ml, configure).Fit(TinySeries.Load(_ml, 60));

    private static IEnumerable<NamedTensor> Doubled(RnnForecastingTransformer model) =>
        model.GetWeights().Select(weight => new NamedTensor(weight.Name, weight.Shape, [.. weight.Values.Select(value => 2 * value)]));

    private static byte[] Written(ForecastNetwork model)
    {
        using var file = new MemoryStream();
        ForecastSafetensors.Write(file, model, _columns);
        return file.ToArray();
    }
}
