using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;

namespace RnnMlNet.Tests.Peer;

/// <summary>Tests of the peer test itself: ML.NET's own trainers pass it, and estimators that break its rules do not.</summary>
[TestFixture]
public class MlNetTrainersPeerTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];
        public string Class { get; set; } = "";
        public bool Positive { get; set; }
        public float Number { get; set; }
    }

    [Test]
    public void SdcaMaximumEntropy_passes()
    {
        IDataView data = _ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Class)).Fit(Rows()).Transform(Rows());
        EstimatorPeerTest.Run(
            _ml,
            _ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 2),
            Inputs(data, "Label")
        );
    }

    [Test]
    public void SdcaLogisticRegression_passes() =>
        EstimatorPeerTest.Run(
            _ml,
            _ml.BinaryClassification.Trainers.SdcaLogisticRegression(nameof(Row.Positive), maximumNumberOfIterations: 2),
            Inputs(Rows(), nameof(Row.Positive))
        );

    [Test]
    public void Sdca_regression_passes() =>
        EstimatorPeerTest.Run(
            _ml,
            _ml.Regression.Trainers.Sdca(nameof(Row.Number), maximumNumberOfIterations: 2),
            Inputs(Rows(), nameof(Row.Number))
        );

    [Test]
    public void A_chain_passes() =>
        EstimatorPeerTest.Run(
            _ml,
            _ml.Transforms.NormalizeMinMax("Features")
                .AppendCacheCheckpoint(_ml)
                .Append(_ml.Regression.Trainers.Sdca(nameof(Row.Number), maximumNumberOfIterations: 2)),
            Inputs(Rows(), nameof(Row.Number))
        );

    [Test]
    public void Cached_rows_pass() =>
        EstimatorPeerTest.Run(
            _ml,
            _ml.Regression.Trainers.Sdca(nameof(Row.Number), maximumNumberOfIterations: 2),
            Inputs(_ml.Data.Cache(Rows()), nameof(Row.Number))
        );

    [Test]
    public void A_promise_that_is_not_kept_fails()
    {
        var column = new SchemaShape.Column("Extra", SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, isKey: false);
        var estimator = new Altered(Copy()) { Promise = shape => new SchemaShape([.. shape, column]) };
        Fails(estimator, "The columns delivered are not those promised");
    }

    [Test]
    public void Annotations_delivered_but_not_promised_fail()
    {
        var estimator = new Altered(_ml.Transforms.NormalizeMinMax("New", "Features"))
        {
            Promise = shape => new SchemaShape(shape.Select(c => new SchemaShape.Column(c.Name, c.Kind, c.ItemType, c.IsKey))),
        };
        Fails(estimator, "Column 'New': something was delivered that was not promised");
    }

    [Test]
    public void Values_that_differ_from_cursor_to_cursor_fail()
    {
        int calls = 0;
        var estimator = _ml.Transforms.CustomMapping<Row, Mapped>((_, mapped) => mapped.New = calls++, contractName: "calls");
        Assert.That(
            () => RowsOf(estimator.Fit(Rows()).Transform(Rows())),
            Throws.InstanceOf<AssertionException>().With.Message.Contains("again: column 'New' of the row with id")
        );
    }

    [Test]
    public void Invalid_input_that_is_taken_fails() =>
        Assert.That(
            () => EstimatorPeerTest.Run(_ml, Copy(), new PeerInputs { Data = Rows(), Invalid = [Rows()] }),
            Throws.InstanceOf<AssertionException>().With.Message.Contains("must fail, but did not")
        );

    [Test]
    public void Invalid_input_that_is_refused_with_an_exception_of_another_kind_fails() =>
        Assert.That(
            () => ProperFailure.Of("Something", () => throw new FormatException()),
            Throws.InstanceOf<AssertionException>().With.Message.Contains("Something failed in a way that is not ML.NET's")
        );

    [Test]
    public void Invalid_input_that_is_refused_by_an_unmarked_exception_fails() =>
        Assert.That(
            () => ProperFailure.Of("Something", () => throw new InvalidOperationException()),
            Throws.InstanceOf<AssertionException>().With.Message.Contains("did not come through ML.NET's Contracts")
        );

    private sealed class Mapped
    {
        public float New { get; set; }
    }

    private void Fails(IEstimator<ITransformer> estimator, string message) =>
        Assert.That(
            () => EstimatorPeerTest.Run(_ml, estimator, new PeerInputs { Data = Rows() }),
            Throws.InstanceOf<AssertionException>().With.Message.Contains(message)
        );

    private static void RowsOf(IDataView view) =>
        RowsAssert.Same(view.Schema, CursorPatterns.AllColumns(view), CursorPatterns.AllColumns(view), "again");

    private IEstimator<ITransformer> Copy() => _ml.Transforms.CopyColumns("New", "Features");

    private PeerInputs Inputs(IDataView data, string label) =>
        new()
        {
            Data = data,
            LabelColumn = label,
            Invalid = [Drop(data, "Features"), OfText(data)],
        };

    private IDataView Drop(IDataView data, string column) => _ml.Transforms.DropColumns(column).Fit(data).Transform(data);

    private IDataView OfText(IDataView data) => _ml.Transforms.CopyColumns("Features", nameof(Row.Class)).Fit(data).Transform(data);

    private IDataView Rows()
    {
        var random = new Random(5);
        return _ml.Data.LoadFromEnumerable(
            Enumerable
                .Range(0, 60)
                .Select(i =>
                {
                    float[] features = [.. Enumerable.Range(0, 4).Select(_ => random.NextSingle() - 0.5f)];
                    return new Row
                    {
                        Features = features,
                        Class = "abc"[i % 3].ToString(),
                        Positive = features[0] > 0,
                        Number = features.Sum(),
                    };
                })
                .ToArray()
        );
    }

    /// <summary>An estimator that promises something else than it delivers.</summary>
    private sealed class Altered(IEstimator<ITransformer> inner) : IEstimator<ITransformer>
    {
        public required Func<SchemaShape, SchemaShape> Promise { get; init; }

        public ITransformer Fit(IDataView input) => inner.Fit(input);

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Promise(inner.GetOutputSchema(inputSchema));
    }
}
