using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Peer;

/// <summary>The forecaster, in all its shapes, is one of ML.NET's own.</summary>
[TestFixture]
public class ForecastingPeerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Forecaster_passes([Values] ForecastModel model, [Values] bool variableHorizon) =>
        EstimatorPeerTest.Run(
            _ml,
            TinySeries.Estimator(_ml, options => (options.Model, options.VariableHorizon) = (model, variableHorizon)),
            Inputs(nameof(SeriesStep.Value))
        );

    [Test]
    public void Forecaster_passes_with_every_engine([Values] EngineKind engine) =>
        EstimatorPeerTest.Run(_ml, TinySeries.Estimator(_ml, options => options.Engine = engine), Inputs(nameof(SeriesStep.Value)));

    [Test]
    public void Forecaster_passes_with_every_kind_of_column() =>
        EstimatorPeerTest.Run(
            _ml,
            TinySeries.Estimator(
                _ml,
                options =>
                {
                    options.Columns =
                    [
                        new ForecastColumn { InputColumnName = nameof(SeriesStep.Pair), ConfidenceUpperBoundColumn = "High" },
                        .. options.Columns,
                    ];
                    options.TimeColumnName = nameof(SeriesStep.Time);
                    options.SeriesKeyColumnName = nameof(SeriesStep.Key);
                    options.PastColumnNames = [nameof(SeriesStep.Past)];
                    options.KnownColumnNames = [nameof(SeriesStep.Known)];
                    options.CalendarFeatures = CalendarFeatures.HourOfDay | CalendarFeatures.DayOfWeek;
                    options.Loss = ForecastLoss.Quantile;
                }
            ),
            Inputs(
                nameof(SeriesStep.Pair),
                nameof(SeriesStep.Value),
                nameof(SeriesStep.Time),
                nameof(SeriesStep.Key),
                nameof(SeriesStep.Past),
                nameof(SeriesStep.Known)
            )
        );

    private PeerInputs Inputs(params string[] columns)
    {
        IDataView data = TinySeries.Load(_ml, TinySeries.Steps(60, "a").Concat(TinySeries.Steps(48, "b", size: 2)));
        if (columns.Length == 1)
            data = TinySeries.Load(_ml, 60);
        return new PeerInputs
        {
            Data = data,
            Invalid =
            [
                .. columns.Select(column => _ml.Transforms.DropColumns(column).Fit(data).Transform(data)),
                .. columns
                    .Select(column =>
                        _ml.Transforms.Conversion.ConvertType(
                                column,
                                outputKind: Microsoft.ML.Data.DataKind.Double,
                                inputColumnName: nameof(SeriesStep.Value)
                            )
                            .Fit(data)
                            .Transform(data)
                    )
                    .Where((_, i) => columns[i] is not nameof(SeriesStep.Time)),
            ],
        };
    }
}
