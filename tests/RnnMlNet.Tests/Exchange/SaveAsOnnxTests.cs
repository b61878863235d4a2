using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using NUnit.Framework;
using RnnMlNet.Tests.Engines.Torch;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>SaveAsOnnx of fitted transformers; ONNX Runtime's outputs beside the columns that they add.</summary>
public sealed class SaveAsOnnxTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly SequenceRow[] _rows = TinyData.Rows(count: 12, seed: 2);

    [Test]
    public void Multiclass_puts_out_probabilities_and_the_class([Values(ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind)
    {
        using var model = Tiny.Multiclass(_ml, kind, Tiny.LearnWell).Fit(TinyData.Load(_ml));
        IDataView scored = model.Transform(TinyData.Load(_ml, _rows));
        using OnnxRun run = OnnxRun.Of(model.SaveAsOnnx);
        OnnxResult result = run.Run(Inputs(kind));

        Assert.That(result.Names, Is.EquivalentTo(new[] { "score", "predicted_label" }));
        Assert.That(result.Floats("score"), Is.EqualTo(Scores.Of(scored).SelectMany(score => score)).Within(1e-4));
        Assert.That(result.Of<long>("predicted_label"), Is.EqualTo(scored.GetColumn<uint>("PredictedLabel").Select(key => (long)key - 1)));
        Assert.That(
            result.Of<long>("predicted_label").Distinct().Count(),
            Is.EqualTo(3),
            "all classes predicted, so that their order is checked"
        );
        Assert.That(run.Metadata.CustomMetadataMap["class_names"], Is.EqualTo("""["low","middle","high"]"""));
    }

    [Test]
    public void Binary_puts_out_logit_probability_and_label([Values(ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind)
    {
        using var model = Tiny.Binary(_ml, kind, Tiny.LearnWell).Fit(TinyData.Load(_ml));
        IDataView scored = model.Transform(TinyData.Load(_ml, _rows));
        using OnnxRun run = OnnxRun.Of(model.SaveAsOnnx);
        OnnxResult result = run.Run(Inputs(kind));

        Assert.That(result.Names, Is.EquivalentTo(new[] { "score", "probability", "predicted_label" }));
        Assert.That(result.Floats("score"), Is.EqualTo(scored.GetColumn<float>("Score")).Within(1e-4));
        Assert.That(result.Floats("probability"), Is.EqualTo(scored.GetColumn<float>("Probability")).Within(1e-4));
        Assert.That(result.Of<bool>("predicted_label"), Is.EqualTo(scored.GetColumn<bool>("PredictedLabel")));
        Assert.That(result.Of<bool>("predicted_label"), Does.Contain(true).And.Contain(false));
        Assert.That(run.Metadata.CustomMetadataMap, Is.Empty);
    }

    [Test]
    public void Regression_puts_out_targets_in_the_labels_units(
        [Values(TinyTask.Regression, TinyTask.MultiTarget)] TinyTask task,
        [Values(ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind
    )
    {
        using var model = (RnnRegressionTransformer)Tiny.Trainer(_ml, task, kind, Tiny.LearnWell).Fit(TinyData.Load(_ml));
        float[][] expected = Scores.Of(model, TinyData.Load(_ml, _rows));
        using OnnxRun run = OnnxRun.Of(model.SaveAsOnnx);
        OnnxResult result = run.Run(Inputs(kind));

        Assert.That(result.Names, Is.EquivalentTo(new[] { "score" }));
        Assert.That(result.Floats("score"), Is.EqualTo(expected.SelectMany(score => score)).Within(1e-4));
        Assert.That(result.Floats("score").Max(), Is.GreaterThan(5), "labels go to 10");
    }

    /// <summary>The columns' layout is the transformer's business: the model's input is step-major.</summary>
    [Test]
    public void Features_are_step_major_whatever_the_column(
        [Values(ColumnKind.Matrix, ColumnKind.FeatureMajor, ColumnKind.Channels)] ColumnKind kind
    )
    {
        using var model = Tiny.Regression(_ml, kind).Fit(TinyData.Load(_ml));
        using OnnxRun run = OnnxRun.Of(model.SaveAsOnnx);
        float[] steps = [.. _rows.SelectMany(row => row.Flat)];
        OnnxResult result = run.Run(
            OnnxRun.Value("features", steps, _rows.Length, SequenceRow.Steps, SequenceRow.Features),
            OnnxRun.Value("lengths", Enumerable.Repeat((long)SequenceRow.Steps, _rows.Length).ToArray(), _rows.Length)
        );

        Assert.That(
            result.Floats("score"),
            Is.EqualTo(Scores.Of(model, TinyData.Load(_ml, _rows)).SelectMany(score => score)).Within(1e-4)
        );
    }

    [Test]
    public void A_loaded_model_writes_the_same_bytes([Values] TinyTask task)
    {
        ITransformer model = Tiny.Trainer(_ml, task).Fit(TinyData.Load(_ml));
        ITransformer loaded = SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, null), out _);

        Assert.That(Bytes(loaded), Is.EqualTo(Bytes(model)));
    }

    [Test]
    public void Class_names_that_are_no_text_are_written_as_text()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(TinyData.Rows());
        data = _ml.Transforms.Conversion.MapValueToKey(TinyData.ClassLabel, nameof(SequenceRow.Weight)).Fit(data).Transform(data);
        using var model = Tiny.Multiclass(_ml).Fit(data);
        using OnnxRun run = OnnxRun.Of(model.SaveAsOnnx);

        Assert.That(run.Metadata.CustomMetadataMap["class_names"], Is.EqualTo("""["1","2"]"""));
    }

    [Test]
    public void A_file_that_is_there_is_replaced()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("model.onnx");
        File.WriteAllBytes(path, new byte[1_000_000]);
        using var model = Tiny.Regression(_ml).Fit(TinyData.Load(_ml));

        model.SaveAsOnnx(path);

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(Bytes(model)));
    }

    [Test]
    public void A_stream_stays_open_behind_what_was_written()
    {
        using var model = Tiny.Regression(_ml).Fit(TinyData.Load(_ml));
        using var stream = new MemoryStream();

        model.SaveAsOnnx(stream);

        Assert.That((stream.CanWrite, stream.Position), Is.EqualTo((true, (long)Bytes(model).Length)));
    }

    [Test]
    public void A_cell_of_the_users_own_is_refused_and_no_file_is_made()
    {
        using var registered = new RegisteredCell("exporter's", (input, hidden) => new GatedCell(input, hidden));
        using var folder = new TemporaryFolder();
        using var model = Tiny.Binary(_ml, configure: options => options.CustomCell = "exporter's").Fit(TinyData.Load(_ml));

        Refused.Operation(
            () => model.SaveAsOnnx(folder.PathOf("model.onnx")),
            "The network cannot be saved as ONNX: its cell 'exporter's' is a custom cell, and ONNX has operators for Elman, "
                + "ElmanRelu, Gru, Lstm, MinGru, MinLstm, SLstm, Lru only. "
                + "Save the model with mlContext.Model.Save, or train it with one of those cells."
        );
        Assert.That(File.Exists(folder.PathOf("model.onnx")), Is.False);
    }

    [Test]
    public void No_path_and_no_stream_are_refused()
    {
        using var model = Tiny.Regression(_ml).Fit(TinyData.Load(_ml));

        Assert.That(() => model.SaveAsOnnx(" "), Throws.InstanceOf<ArgumentException>().With.Message.Contains("path"));
        Assert.That(() => model.SaveAsOnnx((Stream)null!), Throws.ArgumentNullException.With.Message.Contains("stream"));
    }

    private static byte[] Bytes(ITransformer model)
    {
        using var stream = new MemoryStream();
        switch (model)
        {
            case RnnMulticlassTransformer multiclass:
                multiclass.SaveAsOnnx(stream);
                break;
            case RnnBinaryTransformer binary:
                binary.SaveAsOnnx(stream);
                break;
            case RnnMultiLabelTransformer multiLabel:
                multiLabel.SaveAsOnnx(stream);
                break;
            case RnnMultiLabelTaggerTransformer tagger:
                tagger.SaveAsOnnx(stream);
                break;
            default:
                ((RnnRegressionTransformer)model).SaveAsOnnx(stream);
                break;
        }
        return stream.ToArray();
    }

    /// <summary>The rows' ragged columns, padded.</summary>
    private NamedOnnxValue[] Inputs(ColumnKind kind)
    {
        const int Time = SequenceRow.Steps;
        long[] lengths = [.. _rows.Select(row => (long)row.RaggedTokens.Length)];
        NamedOnnxValue sequence =
            kind == ColumnKind.Ragged
                ? OnnxRun.Value(
                    "features",
                    Padded(row => row.Ragged, Time * SequenceRow.Features, float.NaN),
                    _rows.Length,
                    Time,
                    SequenceRow.Features
                )
                : OnnxRun.Value("tokens", Padded(row => [.. row.RaggedTokens.Select(key => key - 1L)], Time, -1L), _rows.Length, Time);
        return [sequence, OnnxRun.Value("lengths", lengths, _rows.Length)];
    }

    private T[] Padded<T>(Func<SequenceRow, T[]> values, int width, T padding) =>
        [.. _rows.SelectMany(row => values(row).Concat(Enumerable.Repeat(padding, width - values(row).Length)))];
}
