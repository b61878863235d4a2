using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Model.Pfa;
using Microsoft.ML.Runtime;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators;

/// <summary>
/// The result of Transform. Its cursors over score columns score blocks of rows ahead; everything else (schema, cursors without scores or
/// with images, single rows, saving, application to other data) is delegated to ML.NET's own view of a row mapper.
/// </summary>
internal sealed class ScoredDataView : ITransformTemplate, IRowToRowMapper, ITransformCanSaveOnnx, ITransformCanSavePfa
{
    private readonly IHost _host;
    private readonly Func<DataViewSchema, SequenceRowMapper> _bind;
    private readonly ScoringPlan _plan;
    private readonly SequenceRowMapper _mapper;
    private readonly ColumnBindings _bindings;
    private readonly RowToRowMapperTransform _rowByRow;

    /// <param name="host">The transformer's host.</param>
    /// <param name="source">The rows.</param>
    /// <param name="bind">Binds the transformer to a schema.</param>
    /// <param name="plan">The scoring options.</param>
    public ScoredDataView(IHost host, IDataView source, Func<DataViewSchema, SequenceRowMapper> bind, ScoringPlan plan)
    {
        _host = host;
        _bind = bind;
        _plan = plan;
        _mapper = bind(source.Schema);
        _bindings = new ColumnBindings(source.Schema, _mapper.GetOutputColumns());
        _rowByRow = new RowToRowMapperTransform(host, source, _mapper, bind);
        Source = source;
    }

    public IDataView Source { get; }

    public DataViewSchema Schema => _rowByRow.OutputSchema;

    public bool CanShuffle => Source.CanShuffle;

    DataViewSchema IRowToRowMapper.InputSchema => Source.Schema;

    DataViewSchema IRowToRowMapper.OutputSchema => Schema;

    public long? GetRowCount() => Source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ActiveColumns columns = Active(columnsNeeded);
        if (!columns.NeedScores || !columns.CanBeKept)
            return _rowByRow.GetRowCursor(columns.All, rand);
        return Open([Source.GetRowCursor(Upstream(columns), CanShuffle ? rand : null)], columns)[0];
    }

    /// <summary>
    /// Where the source splits its rows among several cursors, each of them scores on its consumer's thread; a single one scores on all
    /// threads.
    /// </summary>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        ActiveColumns columns = Active(columnsNeeded);
        if (!columns.NeedScores || !columns.CanBeKept)
            return _rowByRow.GetRowCursorSet(columns.All, n, rand);
        return Open(Source.GetRowCursorSet(Upstream(columns), Math.Min(n, _plan.Threads), CanShuffle ? rand : null), columns);
    }

    IEnumerable<DataViewSchema.Column> IRowToRowMapper.GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        ((IRowToRowMapper)_rowByRow).GetDependencies(dependingColumns);

    DataViewRow IRowToRowMapper.GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        ((IRowToRowMapper)_rowByRow).GetRow(input, activeColumns);

    IDataTransform ITransformTemplate.ApplyToData(IHostEnvironment env, IDataView newSource) =>
        new ScoredDataView(_host, newSource, _bind, _plan);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_rowByRow).Save(ctx);

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => ((ICanSaveOnnx)_rowByRow).CanSaveOnnx(ctx);

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => ((ISaveAsOnnx)_rowByRow).SaveAsOnnx(ctx);

    bool ICanSavePfa.CanSavePfa => ((ICanSavePfa)_rowByRow).CanSavePfa;

    void ISaveAsPfa.SaveAsPfa(BoundPfaContext ctx) => ((ISaveAsPfa)_rowByRow).SaveAsPfa(ctx);

    private DataViewRowCursor[] Open(DataViewRowCursor[] upstream, ActiveColumns columns)
    {
        int threads = upstream.Length == 1 ? _plan.Threads : 1;
        try
        {
            return [.. upstream.Select(cursor => Open(cursor, columns, threads))];
        }
        catch (Exception)
        {
            // They may hold files and threads, and have no other owner yet.
            foreach (DataViewRowCursor cursor in upstream)
                cursor.Dispose();
            throw;
        }
    }

    private LookAheadCursor Open(DataViewRowCursor upstream, ActiveColumns columns, int threads)
    {
        bool[] passed = columns.Passed();
        // For few rows, two blocks a thread: the last ones are then scored in parallel as well.
        long? share = threads > 1 ? (GetRowCount() + 2 * threads - 1) / (2 * threads) : null;
        var reader = new BlockReader(upstream, _mapper.Binding, column => passed[column.Index], _plan.Limits, share);
        var queue = new BlockQueue(_plan.Scorer, threads, () => reader.NewBlock(_mapper.Outputs))
        {
            FillsAtOnce = share <= _plan.Limits.Rows,
        };
        return new LookAheadCursor(_host, columns, reader, queue, _mapper.MakeGetter, _mapper.NewUnscoredRows());
    }

    private ActiveColumns Active(IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        Func<int, bool> needed = RowCursorUtils.FromColumnsToPredicate(columnsNeeded, Schema);
        return new ActiveColumns(Schema, _bindings, [.. Enumerable.Range(0, Schema.Count).Select(needed)]);
    }

    private IEnumerable<DataViewSchema.Column> Upstream(ActiveColumns columns) => ((IRowToRowMapper)_rowByRow).GetDependencies(columns.All);
}
