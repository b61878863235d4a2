using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Exchange;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Scoring;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Exchange;

/// <summary>
/// The tensors of a forecaster's file in torch's own modules, assembled as in docs/safetensors.md, forecast as the forecaster does.
/// </summary>
[TestFixture]
internal sealed class ForecastSafetensorsTorchTests
{
    private const int End = 40;

    [OneTimeSetUp]
    public void LoadTorch() => TorchDevice.Resolve("cpu", fallbackToCpu: false, out _);

    [Test]
    public void Direct()
    {
        using var scope = NewDisposeScope();
        var file = new Written(new ForecasterSample { Model = ForecastModel.Direct });
        var (states, _) = file.Gru("rnn").forward(file.Window.unsqueeze(2));
        AssertSame(file, file.Head(states.select(1, -1)));
    }

    [Test]
    public void Segments()
    {
        using var scope = NewDisposeScope();
        var file = new Written(
            new ForecasterSample
            {
                Targets = 2,
                Known = 1,
                Horizon = 8,
            }
        );
        Tensor known = file.Known(End - 12, 12).reshape(1, 3, 4).expand(2, -1, -1);
        Tensor segments = cat([file.Window.reshape(2, 3, 4), known], 2);
        Tensor projected = nn.functional.relu(segments.matmul(file["projection.weight"].t()) + file["projection.bias"]);
        GRU gru = file.Gru("rnn");
        var (_, state) = gru.forward(projected);

        Tensor positions = file["decoder.position.weight"].unsqueeze(0).expand(2, -1, -1);
        Tensor channels = file["decoder.channel.weight"].unsqueeze(1).expand(-1, 2, -1);
        Tensor ahead = file.Known(End, 8).reshape(2, 4).matmul(file["decoder.known.weight"].t());
        Tensor input = (cat([positions, channels], 2) + ahead).reshape(4, 1, -1);
        var (states, _) = gru.forward(input, state.repeat_interleave(2, 1));
        AssertSame(file, file.Head(states.select(1, 0)).reshape(2, 8));
    }

    [Test]
    public void EncoderDecoder()
    {
        using var scope = NewDisposeScope();
        var file = new Written(new ForecasterSample { Model = ForecastModel.EncoderDecoder, Known = 1 });
        Tensor steps = cat([file.Window.unsqueeze(2), file.Known(End - 12, 12).reshape(1, 12, 1)], 2);
        var (_, state) = file.Gru("rnn").forward(steps);
        GRU decoder = file.Gru("decoder");
        Tensor output = file.Window.select(1, -1).reshape(1, 1);
        var outputs = new List<Tensor>();
        for (int h = 0; h < 5; h++)
        {
            (Tensor states, state) = decoder.forward(cat([output, file.Known(End + h, 1).reshape(1, 1)], 1).unsqueeze(1), state);
            output = file.Head(states.select(1, 0));
            outputs.Add(output);
        }
        AssertSame(file, cat([.. outputs], 1));
    }

    private static void AssertSame(Written file, Tensor outputs)
    {
        float[] forecasts = [.. (outputs * file.Deviation + file.Mean).detach().contiguous().data<float>()];
        Assert.That(forecasts, Is.EqualTo(file.Forecasts).Within(1e-4));
    }

    /// <summary>A forecaster's file, and the window of its series that ends before a step.</summary>
    private sealed class Written
    {
        private readonly Dictionary<string, (long[] Shape, float[] Values)> _tensors;
        private readonly TimeSeries _series;

        public Written(ForecasterSample sample)
        {
            _series = sample.Series();
            ForecastNetwork model = sample.Network(_series);
            using var stream = new MemoryStream();
            ForecastSafetensors.Write(stream, model, new SeriesColumns(["Value"], [], [], null, null));
            _tensors = SafetensorsBytes.Parse(stream.ToArray());

            Tensor window = stack(Enumerable.Range(0, sample.Targets).Select(c => tensor(_series.Targets(c, End - 12, 12).ToArray())));
            Mean = window.mean([1], keepdim: true);
            Deviation = (window - Mean).square().mean([1], keepdim: true).sqrt();
            Window = (window - Mean) / Deviation;

            var forecasts = new WindowForecasts();
            new WindowForecaster(model).Run([new WindowPosition(_series, End)], forecasts, threads: 1);
            Forecasts = forecasts.Values(0).ToArray();
        }

        /// <summary>[C, 12], in its own units.</summary>
        public Tensor Window { get; }

        public Tensor Mean { get; }

        public Tensor Deviation { get; }

        /// <summary>[C horizon] our own.</summary>
        public float[] Forecasts { get; }

        public Tensor this[string name] => tensor(_tensors[name].Values, _tensors[name].Shape);

        /// <summary>[count] steps of what is known beforehand, standardised.</summary>
        public Tensor Known(int start, int count) =>
            (tensor(_series.Known(0, start, count).ToArray()) - this["known_mean"]) / this["known_deviation"];

        public GRU Gru(string name)
        {
            GRU gru = nn.GRU(_tensors[$"{name}.weight_ih_l0"].Shape[1], _tensors[$"{name}.weight_hh_l0"].Shape[1], batchFirst: true);
            using (no_grad())
                foreach (var (parameter, values) in gru.named_parameters())
                    values.copy_(this[$"{name}.{parameter}"]);
            return gru;
        }

        public Tensor Head(Tensor states) => states.matmul(this["head.0.weight"].t()) + this["head.0.bias"];
    }
}
