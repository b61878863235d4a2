using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Series;

/// <summary>Columns of series that do not fit are refused with the call that makes them fit.</summary>
public class SeriesBindingTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public double Value { get; set; }

        public int Count { get; set; }

        public float Fits { get; set; }

        public string Time { get; set; } = "";
    }

    private IDataView Data =>
        _ml.Data.LoadFromEnumerable(
            Enumerable
                .Range(0, 60)
                .Select(i => new Row
                {
                    Value = i % 7,
                    Count = i % 5,
                    Fits = i % 6,
                    Time = $"{new DateTime(2026, 1, 1).AddDays(i):yyyy-MM-dd}",
                })
        );

    private RnnForecastingEstimator Estimator(string input, Action<RnnForecastingEstimator.Options>? configure = null) =>
        TinySeries.Estimator(
            _ml,
            o =>
            {
                (o.Columns[0].InputColumnName, o.HiddenSize, o.MaxEpochs) = (input, 2, 1);
                configure?.Invoke(o);
            }
        );

    private static string Hint(string column) =>
        $" (make it with mlContext.Transforms.Conversion.ConvertType(\"{column}\", outputKind: DataKind.Single)), got ";

    [TestCase(nameof(Row.Value), "Double")]
    [TestCase(nameof(Row.Count), "Int32")]
    public void Numbers_of_another_type(string column, string type)
    {
        string sentence =
            $"Schema mismatch for input column '{column}': expected Single, or a known-size vector of " + $"Single{Hint(column)}{type}";
        Refused.Argument(() => Estimator(column).Fit(Data), sentence);
        Refused.Argument(() => Estimator(column).GetOutputSchema(SchemaShape.Create(Data.Schema)), sentence);
        Refused.Argument(() => Estimator(nameof(Row.Fits), o => o.PastColumnNames = [column]).Fit(Data), Hint(column));
    }

    [Test]
    public void Times_in_text_and_the_call_that_parses_them()
    {
        void Time(RnnForecastingEstimator.Options options) => options.TimeColumnName = nameof(Row.Time);
        const string Sentence =
            "Schema mismatch for time column 'Time': expected DateTime, DateTimeOffset, or a number that is whole "
            + "(parse it with mlContext.Transforms.Conversion.ConvertType(\"Time\", outputKind: DataKind.DateTime), "
            + "or DateTimeOffset), got ";
        Refused.Argument(() => Estimator(nameof(Row.Fits), Time).Fit(Data), Sentence);
        Refused.Argument(() => Estimator(nameof(Row.Fits), Time).GetOutputSchema(SchemaShape.Create(Data.Schema)), Sentence);

        IEstimator<ITransformer> parsed = _ml
            .Transforms.Conversion.ConvertType("Time", outputKind: Microsoft.ML.Data.DataKind.DateTime)
            .Append(Estimator(nameof(Row.Fits), Time));
        Assert.That(() => parsed.Fit(Data), Throws.Nothing);
    }
}
