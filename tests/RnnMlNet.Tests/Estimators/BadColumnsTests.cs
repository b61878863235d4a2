using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Columns that do not fit: a sentence in ML.NET's style before any row is read.</summary>
[TestFixture]
public class BadColumnsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void No_such_feature_column() => FitRefuses(o => o.FeatureColumnName = "Missing", "Could not find feature column 'Missing'");

    [Test]
    public void No_such_channel_column() =>
        FitRefuses(o => o.ChannelColumnNames = [nameof(SequenceRow.ChannelA), "Missing"], "Could not find feature column 'Missing'");

    [Test]
    public void No_such_weight_column() => FitRefuses(o => o.ExampleWeightColumnName = "Missing", "Could not find weight column 'Missing'");

    [Test]
    public void No_such_label_column([Values] TinyTask task) =>
        Refused.Argument(
            () => Tiny.Trainer(_ml, task, configure: o => o.LabelColumnName = "Missing").Fit(TinyData.Load(_ml)),
            "Could not find label column 'Missing'"
        );

    [Test]
    public void A_feature_column_of_text() =>
        FitRefuses(
            o => o.FeatureColumnName = nameof(SequenceRow.Name),
            "Schema mismatch for feature column 'Name': expected a vector of Single or of keys "
                + "(cut texts into words with mlContext.Transforms.Text.TokenizeIntoWords(\"Name\"), and make keys of the words with "
                + "mlContext.Transforms.Conversion.MapValueToKey(\"Name\")), got String"
        );

    [Test]
    public void A_feature_column_of_one_number() =>
        FitRefuses(
            o => o.FeatureColumnName = nameof(SequenceRow.Number),
            "Schema mismatch for feature column 'Number': expected a vector of Single or of keys, got Single"
        );

    [Test]
    public void A_step_column_of_one_number() =>
        FitRefuses(
            o => o.ChannelColumnNames = [nameof(SequenceRow.ChannelA), nameof(SequenceRow.Number)],
            "Schema mismatch for feature column 'Number': expected a vector of Single, one value a step or [steps, features], or a vector "
                + "of keys, got Single"
        );

    [Test]
    public void A_static_column_that_is_a_sequence() =>
        FitRefuses(
            o => o.StaticColumnNames = [nameof(SequenceRow.Ragged)],
            "Schema mismatch for static column 'Ragged': expected a number, a Boolean, a key, or a vector of Single of known size, got "
                + "VarVector<Single>"
        );

    [Test]
    public void A_static_column_that_is_missing() =>
        FitRefuses(o => o.StaticColumnNames = ["Nowhere"], "Could not find static column 'Nowhere'");

    [Test]
    public void A_time_column_that_has_one_time() =>
        FitRefuses(
            o => o.TimeColumnName = nameof(SequenceRow.Number),
            "Schema mismatch for time column 'Number': expected a vector of DateTime, DateTimeOffset or numbers, one value a step, got "
                + "Single"
        );

    [Test]
    public void A_weight_of_another_type() =>
        FitRefuses(
            o => o.ExampleWeightColumnName = nameof(SequenceRow.Positive),
            "Schema mismatch for weight column 'Positive': expected Single (make it with "
                + "mlContext.Transforms.Conversion.ConvertType(\"Positive\", outputKind: DataKind.Single)), got Boolean"
        );

    [Test]
    public void A_multiclass_label_that_is_no_key() =>
        Refused.Argument(
            () => Tiny.Multiclass(_ml, configure: o => o.LabelColumnName = nameof(SequenceRow.Class)).Fit(TinyData.Load(_ml)),
            "Schema mismatch for label column 'Class': expected Key<UInt32> of known count (make one with MapValueToKey), got String"
        );

    [Test]
    public void A_binary_label_that_is_a_number() =>
        Refused.Argument(
            () => Tiny.Binary(_ml, configure: o => o.LabelColumnName = nameof(SequenceRow.Number)).Fit(TinyData.Load(_ml)),
            "Schema mismatch for label column 'Number': expected Boolean (make it with "
                + "mlContext.Transforms.Conversion.ConvertType(\"Number\", outputKind: DataKind.Boolean)), got Single"
        );

    [Test]
    public void A_regression_label_of_varying_length() =>
        Refused.Argument(
            () => Tiny.Regression(_ml, configure: o => o.LabelColumnName = nameof(SequenceRow.Ragged)).Fit(TinyData.Load(_ml)),
            "Schema mismatch for label column 'Ragged': expected Single, or a known-size vector of Single, got VarVector<Single>"
        );

    [Test]
    public void A_flat_column_without_FeaturesPerStep() =>
        FitRefuses(
            o => (o.FeatureColumnName, o.FeaturesPerStep) = (nameof(SequenceRow.Flat), null),
            "FeaturesPerStep is not set, and column 'Flat' of type Vector<Single, 10> does not state how many values a step has: set "
                + "FeaturesPerStep (1 for a single series)."
        );

    [Test]
    public void FeaturesPerStep_that_does_not_divide() =>
        FitRefuses(
            o => (o.FeatureColumnName, o.FeaturesPerStep) = (nameof(SequenceRow.Flat), 3),
            "Schema mismatch for feature column 'Flat': expected a size that is a multiple of FeaturesPerStep, 3, got a vector of 10 values"
        );

    [Test]
    public void FeaturesPerStep_other_than_the_columns_own() =>
        FitRefuses(
            o => o.FeaturesPerStep = 5,
            "FeaturesPerStep is 5, but column 'Matrix' of type Vector<Single, 5, 2> has 2 values per step."
        );

    [Test]
    public void FeaturesPerStep_of_tokens() =>
        FitRefuses(
            o => (o.FeatureColumnName, o.FeaturesPerStep) = (nameof(SequenceRow.Tokens), 1),
            "FeaturesPerStep is 1, but column 'Tokens' holds tokens"
        );

    [Test]
    public void Channels_of_differing_fixed_size() =>
        FitRefuses(
            o => o.ChannelColumnNames = [nameof(SequenceRow.ChannelA), nameof(SequenceRow.Flat)],
            "Schema mismatch for feature column 'Flat': expected 5 values, as the other channels have, got Vector<Single, 10>"
        );

    [Test]
    public void A_validation_set_without_the_columns()
    {
        IDataView data = TinyData.Load(_ml);
        IDataView validation = _ml.Transforms.DropColumns(nameof(SequenceRow.Matrix)).Fit(data).Transform(data);
        Refused.Argument(
            () => Tiny.Regression(_ml, configure: o => o.ValidationSet = validation).Fit(data),
            "Could not find feature column 'Matrix'"
        );
    }

    [Test]
    public void A_validation_set_with_other_features()
    {
        IDataView data = TinyData.Load(_ml);
        IDataView validation = _ml
            .Transforms.CopyColumns(nameof(SequenceRow.Matrix), nameof(SequenceRow.WiderMatrix))
            .Fit(data)
            .Transform(data);
        Refused.Argument(
            () => Tiny.Regression(_ml).Fit(data, validation),
            "Schema mismatch for feature column 'Matrix': expected 2 features per step, got 3 features per step"
        );
    }

    [Test]
    public void Patience_without_validation() =>
        FitRefuses(
            o => (o.EarlyStoppingPatience, o.ValidationFraction) = (3, 0),
            "EarlyStoppingPatience is 3, but there are no rows to validate on: set ValidationSet or a ValidationFraction above 0, or "
                + "EarlyStoppingPatience to 0."
        );

    [Test]
    public void A_model_refuses_data_of_another_width_eagerly()
    {
        IDataView data = TinyData.Load(_ml);
        IDataView wider = _ml.Transforms.CopyColumns(nameof(SequenceRow.Matrix), nameof(SequenceRow.WiderMatrix)).Fit(data).Transform(data);
        ITransformer model = Tiny.Regression(_ml).Fit(data);
        const string Sentence = "FeaturesPerStep is 2, but column 'Matrix' of type Vector<Single, 5, 3> has 3 values per step.";
        Refused.Argument(() => model.Transform(wider), Sentence);
        Refused.Argument(() => model.GetOutputSchema(wider.Schema), Sentence);
    }

    [Test]
    public void A_model_refuses_another_vocabulary()
    {
        IDataView data = TinyData.Load(_ml);
        IDataView richer = _ml
            .Transforms.CopyColumns(nameof(SequenceRow.Tokens), nameof(SequenceRow.RicherTokens))
            .Fit(data)
            .Transform(data);
        Refused.Argument(
            () => Tiny.Regression(_ml, ColumnKind.Tokens).Fit(data).Transform(richer),
            "Schema mismatch for feature column 'Tokens': expected a vector of keys with 7 values, as in training, got a vector of keys "
                + "with 9 values"
        );
    }

    // Refused by every trainer.
    private void FitRefuses(Action<RnnOptions> configure, string sentence)
    {
        foreach (TinyTask task in Enum.GetValues<TinyTask>())
            Refused.Argument(() => Tiny.Trainer(_ml, task, configure: configure).Fit(TinyData.Load(_ml)), sentence);
    }
}
