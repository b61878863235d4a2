using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>The names of the forecast columns; of the bounds both or none.</summary>
internal sealed record ForecastColumnNames(string Forecast, string? Lower, string? Upper)
{
    /// <exception cref="ArgumentOutOfRangeException">Only one of the bounds has a name.</exception>
    public void Check(IExceptionContext ectx) =>
        ectx.CheckParam(
            Lower is null == Upper is null,
            "confidenceLowerBoundColumn",
            "Only one of the two bounds has a column: name both the lower and the upper one, or neither."
        );

    public IEnumerable<string> All => new[] { Forecast, Lower, Upper }.OfType<string>();
}

/// <summary>Reads a cursor's current forecasts and bounds. One per cursor.</summary>
internal sealed class ForecastReader
{
    private readonly IExceptionContext _ectx;
    private readonly string _name;
    private readonly int _channels;
    private readonly string _each;
    private readonly ValueGetter<VBuffer<float>> _forecasts;
    private readonly ValueGetter<VBuffer<float>>? _lower,
        _upper;
    private VBuffer<float> _forecastBuffer,
        _lowerBuffer,
        _upperBuffer;
    private float[] _forecastValues = [],
        _lowerValues = [],
        _upperValues = [];

    private ForecastReader(IExceptionContext ectx, DataViewRow row, ForecastColumnNames names, int channels, string each)
    {
        _ectx = ectx;
        _name = names.Forecast;
        (_channels, _each) = (channels, each);
        _forecasts = row.GetGetter<VBuffer<float>>(row.Schema[names.Forecast]);
        _lower = names.Lower is null ? null : row.GetGetter<VBuffer<float>>(row.Schema[names.Lower]);
        _upper = names.Upper is null ? null : row.GetGetter<VBuffer<float>>(row.Schema[names.Upper]);
    }

    /// <summary>Opens a cursor over the columns, found and checked, and a reader of it.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="data">The rows.</param>
    /// <param name="names">The columns.</param>
    /// <param name="channels">Numbers of each step: C of the target.</param>
    /// <param name="each">What they are, for errors; null for those of the target.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static (DataViewRowCursor Cursor, ForecastReader Reader) Open(
        IExceptionContext ectx,
        IDataView data,
        ForecastColumnNames names,
        int channels,
        string? each = null
    )
    {
        names.Check(ectx);
        DataViewSchema.Column[] columns =
        [
            .. names.All.Select(name => Find(ectx, data.Schema, name == names.Forecast ? "forecast" : "bound", name, channels, each)),
        ];
        DataViewRowCursor cursor = data.GetRowCursor(columns);
        return (cursor, new ForecastReader(ectx, cursor, names, channels, each ?? $"{channels} numbers of the column that is forecast"));
    }

    /// <summary>Steps of a column's forecasts; 0 where rows differ.</summary>
    public static int Horizon(IExceptionContext ectx, DataViewSchema schema, string name, int channels) =>
        ((VectorDataViewType)Find(ectx, schema, "forecast", name, channels).Type).Size / channels;

    /// <summary>The values of the row; overwritten by the next call.</summary>
    public ForecastRow Read()
    {
        ReadOnlySpan<float> forecasts = Read(_forecasts, ref _forecastBuffer, ref _forecastValues);
        if (forecasts.Length % _channels != 0)
            throw _ectx.Except($"A row has {forecasts.Length} forecasts in column '{_name}', which is not a multiple of the {_each}.");
        ReadOnlySpan<float> lower = _lower is null ? default : Read(_lower, ref _lowerBuffer, ref _lowerValues),
            upper = _upper is null ? default : Read(_upper, ref _upperBuffer, ref _upperValues);
        if (_lower is not null && (lower.Length != forecasts.Length || upper.Length != forecasts.Length))
            throw _ectx.Except(
                $"A row has {forecasts.Length} forecasts in column '{_name}', but {lower.Length} lower and {upper.Length} upper bounds."
            );
        return new ForecastRow(forecasts.Length / _channels, forecasts, lower, upper);
    }

    private static ReadOnlySpan<float> Read(ValueGetter<VBuffer<float>> getter, ref VBuffer<float> buffer, ref float[] values)
    {
        getter(ref buffer);
        if (values.Length < buffer.Length)
            values = new float[buffer.Length];
        buffer.CopyTo(values);
        return values.AsSpan(0, buffer.Length);
    }

    private static DataViewSchema.Column Find(
        IExceptionContext ectx,
        DataViewSchema schema,
        string role,
        string name,
        int channels,
        string? each = null
    )
    {
        if (schema.GetColumnOrNull(name) is not DataViewSchema.Column column)
            throw ectx.ExceptSchemaMismatch(nameof(schema), role, name);
        bool fits = column.Type is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Single && vector.Size % channels == 0;
        return fits
            ? column
            : throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                role,
                name,
                each is not null ? $"a vector of Single of {each} for each step"
                    : channels == 1 ? "a vector of Single, one for each step"
                    : $"a vector of Single [{channels}, horizon], as the column that is forecast has {channels} numbers",
                column.Type.ToString()!
            );
    }
}
