using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

[TestFixture]
public class RandomSplitTests
{
    private const string Reason = "split a time series by time only: otherwise the values to forecast are in the training data";
    private readonly MLContext _ml = new(seed: 1);

    private IDataView Data => TinySeries.Load(_ml, 60);

    [Test]
    public void A_random_split_is_refused_with_the_reason()
    {
        Refused.Operation(
            () => Fit(_ml.Data.TrainTestSplit(Data, 0.2).TrainSet),
            $"The data is one side of a random split (TrainTestSplit, CrossValidationSplit or CrossValidate): {Reason}"
        );
        Refused.Operation(() => Fit(_ml.Data.CrossValidationSplit(Data, 3)[1].TrainSet), Reason);
        Refused.Operation(
            () => Fit(_ml.Data.BootstrapSample(Data)),
            $"The data is a random sample with replacement (BootstrapSample): {Reason}"
        );
        Refused.Operation(() => _ml.Forecasting.Backtest(_ml.Data.TrainTestSplit(Data, 0.2).TrainSet, TinySeries.Estimator(_ml)), Reason);
    }

    [Test]
    public void It_is_found_behind_other_transforms()
    {
        IDataView split = _ml.Data.TrainTestSplit(Data, 0.2).TrainSet;
        Refused.Operation(() => Fit(_ml.Transforms.CopyColumns("Other", nameof(SeriesStep.Value)).Fit(split).Transform(split)), Reason);
    }

    [Test]
    public void A_shuffle_is_refused_unless_times_put_the_rows_back_into_their_order()
    {
        IDataView shuffled = _ml.Data.ShuffleRows(_ml.Data.Cache(Data), seed: 3);
        Refused.Operation(() => Fit(shuffled), $"The data is shuffled (ShuffleRows): {Reason}");
        RnnForecastingTransformer model = TinySeries
            .Estimator(_ml, options => options.TimeColumnName = nameof(SeriesStep.Time))
            .Fit(shuffled);
        RnnForecastingTransformer ordered = TinySeries
            .Estimator(_ml, options => options.TimeColumnName = nameof(SeriesStep.Time))
            .Fit(Data);
        Assert.That(TinySeries.Vectors(model.Transform(Data)), Is.EqualTo(TinySeries.Vectors(ordered.Transform(Data))));
    }

    [Test]
    public void A_split_by_time_is_taken()
    {
        Assert.That(() => Fit(_ml.Data.TakeRows(Data, 50)), Throws.Nothing);
        Assert.That(() => Fit(_ml.Data.FilterRowsByColumn(Data, nameof(SeriesStep.Value), lowerBound: -1000)), Throws.Nothing);
    }

    private void Fit(IDataView data) => TinySeries.Estimator(_ml).Fit(data);
}
