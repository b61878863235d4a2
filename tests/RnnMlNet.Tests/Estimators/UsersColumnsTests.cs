using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Columns of other numbers than Single, null options, and a context's device: they work, or an error states at once what
/// does.</summary>
[TestFixture]
public class UsersColumnsTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        [VectorType(4, 1)]
        public double[] Doubles { get; set; } = [];

        [VectorType(4, 1)]
        public int[] Integers { get; set; } = [];

        [VectorType(4, 1)]
        public bool[] Booleans { get; set; } = [];

        [VectorType(4, 1)]
        public byte[] Bytes { get; set; } = [];

        [VectorType(4, 1)]
        public float[] Singles { get; set; } = [];

        public double Double { get; set; }

        public int Integer { get; set; }

        public long Long { get; set; }

        public bool Boolean { get; set; }

        public float Single { get; set; }

        [VectorType(2)]
        public double[] Targets { get; set; } = [];

        public string Text { get; set; } = "";
    }

    private IDataView Data =>
        _ml.Data.LoadFromEnumerable([
            .. Enumerable
                .Range(0, 24)
                .Select(i => new Row
                {
                    Doubles = [i % 2, 1, 2, i],
                    Integers = [i % 2, 1, 2, i],
                    Booleans = [i % 2 == 0, true, false, true],
                    Bytes = [1, 2, 3, (byte)i],
                    Singles = [i % 2, 1, 2, i],
                    Double = i % 2,
                    Integer = i % 2,
                    Long = 1 + i % 2,
                    Boolean = i % 2 == 0,
                    Single = i % 2,
                    Targets = [i, 1],
                    Text = i % 2 == 0 ? "yes" : "no",
                }),
        ]);

    [TestCase("Doubles", "Vector<Double, 4, 1>")]
    [TestCase("Integers", "Vector<Int32, 4, 1>")]
    [TestCase("Booleans", "Vector<Boolean, 4, 1>")]
    [TestCase("Bytes", "Vector<Byte, 4, 1>")]
    public void Features_of_other_numbers_are_refused_with_what_to_do_and_then_work(string column, string type)
    {
        var trainer = _ml.BinaryClassification.Trainers.Rnn("Boolean", column, hiddenSize: 2, maxEpochs: 1);
        string sentence =
            $"Schema mismatch for feature column '{column}': expected a vector of Single or of keys (make it with "
            + $"mlContext.Transforms.Conversion.ConvertType(\"{column}\", outputKind: DataKind.Single)), got Vector<";
        Refused.Argument(() => trainer.Fit(Data), sentence);
        Refused.Argument(() => trainer.GetOutputSchema(SchemaShape.Create(Data.Schema)), sentence);

        var pipeline = _ml.Transforms.Conversion.ConvertType(column, outputKind: DataKind.Single).Append(trainer);
        Assert.That(() => pipeline.Fit(Data).Transform(Data).Preview(), Throws.Nothing, type);

        ITransformer model = _ml.BinaryClassification.Trainers.Rnn("Boolean", "Singles", hiddenSize: 2, maxEpochs: 1).Fit(Data);
        IDataView others = _ml.Transforms.CopyColumns("Singles", column).Fit(Data).Transform(Data);
        Refused.Argument(() => model.Transform(others), $"ConvertType(\"Singles\", outputKind: DataKind.Single)), got {type}");
    }

    [TestCase("Double")]
    [TestCase("Integer")]
    [TestCase("Boolean")]
    public void So_are_a_regressions_labels(string column)
    {
        var trainer = _ml.Regression.Trainers.Rnn(column, "Singles", hiddenSize: 2, maxEpochs: 1);
        Refused.Argument(
            () => trainer.Fit(Data),
            $"Schema mismatch for label column '{column}': expected Single, or a known-size vector of Single (make it with "
                + $"mlContext.Transforms.Conversion.ConvertType(\"{column}\", outputKind: DataKind.Single)), got "
        );
        var pipeline = _ml.Transforms.Conversion.ConvertType(column, outputKind: DataKind.Single).Append(trainer);
        Assert.That(_ml.Regression.Evaluate(pipeline.Fit(Data).Transform(Data), column).MeanAbsoluteError, Is.Not.NaN);
    }

    [Test]
    public void So_are_vectors_of_labels()
    {
        var trainer = _ml.Regression.Trainers.Rnn("Targets", "Singles", hiddenSize: 2, maxEpochs: 1);
        Refused.Argument(
            () => trainer.Fit(Data),
            "(make it with mlContext.Transforms.Conversion.ConvertType(\"Targets\", outputKind: DataKind.Single)), got Vector<Double"
        );
        Assert.That(
            () => _ml.Transforms.Conversion.ConvertType("Targets", outputKind: DataKind.Single).Append(trainer).Fit(Data),
            Throws.Nothing
        );
    }

    [TestCase("Double")]
    [TestCase("Integer")]
    [TestCase("Single")]
    public void So_are_labels_of_two_classes(string column)
    {
        var trainer = _ml.BinaryClassification.Trainers.Rnn(column, "Singles", hiddenSize: 2, maxEpochs: 1);
        Refused.Argument(
            () => trainer.Fit(Data),
            $"Schema mismatch for label column '{column}': expected Boolean (make it with "
                + $"mlContext.Transforms.Conversion.ConvertType(\"{column}\", outputKind: DataKind.Boolean)), got "
                + $"{column.Replace("Integer", "Int32")}"
        );
        var pipeline = _ml.Transforms.Conversion.ConvertType(column, outputKind: DataKind.Boolean).Append(trainer);
        Assert.That(_ml.BinaryClassification.Evaluate(pipeline.Fit(Data).Transform(Data), column).LogLoss, Is.Not.NaN);
    }

    [TestCase("Double")]
    [TestCase("Long")]
    [TestCase("Boolean")]
    public void So_are_weights(string column)
    {
        var trainer = _ml.BinaryClassification.Trainers.Rnn(
            "Boolean",
            "Singles",
            exampleWeightColumnName: column,
            hiddenSize: 2,
            maxEpochs: 1
        );
        Refused.Argument(
            () => trainer.Fit(Data),
            $"Schema mismatch for weight column '{column}': expected Single (make it with "
                + $"mlContext.Transforms.Conversion.ConvertType(\"{column}\", outputKind: DataKind.Single)), got "
        );
        var weighted = _ml.BinaryClassification.Trainers.Rnn(
            "Boolean",
            "Singles",
            exampleWeightColumnName: "Weight",
            hiddenSize: 2,
            maxEpochs: 1
        );
        Assert.That(
            () => _ml.Transforms.Conversion.ConvertType("Weight", column, DataKind.Single).Append(weighted).Fit(Data),
            Throws.Nothing
        );
    }

    [Test]
    public void Where_no_conversion_helps_none_is_named()
    {
        Refused.Argument(
            () => _ml.Regression.Trainers.Rnn("Text", "Singles").Fit(Data),
            "Schema mismatch for label column 'Text': expected Single, or a known-size vector of Single, got String"
        );
        Refused.Argument(
            () => _ml.BinaryClassification.Trainers.Rnn("Text", "Singles").Fit(Data),
            "Schema mismatch for label column 'Text': expected Boolean, got String"
        );
        Refused.Argument(
            () => _ml.MulticlassClassification.Trainers.Rnn("Integer", "Singles").Fit(Data),
            "expected Key<UInt32> of known count (make one with MapValueToKey), got Int32"
        );
        Refused.Argument(
            () => _ml.Regression.Trainers.Rnn("Single", "Double").Fit(Data),
            "expected a vector of Single or of keys, got Double"
        );
    }

    [Test]
    public void Options_that_are_null_are_an_argument_that_is_null()
    {
        Assert.That(() => _ml.MulticlassClassification.Trainers.Rnn(options: null!), Throws.ArgumentNullException);
        Assert.That(() => _ml.BinaryClassification.Trainers.Rnn(options: null!), Throws.ArgumentNullException);
        Assert.That(() => _ml.Regression.Trainers.Rnn(options: null!), Throws.ArgumentNullException);
        Assert.That(() => _ml.MulticlassClassification.Trainers.RnnSequenceTagger(options: null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Each_option_that_is_null_and_must_not_be_is_named([Values] TinyTask task)
    {
        var nullable = new System.Reflection.NullabilityInfoContext();
        foreach (var property in typeof(RnnOptions).GetProperties().Where(property => !property.PropertyType.IsValueType))
        {
            bool mayBeNull = nullable.Create(property).WriteState == System.Reflection.NullabilityState.Nullable;
            Action make = () => Tiny.Trainer(_ml, task, configure: options => property.SetValue(options, null));
            if (mayBeNull)
                Assert.That(make, Throws.Nothing, property.Name);
            else
                Assert.That(
                    Assert.Throws<ArgumentOutOfRangeException>(make, property.Name)!.Message,
                    Does.StartWith(property.Name + " is ")
                );
        }
    }

    [Test]
    public void So_is_each_of_a_forecasters()
    {
        var nullable = new System.Reflection.NullabilityInfoContext();
        foreach (
            var property in typeof(RnnForecastingEstimator.Options).GetProperties().Where(property => !property.PropertyType.IsValueType)
        )
        {
            var options = new RnnForecastingEstimator.Options
            {
                Columns = [new ForecastColumn { InputColumnName = "Value", OutputColumnName = "Forecast" }],
                WindowSize = 4,
                Horizon = 1,
            };
            property.SetValue(options, null);
            Action make = () => _ml.Forecasting.ForecastByRnn(options);
            if (nullable.Create(property).WriteState == System.Reflection.NullabilityState.Nullable)
                Assert.That(make, Throws.Nothing, property.Name);
            else
                Assert.That(Assert.Throws<ArgumentOutOfRangeException>(make, property.Name)!.Message, Does.Contain(property.Name));
        }
        Assert.That(() => _ml.Forecasting.ForecastByRnn((RnnForecastingEstimator.Options)null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Settings_of_an_experiment_that_are_null_are_named()
    {
        Assert.That(() => _ml.Rnn().CreateMulticlassExperiment(null!), Throws.ArgumentNullException);
        Refused.Argument(
            () => _ml.Rnn().CreateMulticlassExperiment(new RnnMlNet.Experiments.MulticlassExperimentSettings { Options = null! }),
            "Options is null; it must hold the options"
        );
        Refused.Argument(
            () => _ml.Rnn().CreateForecastingExperiment(new RnnMlNet.Experiments.ForecastingExperimentSettings { Options = null! }),
            "Options is null; it must hold the options"
        );
        Assert.That(() => ((MLContext)null!).Rnn(), Throws.ArgumentNullException);
    }

    [Test]
    public void A_contexts_GPU_is_the_device_where_the_options_leave_it_open()
    {
        var ml = new MLContext(seed: 1) { GpuDeviceId = 99, FallbackToCpu = false };
        IDataView data = TinyData.Load(ml);
        Refused.Operation(
            () => Tiny.Regression(ml, configure: options => options.Device = "auto").Fit(data),
            "Device is 'cuda:99', but this machine has cpu"
        );
        Assert.That(
            () => Tiny.Regression(ml, configure: options => options.Device = "cpu").Fit(data),
            Throws.Nothing,
            "An option of the trainer's own wins."
        );
        Refused.Operation(
            () =>
                ml
                    .Forecasting.ForecastByRnn(
                        new RnnForecastingEstimator.Options
                        {
                            Columns = [new ForecastColumn { InputColumnName = nameof(SequenceRow.Number), OutputColumnName = "Forecast" }],
                            WindowSize = 4,
                            Horizon = 1,
                            MaxEpochs = 1,
                            HiddenSize = 2,
                        }
                    )
                    .Fit(data),
            "Device is 'cuda:99', but this machine has cpu"
        );

        var falling = new MLContext(seed: 1) { GpuDeviceId = 99, FallbackToCpu = true };
        var log = new LogCapture(falling);
        Assert.That(
            () => Tiny.Regression(falling, configure: options => options.Device = "auto").Fit(TinyData.Load(falling)),
            Throws.Nothing
        );
        Assert.That(
            log.Warnings,
            Has.One.Contains("Device is 'cuda:99', but this machine has cpu")
                .And.One.Contains("training on the CPU instead, because FallbackToCpu is set.")
        );
    }
}
