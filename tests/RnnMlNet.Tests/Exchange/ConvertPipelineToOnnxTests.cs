using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.OnnxRuntime;
using NUnit.Framework;
using RnnMlNet.Tests.Engines.Torch;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>Pipelines with a recurrent transformer that ML.NET's ConvertToOnnx converts, and those that it refuses.</summary>
public sealed class ConvertPipelineToOnnxTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Words_of_a_text_become_scores_and_the_name_of_a_class()
    {
        string[] texts = ["not good", "good", "not bad", "bad", "very good", "really not very good at all", "unknown words", "bad not"];
        IDataView data = Sentences(texts);
        var model = _ml
            .Transforms.Conversion.MapValueToKey("Label", "Mood")
            .Append(_ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Tokens", "Words"))
            .Append(_ml.MulticlassClassification.Trainers.Rnn(TokenOptions(new RnnMulticlassTrainer.Options())))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedMood", "PredictedLabel"))
            .Fit(data);
        string[] asked = [.. texts, "never seen", "not never seen good"];
        IDataView scored = model.Transform(Sentences(asked));
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        string[] moods = [.. scored.GetColumn<string>("PredictedMood")];

        using var run = OnnxRun.Of(stream => _ml.Model.ConvertToOnnx(model, data, stream));
        for (int i = 0; i < asked.Length; i++)
        {
            // One row at a time: the tokenizer's operators join all rows into one.
            OnnxResult result = run.Run(OnnxRun.Value("Text", new[] { asked[i] }, 1, 1), OnnxRun.Value("Mood", new[] { "up" }, 1, 1));
            Assert.That(result.Floats("Score.output"), Is.EqualTo(scores[i]).Within(1e-4), asked[i]);
            Assert.That(result.Of<string>("PredictedMood.output"), Is.EqualTo(new[] { moods[i] }), asked[i]);
        }
    }

    [Test]
    public void A_learned_vocabulary_maps_unknown_words_too([Values] bool lowerCase)
    {
        string[] texts = ["not good", "good", "not bad", "bad", "very good", "really not very good at all", "bad not", "so bad"];
        IDataView data = Sentences(texts);
        var model = _ml
            .Transforms.Conversion.MapValueToKey("Label", "Mood")
            .Append(_ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
            .Append(_ml.Transforms.Text.LearnVocabulary("Tokens", "Words", lowerCase: lowerCase))
            .Append(_ml.MulticlassClassification.Trainers.Rnn(TokenOptions(new RnnMulticlassTrainer.Options())))
            .Fit(data);
        if (lowerCase)
        {
            Refused.Operation(
                () => _ml.Model.ConvertToOnnx(model, data, Stream.Null),
                "ConvertToOnnx cannot convert the vocabulary of column 'Words', as it maps words to lower case or folds digits, for which "
                    + "ONNX has no operator that computes the same: change the words before LearnVocabulary, without LowerCase and "
                    + "FoldDigits, or convert the transformers after it, which read keys."
            );
            return;
        }
        string[] asked = [.. texts, "never seen", "not never seen good"];
        float[][] scores = Scores.Of(model, Sentences(asked));
        using var run = OnnxRun.Of(stream => _ml.Model.ConvertToOnnx(model, data, stream));
        for (int i = 0; i < asked.Length; i++)
        {
            OnnxResult result = run.Run(OnnxRun.Value("Text", new[] { asked[i] }, 1, 1), OnnxRun.Value("Mood", new[] { "up" }, 1, 1));
            Assert.That(result.Floats("Score.output"), Is.EqualTo(scores[i]).Within(1e-4), asked[i]);
        }
    }

    [Test]
    public void The_keys_of_a_vector_of_words_are_an_output()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(
            (Pair[])[new() { Words = ["a", "b"] }, new() { Words = ["b", ""] }, new() { Words = ["c", "a"] }]
        );
        ITransformer model = _ml.Transforms.Text.LearnVocabulary("Tokens", "Words").Fit(data);
        using var run = OnnxRun.Of(stream => _ml.Model.ConvertToOnnx(model, data, stream));
        OnnxResult result = run.Run(OnnxRun.Value("Words", new[] { "b", "a", "never", "b", "", "c" }, 3, 2));
        Assert.That(result.Of<uint>("Tokens.output"), Is.EqualTo(new uint[] { 3, 2, 1, 3, 0, 1 }));
    }

    [Test]
    public void Channels_that_are_concatenated_and_scaled_become_the_regression_s_score()
    {
        SequenceRow[] rows = TinyData.Rows();
        IDataView data = TinyData.Load(_ml, rows);
        var options = Tiny.Options(new RnnRegressionTrainer.Options(), TinyTask.Regression, ColumnKind.FeatureMajor);
        options.FeatureColumnName = "Scaled";
        var model = _ml
            .Transforms.Concatenate("Joined", "ChannelA", "ChannelB")
            .Append(_ml.Transforms.NormalizeMinMax("Scaled", "Joined"))
            .Append(_ml.Regression.Trainers.Rnn(options))
            .Append(_ml.Transforms.CopyColumns("Forecast", "Score"))
            .Fit(data);
        IDataView channels = Only("Channel", rows);

        using var run = OnnxRun.Of(stream => _ml.Model.ConvertToOnnx(model, channels, stream));
        OnnxResult result = run.Run(
            OnnxRun.Value("ChannelA", rows.SelectMany(row => row.ChannelA).ToArray(), rows.Length, SequenceRow.Steps),
            OnnxRun.Value("ChannelB", rows.SelectMany(row => row.ChannelB).ToArray(), rows.Length, SequenceRow.Steps)
        );
        Assert.That(result.Floats("Forecast.output"), Is.EqualTo(model.Transform(channels).GetColumn<float>("Score")).Within(1e-4));
    }

    [Test]
    public void A_model_that_was_saved_and_loaded_is_converted_too()
    {
        SequenceRow[] rows = TinyData.Rows();
        IDataView data = TinyData.Load(_ml, rows);
        using var file = new MemoryStream();
        _ml.Model.Save(Tiny.Binary(_ml).Fit(data), data.Schema, file);
        file.Position = 0;
        ITransformer loaded = _ml.Model.Load(file, out _);
        IDataView sequences = Only("Matrix", rows);

        using var run = OnnxRun.Of(stream => _ml.Model.ConvertToOnnx(loaded, sequences, stream));
        OnnxResult result = run.Run(Matrix(rows));
        float[] expected = [.. loaded.Transform(sequences).GetColumn<float>("Probability")];
        Assert.That(result.Floats("Probability.output"), Is.EqualTo(expected).Within(1e-4));
    }

    [Test]
    public void Numbers_need_opset_9_and_tokens_11()
    {
        SequenceRow[] rows = TinyData.Rows();
        IDataView data = TinyData.Load(_ml, rows);
        using var numbers = Tiny.Regression(_ml).Fit(data);
        using var tokens = Tiny.Regression(_ml, ColumnKind.Tokens).Fit(data);
        IDataView matrix = Only("Matrix", rows),
            keys = Only("Tokens", rows);

        using var run = OnnxRun.Of(stream => _ml.Model.ConvertToOnnx(numbers, matrix, 9, stream));
        OnnxResult result = run.Run(Matrix(rows));
        Assert.That(result.Floats("Score.output"), Is.EqualTo(numbers.Transform(matrix).GetColumn<float>("Score")).Within(1e-4));
        Assert.That(() => _ml.Model.ConvertToOnnx(tokens, keys, 10, Stream.Null), Throws.Exception.With.Message.Contains("11"));
        Assert.That(() => _ml.Model.ConvertToOnnx(tokens, keys, 11, Stream.Null), Throws.Nothing);
    }

    [Test]
    public void A_tagger_is_refused([Values] bool withValues)
    {
        IDataView data = TinyTags.Load(_ml);
        ITransformer model = withValues
            ? TinyTags.Trainer(_ml).Append(_ml.Transforms.Conversion.MapKeyToValue("Tag", "PredictedLabel")).Fit(data)
            : TinyTags.Trainer(_ml).Fit(data);
        AssertRefused(model, data);
        AssertRefused(Tiny.MultiLabelTags(_ml).Fit(data), data);
    }

    [Test]
    public void A_cell_that_takes_an_operator_with_a_graph_of_its_own_is_refused()
    {
        IDataView data = TinyData.Load(_ml);
        using var model = Tiny.Binary(_ml, configure: options => options.Cell = CellKind.SLstm).Fit(data);
        AssertRefused(model, data);
    }

    [Test]
    public void A_cell_of_the_users_own_is_refused()
    {
        using var registered = new RegisteredCell("converter's", (input, hidden) => new GatedCell(input, hidden));
        IDataView data = TinyData.Load(_ml);
        using var model = Tiny.Binary(_ml, configure: options => options.CustomCell = "converter's").Fit(data);
        AssertRefused(model, data);
    }

    [Test]
    public void A_forecaster_is_refused([Values] bool isBetweenOthers)
    {
        // The converter has no type for times.
        var schema = SchemaDefinition.Create(typeof(SeriesStep));
        schema.RemoveAll(column => column.ColumnName is not (nameof(SeriesStep.Value) or nameof(SeriesStep.Past)));
        IDataView data = _ml.Data.LoadFromEnumerable(TinySeries.Steps(60), schema);
        RnnForecastingEstimator forecaster = TinySeries.Estimator(_ml);
        ITransformer model = isBetweenOthers
            ? _ml
                .Transforms.CopyColumns("Copy", nameof(SeriesStep.Past))
                .Append(forecaster)
                .Append(_ml.Transforms.CopyColumns("Next", "Forecast"))
                .Fit(data)
            : forecaster.Fit(data);
        using var stream = new MemoryStream();
        Refused.Operation(
            () => _ml.Model.ConvertToOnnx(model, data, stream),
            "ConvertToOnnx cannot convert a pipeline with a forecaster: a forecast depends on all rows of its series up to a row, and a "
                + "converted model reads each row alone. Save the forecaster with its SaveAsOnnx, whose inputs are windows of series."
        );
        Assert.That(stream.Length, Is.Zero);
    }

    /// <summary>
    /// As behind a transformer that could not make the network's columns: the converter then reports the missing outputs.
    /// </summary>
    [Test]
    public void Nothing_is_added_where_the_converter_has_not_got_the_column()
    {
        IDataView data = TinyData.Load(_ml);
        using var model = Tiny.Regression(_ml).Fit(data);
        OnnxContext context = EmptyModel();
        ((ITransformCanSaveOnnx)model.Transform(data)).SaveAsOnnx(context);
        Assert.That(context.ContainsColumn("Score"), Is.False);
    }

    /// <summary>The converter's own model in the making, which it keeps internal.</summary>
    private OnnxContext EmptyModel()
    {
        Type type = typeof(OnnxExportExtensions).Assembly.GetType("Microsoft.ML.Model.OnnxConverter.OnnxContextImpl", throwOnError: true)!;
        ConstructorInfo constructor = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Single();
        object?[] arguments = [_ml, "model", "producer", "1", 0L, "domain", OnnxVersion.Stable, 12];
        return (OnnxContext)constructor.Invoke([.. arguments.Take(constructor.GetParameters().Length)]);
    }

    private IDataView Sentences(IEnumerable<string> texts) =>
        _ml.Data.LoadFromEnumerable(
            texts
                .Select(text => new Sentence { Text = text, Mood = text.Contains("not", StringComparison.Ordinal) ? "down" : "up" })
                .ToArray()
        );

    private static NamedOnnxValue Matrix(SequenceRow[] rows) =>
        OnnxRun.Value("Matrix", rows.SelectMany(row => row.Matrix).ToArray(), rows.Length, SequenceRow.Steps, SequenceRow.Features);

    /// <summary>A view of the columns alone whose names begin so: what is in the view is an input of the converted model.</summary>
    private IDataView Only(string prefix, SequenceRow[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(SequenceRow));
        schema.RemoveAll(column => !column.ColumnName.StartsWith(prefix, StringComparison.Ordinal));
        return _ml.Data.LoadFromEnumerable(rows, schema);
    }

    private void AssertRefused(ITransformer model, IDataView data)
    {
        using var stream = new MemoryStream();
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Model.ConvertToOnnx(model, data, stream))!;
        Assert.That(error.Message, Does.Contain("fully converted into a well-defined ONNX model"));
        Assert.That(stream.Length, Is.Zero);
    }

    private static TOptions TokenOptions<TOptions>(TOptions options)
        where TOptions : RnnOptions
    {
        (options.FeatureColumnName, options.HiddenSize, options.EmbeddingSize) = ("Tokens", 4, 4);
        (options.MaxEpochs, options.ValidationFraction) = (2, 0);
        return options;
    }

    private sealed class Pair
    {
        [VectorType(2)]
        public string[] Words { get; set; } = ["", ""];
    }

    private sealed class Sentence
    {
        public string Text { get; set; } = "";
        public string Mood { get; set; } = "";
    }
}
