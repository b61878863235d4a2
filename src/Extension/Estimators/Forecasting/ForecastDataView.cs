using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using RnnMlNet.Models.Forecasting;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// The rows of a view with their forecasts. A row's forecast uses all rows of its series up to it, so rows come in one order, from one
/// cursor.
/// </summary>
internal sealed class ForecastDataView(IHost host, IDataView source, ForecastOutputs outputs, ForecastRows rows) : ITransformCanSaveOnnx
{
    private readonly IHost _host = host;
    private readonly ForecastOutputs _outputs = outputs;
    private readonly int _sourceColumns = source.Schema.Count;

    public DataViewSchema Schema { get; } = outputs.AddTo(source.Schema, rows.Grid);

    public IDataView Source => source;

    public bool CanShuffle => false;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] needed = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
            needed[column.Index] = true;
        IEnumerable<DataViewSchema.Column> upstream = source.Schema.Where(column => needed[column.Index]);
        bool needsForecasts = needed.AsSpan(_sourceColumns).Contains(true),
            needsBounds = _outputs.Columns.Where((output, i) => needed[_sourceColumns + i] && output.IsBound).Any();
        ForecastBlock? block = needsForecasts ? rows.NewBlock(needsBounds) : null;
        return new Cursor(this, source.GetRowCursor(upstream), block, needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    // The converter would take the forecasts of such a view as inputs of the model.
    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => throw NotOfRows();

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => throw NotOfRows();

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw _host.ExceptNotSupp("Rows with forecasts are not saved as a model: save their transformer with ml.Model.Save.");

    private Exception NotOfRows() =>
        _host.Except(
            "ConvertToOnnx cannot convert a pipeline with a forecaster: a forecast depends on all rows of its series up to a row, and a "
                + "converted model reads each row alone. Save the forecaster with its SaveAsOnnx, whose inputs are windows of series."
        );

    private sealed class Cursor(ForecastDataView view, DataViewRowCursor source, ForecastBlock? block, bool[] needed)
        : LinkedRootCursorBase(view._host, source)
    {
        private long _row = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Batch => Input.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => needed[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Ch.CheckParam(IsColumnActive(column), nameof(column), "requested column is not active.");
            int output = column.Index - view._sourceColumns;
            if (output < 0)
                return Input.GetGetter<TValue>(Input.Schema[column.Index]);
            return
                new ForecastGetter(view._outputs, view._outputs.Columns[output]).Get(() => (block!.Forecasts, block.WindowAt(_row)))
                    is ValueGetter<TValue> getter
                ? getter
                : throw Ch.Except($"Invalid TValue: '{typeof(TValue)}', the column '{column.Name}' is of type {column.Type}.");
        }

        protected override bool MoveNextCore()
        {
            _row++;
            return Input.MoveNext();
        }
    }
}
