using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Whole numbers as times, and times that are rejected.</summary>
[TestFixture]
internal sealed class TimeTypesTests : TimesFixture
{
    private static IEnumerable<TestCaseData> Numbers()
    {
        yield return Case<sbyte>();
        yield return Case<byte>();
        yield return Case<short>();
        yield return Case<ushort>();
        yield return Case<int>();
        yield return Case<uint>();
        yield return Case<long>();
        yield return Case<ulong>();
        yield return Case<float>();
        yield return Case<double>();

        static TestCaseData Case<T>()
            where T : System.Numerics.INumber<T> =>
            new TestCaseData(
                (Action<TimeTypesTests>)(
                    tests =>
                        tests.GoesOn(
                            [.. Enumerable.Range(0, 60).Select(t => new Counted<T> { Time = T.CreateChecked(2 * t), Value = Wave(t) })],
                            40
                        )
                )
            ).SetArgDisplayNames(typeof(T).Name);
    }

    private sealed class Counted<T>
    {
        public T Time { get; set; } = default!;
        public float Value { get; set; }
    }

    [TestCaseSource(nameof(Numbers))]
    public void Whole_numbers_of_any_type_are_times(Action<TimeTypesTests> goesOn) => goesOn(this);

    [Test]
    public void Numbers_that_cannot_count_are_refused()
    {
        void Fit<T>(params T[] times) =>
            Estimator().Fit(_ml.Data.LoadFromEnumerable(times.Select(time => new Counted<T> { Time = time, Value = 1 }).ToArray()));
        Refused.Operation(
            () => Fit(0, 0.5f),
            "Row 1 has the time 0.5 in column 'Time', which is not whole: number the steps, or " + "give DateTime values."
        );
        Refused.Operation(() => Fit(0, float.NaN), "Row 1 has the time NaN in column 'Time', which is not whole");
        Refused.Operation(() => Fit(0, 20_000_001f), "Row 1 has the time 20000000 in column 'Time', which Single cannot count steps by");
        Refused.Operation(() => Fit(0, double.PositiveInfinity), "which Double cannot count steps by");
        Refused.Operation(
            () => Fit(long.MinValue, long.MaxValue),
            "Row 0 has the time -9223372036854775808 in column 'Time', which " + "Int64 cannot count steps by"
        );
        Refused.Argument(
            () =>
                Estimator(o => o.CalendarFeatures = CalendarFeatures.DayOfWeek)
                    .Fit(
                        _ml.Data.LoadFromEnumerable(
                            new[]
                            {
                                new Counted<int> { Time = 1, Value = 1 },
                            }
                        )
                    ),
            "expected DateTime or DateTimeOffset, as calendar features need, got Int32"
        );
        Refused.Argument(
            () =>
                Estimator(o => o.TimeZone = "UTC")
                    .Fit(
                        _ml.Data.LoadFromEnumerable(
                            new[]
                            {
                                new Counted<int> { Time = 1, Value = 1 },
                            }
                        )
                    ),
            "expected DateTime or DateTimeOffset, as a TimeZone needs, got Int32"
        );
    }

    [Test]
    public void Times_far_from_all_others_are_refused_before_anything_of_their_length_is_made([Values] MissingSteps missing)
    {
        Dated[] rows = Rows(Enumerable.Range(0, 200).Select(hour => new DateTime(2024, 1, 1).AddHours(hour)));
        RnnForecastingTransformer model = Estimator(o => o.MissingSteps = missing).Fit(_ml.Data.LoadFromEnumerable(rows));
        rows[100].Time = rows[100].Time.AddYears(5000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string sentence =
            missing == MissingSteps.Refuse
                ? "The series has no row for 2024-01-05 " + "04:00:00"
                : "between 2024-01-09 07:00:00 and 7024-01-05 04:00:00: correct the time of one of these rows, or set "
                    + "Frequency to the step between rows.";
        Refused.Operation(() => Estimator(o => o.MissingSteps = missing).Fit(_ml.Data.LoadFromEnumerable(rows)), sentence);
        Refused.Operation(() => TinySeries.Vectors(model.Transform(_ml.Data.LoadFromEnumerable(rows))), sentence);
        rows[100].Time = default;
        Refused.Operation(
            () => Estimator(o => o.MissingSteps = missing).Fit(_ml.Data.LoadFromEnumerable(rows)),
            missing == MissingSteps.Refuse
                ? "The series has no row for 0001-01-01 01:00:00"
                : "between 0001-01-01 00:00:00 and 2024-01-01 00:00:00"
        );
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(16 << 20));
    }

    [Test]
    public void Times_of_another_kind_than_those_of_training_are_refused()
    {
        RnnForecastingTransformer model = Estimator()
            .Fit(
                _ml.Data.LoadFromEnumerable(
                    Rows(Enumerable.Range(0, 60).Select(hour => new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(hour)))
                )
            );
        Refused.Argument(
            () =>
                model.Transform(
                    _ml.Data.LoadFromEnumerable(Rows(Enumerable.Range(0, 60).Select(hour => new DateTime(2024, 1, 1).AddHours(hour))))
                ),
            "expected DateTimeOffset, as in training, got DateTime"
        );
    }
}
