using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// The time grid of a forecast's values, as an annotation of its column: an evaluation must not infer another one from the rows, such as
/// days where holidays are not steps.
/// </summary>
internal static class ForecastTimes
{
    /// <summary>The annotation's name.</summary>
    public const string Kind = "ForecastTimes";

    private const int Parts = 9;

    /// <summary>The annotation of forecasts with a time grid; none without times.</summary>
    public static DataViewSchema.Annotations? Annotations(TimeGrid? grid)
    {
        if (grid is null)
            return null;
        ReadOnlyMemory<char> text = Text(grid).AsMemory();
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(Kind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = text);
        return builder.ToAnnotations();
    }

    /// <summary>The annotation's shape.</summary>
    public static SchemaShape Shape { get; } =
        new([new SchemaShape.Column(Kind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, isKey: false)]);

    /// <summary>The time grid of a forecast column, where the times of the comparison are of its kind; null where it has none.</summary>
    public static TimeGrid? Of(DataViewSchema schema, ForecastColumnNames names, SeriesBinding binding)
    {
        if (
            binding.Time is not DataViewSchema.Column time
            || schema.GetColumnOrNull(names.Forecast)?.Annotations is not DataViewSchema.Annotations annotations
            || annotations.Schema.GetColumnOrNull(Kind)?.Type is not TextDataViewType
        )
            return null;
        ReadOnlyMemory<char> text = default;
        annotations.GetValue(Kind, ref text);
        return Parse(text.ToString()) is TimeGrid grid && grid.Kind == TimeReader.KindOf(time.Type, grid.Zone) ? grid : null;
    }

    private static string Text(TimeGrid grid) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{grid.Kind};{grid.Unit};{grid.Step};{grid.Days.Weekdays};{string.Join(',', grid.Days.Closed)};"
                + $"{grid.Day.Least};{grid.Day.Most};{grid.ClockOffset};{grid.Zone?.Id}"
        );

    // An annotation of another program is ignored.
    private static TimeGrid? Parse(string text)
    {
        string[] parts = text.Split(';', Parts);
        if (
            parts.Length != Parts
            || !Enum.TryParse(parts[0], out TimeKind kind)
            || !Enum.TryParse(parts[1], out StepUnit unit)
            || !long.TryParse(parts[2], CultureInfo.InvariantCulture, out long step)
            || !long.TryParse(parts[7], CultureInfo.InvariantCulture, out long clockOffset)
        )
            return null;
        int[] numbers =
        [
            .. new[] { parts[3], parts[5], parts[6] }
                .Concat(parts[4].Split(',', StringSplitOptions.RemoveEmptyEntries))
                .Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out int number) ? number : -1),
        ];
        TimeZoneInfo? zone = parts[8].Length == 0 ? null : TimeZones.Find(parts[8]);
        var grid = new TimeGrid(kind, unit, step)
        {
            Zone = zone,
            ClockOffset = clockOffset,
            Days = new DayCalendar(numbers[0], numbers[3..]),
            Day = new MonthDay(numbers[1], numbers[2]),
        };
        return grid.IsSound ? grid : null;
    }
}
