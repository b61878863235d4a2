using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;

namespace RnnMlNet.Streaming;

/// <summary>Writes forecasts into objects. For one thread at a time.</summary>
internal sealed class ForecastAnswerWriter<TOut> : IDisposable
    where TOut : class, new()
{
    private readonly AnswerRow _row;
    private readonly IRowReadableAs<TOut> _output;

    /// <exception cref="ArgumentOutOfRangeException">No member of the class is a forecast column.</exception>
    public ForecastAnswerWriter(IHost host, ForecastOutputs outputs, ForecastEngineOptions options)
    {
        var builder = new DataViewSchema.Builder();
        foreach (ForecastOutput output in outputs.Columns)
            builder.AddColumn(output.Name, outputs.TypeOf(output));
        _row = new AnswerRow(outputs, builder.ToSchema());
        var typed = TypedCursorable<TOut>.Create(
            host,
            new EmptyDataView(host, _row.Schema),
            options.IgnoreMissingColumns,
            options.OutputSchemaDefinition
        );
        Func<int, bool> isRead = typed.GetDependencies(static _ => false);
        if (!_row.Schema.Any(column => isRead(column.Index)))
            throw host.ExceptUserArg(
                nameof(TOut),
                $"No member of {typeof(TOut).Name} is a column of forecasts: give it one of "
                    + $"{string.Join(", ", outputs.Columns.Select(output => output.Name))}."
            );
        HasBounds = outputs.Columns.Where((output, i) => output.IsBound && isRead(i)).Any();
        _output = typed.GetRow(_row);
    }

    /// <summary>The columns that a prediction may have.</summary>
    public DataViewSchema OutputSchema => _row.Schema;

    /// <summary>Whether a prediction has bounds.</summary>
    public bool HasBounds { get; }

    /// <summary>The prediction object for the first window of some forecasts.</summary>
    public TOut Write(WindowForecasts forecasts, int horizon)
    {
        _row.Set(forecasts, horizon);
        var answer = new TOut();
        _output.FillValues(answer);
        return answer;
    }

    public void Dispose() => _row.Dispose();

    private sealed class AnswerRow(ForecastOutputs outputs, DataViewSchema schema) : DataViewRow
    {
        private WindowForecasts _forecasts = new();
        private int _horizon;
        private long _position = -1;

        public override DataViewSchema Schema => schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public void Set(WindowForecasts forecasts, int horizon)
        {
            _forecasts = forecasts;
            _horizon = horizon;
            _position++;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ValueGetter<TValue>)
                (object)new ForecastGetter(outputs, outputs.Columns[column.Index]).Get(() => (_forecasts, 0), () => _horizon);
    }
}
