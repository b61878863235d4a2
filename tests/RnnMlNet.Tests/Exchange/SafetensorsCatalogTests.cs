using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>
/// What the import gives is a transformer like any other: it scores, predicts, is saved and loaded, and names its classes.
/// </summary>
[TestFixture]
public class SafetensorsCatalogTests
{
    // An Elman network of two units over one feature and a linear layer of one output, as PyTorch's users have it on disk: header sorted by
    // name, padded to 8 bytes. Put together by another program than this library.
    private const string Golden =
        "yAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCJmYy5iaWFzIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsxXSwiZGF0YV9vZmZz"
        + "ZXRzIjpbMCw0XX0sImZjLndlaWdodCI6eyJkdHlwZSI6IkYzMiIs"
        + "InNoYXBlIjpbMSwyXSwiZGF0YV9vZmZzZXRzIjpbNCwxMl19LCJybm5fY2VsbC5iaWFzX2hoX2wwIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyXS"
        + "wiZGF0YV9vZmZzZXRzIjpbMTIsMjBdfSwicm5uX2NlbGwuYmlhc19p"
        + "aF9sMCI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzIwLDI4XX0sInJubl9jZWxsLndlaWdodF9oaF9sMCI6eyJkdH"
        + "lwZSI6IkYzMiIsInNoYXBlIjpbMiwyXSwiZGF0YV9vZmZzZXRzIjpb"
        + "MjgsNDRdfSwicm5uX2NlbGwud2VpZ2h0X2loX2wwIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDFdLCJkYXRhX29mZnNldHMiOls0NCw1Ml19fS"
        + "AAAIA+AAAAQAAAgL8AAAA+AAAAAAAAgL4AAAA/AAAAPwAAAL8AAIA+"
        + "AAAAAAAAgD8AAAC/";

    private readonly MLContext _ml = new(seed: 1);

    // The three rows' scores were computed apart from this library, in double precision.
    [TestCase(CellKind.Elman, new[] { -0.7846203241212144, -0.46903226063012127, 0.25 })]
    [TestCase(CellKind.ElmanRelu, new[] { 0.0, -0.015625, 0.25 })]
    public void A_golden_file_scores_as_computed_by_hand(CellKind cell, double[] expected)
    {
        IDataView data = new MemoryView().Vector("Features", MemoryView.VariableSingles, [1f, -2, 0.5f], [1f, 2, -0.5f], []);
        RnnRegressionTransformer transformer = _ml.Regression.LoadRnnSafetensors(
            new MemoryStream(Convert.FromBase64String(Golden)),
            data.Schema,
            new RnnImportOptions { Cell = cell, FeaturesPerStep = 1 }
        );
        Assert.That(Scores.Of(transformer, data).Select(score => score[0]), Is.EqualTo(expected).Within(1e-6));
    }

    [Test]
    public void An_imported_model_is_saved_and_loaded([Values] TinyTask task)
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer imported = Imported(task, data.Schema);
        byte[] saved = SavedModel.Bytes(_ml, imported, data.Schema);
        ITransformer loaded = SavedModel.Load(new MLContext(), saved, out DataViewSchema schema);

        Assert.That(Scores.Of(loaded, data), Is.EqualTo(Scores.Of(imported, data)));
        Assert.That(loaded.GetType(), Is.EqualTo(imported.GetType()));
        Assert.That(schema.Select(column => column.Name), Is.EqualTo(data.Schema.Select(column => column.Name)));
        Assert.That(SavedModel.Entries(_ml, loaded, data.Schema), Is.EqualTo(SavedModel.Entries(_ml, imported, data.Schema)));
    }

    private class Prediction
    {
        public string PredictedName { get; set; } = "";
        public float[] Score { get; set; } = [];
    }

    [Test]
    public void Class_names_become_key_values_also_after_saving()
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer imported = Imported(TinyTask.Multiclass, data.Schema);
        ITransformer chain = _ml.Transforms.Conversion.MapKeyToValue("PredictedName", "PredictedLabel").Fit(imported.Transform(data));
        ITransformer model = SavedModel.Load(
            _ml,
            SavedModel.Bytes(_ml, new TransformerChain<ITransformer>(imported, chain), data.Schema),
            out _
        );

        using var engine = _ml.Model.CreatePredictionEngine<SequenceRow, Prediction>(model);
        string[] names = ["low", "middle", "high"];
        foreach (SequenceRow row in TinyData.Rows(6))
        {
            Prediction prediction = engine.Predict(row);
            Assert.That(prediction.PredictedName, Is.EqualTo(names[Array.IndexOf(prediction.Score, prediction.Score.Max())]));
            Assert.That(prediction.Score.Sum(), Is.EqualTo(1).Within(1e-6));
        }
        VBuffer<ReadOnlyMemory<char>> slots = default;
        imported.GetOutputSchema(data.Schema)["Score"].GetSlotNames(ref slots);
        Assert.That(slots.DenseValues().Select(name => name.ToString()), Is.EqualTo(names));
    }

    [Test]
    public void Without_class_names_the_predicted_label_is_a_plain_key()
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer imported = _ml.MulticlassClassification.LoadRnnSafetensors(
            File(TinyTask.Multiclass),
            data.Schema,
            new RnnImportOptions { FeatureColumnName = "Matrix" }
        );
        DataViewSchema.Column predicted = imported.GetOutputSchema(data.Schema)["PredictedLabel"];
        Assert.That(predicted.Type, Is.InstanceOf<KeyDataViewType>().With.Property("Count").EqualTo(3));
        Assert.That(predicted.HasKeyValues(), Is.False);
    }

    [Test]
    public void Every_kind_of_column_is_read(
        [Values(ColumnKind.Matrix, ColumnKind.Flat, ColumnKind.FeatureMajor, ColumnKind.Channels)] ColumnKind kind
    )
    {
        IDataView data = TinyData.Load(_ml);
        bool isFlat = kind is ColumnKind.Flat or ColumnKind.FeatureMajor;
        var options = new RnnImportOptions
        {
            FeatureColumnName = kind.Columns()[0],
            ChannelColumnNames = kind == ColumnKind.Channels ? kind.Columns() : null,
            FeaturesPerStep = isFlat ? SequenceRow.Features : null,
            Layout = kind == ColumnKind.FeatureMajor ? SequenceLayout.FeatureMajor : SequenceLayout.StepMajor,
        };
        ITransformer imported = _ml.Regression.LoadRnnSafetensors(File(TinyTask.Regression), data.Schema, options);
        Assert.That(Scores.Of(imported, data), Is.EqualTo(Scores.Of(Imported(TinyTask.Regression, data.Schema), data)));
    }

    private static IEnumerable<TestCaseData> BadOptions()
    {
        TestCaseData Case(string name, Action<RnnImportOptions> set, string sentence) =>
            new TestCaseData(set, sentence).SetArgDisplayNames(name);

        yield return Case("column", o => o.FeatureColumnName = " ", "FeatureColumnName is empty; it must name a column.");
        yield return Case("no such column", o => o.FeatureColumnName = "Nothing", "Could not find feature column 'Nothing'");
        yield return Case(
            "channels",
            o => o.ChannelColumnNames = [],
            "ChannelColumnNames is empty: name at least one column, or leave it null and use FeatureColumnName."
        );
        yield return Case("features", o => o.FeaturesPerStep = 0, "FeaturesPerStep is 0; it must be at least 1.");
        yield return Case("layout", o => o.Layout = (SequenceLayout)9, "Layout is 9; it must be one of StepMajor, FeatureMajor.");
        yield return Case(
            "cell",
            o => o.Cell = (CellKind)99,
            "Cell is 99; it must be one of Elman, ElmanRelu, Gru, Lstm, MinGru, MinLstm, SLstm, Lru."
        );
        yield return Case(
            "pooling",
            o => o.Pooling = 0,
            "Pooling is 0; it must be Last, Mean, Max, Attention or several of them combined."
        );
        yield return Case("hidden", o => o.HiddenSize = 0, "HiddenSize is 0; it must be at least 1.");
        yield return Case("layers", o => o.Layers = -1, "Layers is -1; it must be at least 1.");
        yield return Case(
            "no head",
            o => o.HeadNames = [],
            "HeadNames must name each of the head's linear layers once; leave it null to have them found."
        );
        yield return Case(
            "head twice",
            o => o.HeadNames = ["fc", "fc"],
            "HeadNames must name each of the head's linear layers once; leave it null to have them found."
        );
        yield return Case(
            "ignored",
            o => o.IgnoredNames = [""],
            "IgnoredNames must be an array of names, none of them empty; an empty array ignores nothing."
        );
        yield return Case(
            "classes",
            o => o.ClassNames = ["one"],
            "ClassNames must name two classes or more; leave it null to have keys without names."
        );
        yield return Case(
            "classes of a regression",
            o => o.ClassNames = ["one", "two"],
            "ClassNames is for multiclass classification; leave it null."
        );
        yield return Case(
            "means alone",
            o => o.FeatureMeans = [1, 2],
            "FeatureMeans and FeatureDeviations go together: set both or neither."
        );
        yield return Case(
            "deviations alone",
            o => o.LabelDeviations = [1],
            "LabelMeans and LabelDeviations go together: set both or neither."
        );
        yield return Case(
            "means and deviations",
            o => (o.FeatureMeans, o.FeatureDeviations) = ([1, 2], [1]),
            "FeatureMeans has 2 values, but FeatureDeviations has 1."
        );
        yield return Case(
            "means",
            o => (o.FeatureMeans, o.FeatureDeviations) = ([1, float.NaN], [1, 1]),
            "FeatureMeans is [1, NaN]; all must be finite numbers."
        );
        yield return Case(
            "deviations",
            o => (o.FeatureMeans, o.FeatureDeviations) = ([1, 2], [1, 0]),
            "FeatureDeviations is [1, 0]; all must be finite numbers above 0."
        );
    }

    [TestCaseSource(nameof(BadOptions))]
    public void A_wrong_option_is_refused(Action<RnnImportOptions> set, string sentence)
    {
        var options = new RnnImportOptions { FeatureColumnName = "Matrix" };
        set(options);
        Refused.Argument(() => _ml.Regression.LoadRnnSafetensors(File(TinyTask.Regression), TinyData.Load(_ml).Schema, options), sentence);
    }

    [Test]
    public void Label_scaling_is_for_regression()
    {
        var options = new RnnImportOptions
        {
            FeatureColumnName = "Matrix",
            LabelMeans = [0, 0, 0],
            LabelDeviations = [1, 1, 1],
        };
        Refused.Argument(
            () => _ml.MulticlassClassification.LoadRnnSafetensors(File(TinyTask.Multiclass), TinyData.Load(_ml).Schema, options),
            "LabelMeans and LabelDeviations are for regression; leave them null."
        );

        IDataView data = TinyData.Load(_ml);
        float[][] plain = Scores.Of(Imported(TinyTask.Regression, data.Schema), data);
        options = new RnnImportOptions
        {
            FeatureColumnName = "Matrix",
            LabelMeans = [10],
            LabelDeviations = [2],
        };
        float[][] scaled = Scores.Of(_ml.Regression.LoadRnnSafetensors(File(TinyTask.Regression), data.Schema, options), data);
        Assert.That(scaled.Select(score => score[0]), Is.EqualTo(plain.Select(score => 10 + 2 * score[0])).Within(1e-5));
    }

    private ITransformer Imported(TinyTask task, DataViewSchema schema)
    {
        var options = new RnnImportOptions
        {
            FeatureColumnName = "Matrix",
            ClassNames = task is TinyTask.Multiclass or TinyTask.MultiLabel or TinyTask.MultiLabelTags ? ["low", "middle", "high"] : null,
        };
        return task switch
        {
            TinyTask.Multiclass => _ml.MulticlassClassification.LoadRnnSafetensors(File(task), schema, options),
            TinyTask.Binary => _ml.BinaryClassification.LoadRnnSafetensors(File(task), schema, options),
            TinyTask.MultiLabel => _ml.MulticlassClassification.LoadRnnMultiLabelSafetensors(File(task), schema, options),
            TinyTask.MultiLabelTags => _ml.MulticlassClassification.LoadRnnMultiLabelTaggerSafetensors(File(task), schema, options),
            _ => _ml.Regression.LoadRnnSafetensors(File(task), schema, options),
        };
    }

    /// <summary>A GRU of 4 units over 2 features, as a PyTorch user's file.</summary>
    private static MemoryStream File(TinyTask task)
    {
        int outputs = task switch
        {
            TinyTask.Multiclass or TinyTask.MultiLabel or TinyTask.MultiLabelTags => 3,
            TinyTask.MultiTarget => 2,
            _ => 1,
        };
        return new MemoryStream(
            SafetensorsBytes.Of([
                SafetensorsBytes.Tensor("gru.weight_ih_l0", 12, 2),
                SafetensorsBytes.Tensor("gru.weight_hh_l0", 12, 4),
                SafetensorsBytes.Tensor("gru.bias_ih_l0", 12),
                SafetensorsBytes.Tensor("gru.bias_hh_l0", 12),
                SafetensorsBytes.Tensor("fc.weight", outputs, 4),
                SafetensorsBytes.Tensor("fc.bias", outputs),
            ])
        );
    }
}
