using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;

namespace RnnMlNet.Tests.Peer;

/// <summary>
/// ML.NET's requirements of its own estimators (TestEstimatorCore in its test framework): schemas propagate as promised, a saved and
/// reloaded transformer is the same, however its rows are requested, and wrong input is rejected at once with the right error. Beyond
/// ML.NET's test: differing values fail it, cursor sets and shuffled cursors are read, and scoring needs no label.
/// </summary>
internal sealed class EstimatorPeerTest
{
    private static readonly int[] _setSizes = [1, 2, 3, 7];
    private readonly MLContext _ml;
    private readonly IEstimator<ITransformer> _estimator;
    private readonly PeerInputs _inputs;

    private EstimatorPeerTest(MLContext ml, IEstimator<ITransformer> estimator, PeerInputs inputs)
    {
        _ml = ml;
        _estimator = estimator;
        _inputs = inputs;
    }

    /// <summary>Runs all of it on one estimator.</summary>
    public static void Run(MLContext ml, IEstimator<ITransformer> estimator, PeerInputs inputs) =>
        new EstimatorPeerTest(ml, estimator, inputs).Run();

    private void Run()
    {
        SchemaShape promised = _estimator.GetOutputSchema(SchemaShape.Create(_inputs.Data.Schema));
        EstimatorRefusesInvalid();
        EstimatorTakesFitOnly();

        ITransformer fitted = _estimator.Fit(_inputs.Data);
        ITransformer loaded = SaveAndLoad(fitted);
        SchemaShapeAssert.PromiseKept(promised, SchemaShape.Create(fitted.GetOutputSchema(_inputs.Data.Schema)));
        SameTransformer(fitted, loaded, _inputs.Data);
        ScoresWithoutLabel(fitted, loaded);
        foreach (IDataView wrong in _inputs.Invalid.Concat(_inputs.FitOnly))
        {
            TransformerRefuses(fitted, wrong, "The transformer");
            TransformerRefuses(loaded, wrong, "The reloaded transformer");
        }
        DisposeTwice(loaded);
        DisposeTwice(fitted);
    }

    private void EstimatorRefusesInvalid()
    {
        foreach (IDataView wrong in _inputs.Invalid)
            EstimatorRefuses(wrong);
        if (_inputs.LabelColumn is not null)
            EstimatorRefuses(WithoutLabel());
    }

    private void EstimatorRefuses(IDataView wrong)
    {
        ProperFailure.Of($"GetOutputSchema of {wrong.Schema}", () => _estimator.GetOutputSchema(SchemaShape.Create(wrong.Schema)));
        ProperFailure.Of($"Fit on {wrong.Schema}", () => _estimator.Fit(wrong));
    }

    private void EstimatorTakesFitOnly()
    {
        foreach (IDataView other in _inputs.FitOnly)
        {
            _estimator.GetOutputSchema(SchemaShape.Create(other.Schema));
            (_estimator.Fit(other) as IDisposable)?.Dispose();
        }
    }

    private ITransformer SaveAndLoad(ITransformer fitted)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(fitted, _inputs.Data.Schema, file);
        file.Position = 0;
        ITransformer loaded = _ml.Model.Load(file, out DataViewSchema inputSchema);
        SchemaAssert.Same(_inputs.Data.Schema, inputSchema, "The input schema in the model file");
        return loaded;
    }

    private static List<RowCopy> SameTransformer(ITransformer fitted, ITransformer loaded, IDataView data)
    {
        DataViewSchema schema = fitted.GetOutputSchema(data.Schema);
        SameMapper(fitted, data, schema);
        SameMapper(loaded, data, schema);
        SchemaAssert.Same(schema, loaded.GetOutputSchema(data.Schema), "The reloaded transformer's output schema");

        IDataView scored = fitted.Transform(data),
            rescored = loaded.Transform(data);
        SchemaAssert.Same(schema, scored.Schema, "The scored data's schema");
        SchemaAssert.Same(schema, rescored.Schema, "The reloaded transformer's scored data's schema");

        List<RowCopy> rows = CursorPatterns.AllColumns(scored);
        Assert.That(rows, Is.Not.Empty, "Scored rows.");
        RowsAssert.InOrder(rows, "Scored rows");
        SameRows(rows, scored, "Scored");
        SameRows(rows, rescored, "Scored by the reloaded transformer");
        return rows;
    }

    private static void SameMapper(ITransformer transformer, IDataView data, DataViewSchema schema)
    {
        if (!transformer.IsRowToRowMapper)
        {
            ProperFailure.Of("GetRowToRowMapper of a transformer that is none", () => transformer.GetRowToRowMapper(data.Schema));
            return;
        }
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(data.Schema);
        Assert.That(mapper.InputSchema, Is.SameAs(data.Schema), "The mapper's input schema is the data's.");
        SchemaAssert.Same(schema, mapper.OutputSchema, "The mapper's output schema");
    }

    private static void SameRows(List<RowCopy> rows, IDataView view, string what)
    {
        DataViewSchema schema = view.Schema;
        RowsAssert.Same(schema, rows, CursorPatterns.AllColumns(view), $"{what}, all columns");
        RowsAssert.Same(schema, rows, CursorPatterns.Columns(view, column => column.Index % 2 == 0), $"{what}, even columns");
        RowsAssert.Same(schema, rows, CursorPatterns.Columns(view, column => column.Index % 2 == 1), $"{what}, odd columns");
        RowsAssert.Same(schema, rows, CursorPatterns.Columns(view, _ => false), $"{what}, no column");
        RowsAssert.Same(schema, rows, CursorPatterns.OneCursorPerColumn(view), $"{what}, a cursor per column");
        foreach (int size in _setSizes)
            RowsAssert.SameById(schema, rows, CursorPatterns.CursorSet(view, size), $"{what}, a set of {size} cursors");
        if (view.CanShuffle)
            RowsAssert.SameById(schema, rows, CursorPatterns.Shuffled(view, seed: 3), $"{what}, shuffled");
    }

    private void ScoresWithoutLabel(ITransformer fitted, ITransformer loaded)
    {
        if (_inputs.LabelColumn is null)
            return;
        IDataView unlabelled = WithoutLabel();
        List<RowCopy> rows = SameTransformer(fitted, loaded, unlabelled);

        IDataView scored = fitted.Transform(_inputs.Data);
        DataViewSchema.Column[] shared = [.. scored.Schema.Where(column => column.Name != _inputs.LabelColumn)];
        DataViewSchema schema = fitted.GetOutputSchema(unlabelled.Schema);
        Assert.That(
            schema.Select(column => column.Name),
            Is.EqualTo(shared.Select(column => column.Name)),
            "Columns scored without a label."
        );
        RowCopy WithoutLabelValue(RowCopy row) => row with { Values = [.. shared.Select(column => row.Values[column.Index])] };
        RowsAssert.Same(schema, [.. CursorPatterns.AllColumns(scored).Select(WithoutLabelValue)], rows, "Scored without a label");
    }

    private static void TransformerRefuses(ITransformer transformer, IDataView wrong, string who)
    {
        ProperFailure.Of($"{who}'s GetOutputSchema of {wrong.Schema}", () => transformer.GetOutputSchema(wrong.Schema));
        ProperFailure.Of($"{who}'s Transform of {wrong.Schema}", () => transformer.Transform(wrong));
        ProperFailure.Of($"{who}'s GetRowToRowMapper of {wrong.Schema}", () => transformer.GetRowToRowMapper(wrong.Schema));
    }

    private static void DisposeTwice(ITransformer transformer)
    {
        (transformer as IDisposable)?.Dispose();
        (transformer as IDisposable)?.Dispose();
    }

    private IDataView WithoutLabel() => _ml.Transforms.DropColumns(_inputs.LabelColumn!).Fit(_inputs.Data).Transform(_inputs.Data);
}
