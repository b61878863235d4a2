using Microsoft.ML;
using Microsoft.ML.Data;
using Shared;

namespace Scoring;

/// <summary>What ML.NET's user calls for one row.</summary>
internal sealed class PredictPeer(MLContext ml, ITransformer model, Row row) : IPeer
{
    private readonly PredictionEngine<Row, Prediction> _engine = EngineOver(ml, model, row.Steps.Length);
    private Prediction _prediction = new();

    public string Name => "Predict";

    public int FirstClass => Highest.Of(_prediction.Score);

    /// <summary>An engine over rows of <paramref name="size"/> numbers (0: of any number) that leaves the model to others.</summary>
    public static PredictionEngine<Row, Prediction> EngineOver(MLContext ml, ITransformer model, int size) =>
        ml.Model.CreatePredictionEngine<Row, Prediction>(
            model,
            new PredictionEngineOptions { InputSchemaDefinition = Row.Schema(size), OwnsTransformer = false }
        );

    /// <summary>The scores of some rows, one after the other.</summary>
    public static IEnumerable<float> Scores(MLContext ml, ITransformer model, Row[] rows)
    {
        using PredictionEngine<Row, Prediction> engine = EngineOver(ml, model, rows[0].Steps.Length);
        return [.. rows.SelectMany(row => engine.Predict(row).Score)];
    }

    public int Run()
    {
        _engine.Predict(row, ref _prediction);
        return 1;
    }

    public void Dispose() => _engine.Dispose();
}

/// <summary>
/// What ML.NET's user calls for many rows: Transform, and the Score column read row by row. The rows lie ready and come round again.
/// </summary>
internal sealed class TransformPeer(Case @case, MLContext ml, ITransformer model, Row[] rows, int count) : IPeer
{
    private readonly IDataView _scored = model.Transform(
        @case.Rows(ml, count == rows.Length ? rows : Enumerable.Range(0, count).Select(i => rows[i % rows.Length]))
    );

    public string Name => $"Transform of {count}";

    public int FirstClass { get; private set; }

    public int Run()
    {
        DataViewSchema.Column score = _scored.Schema[nameof(Prediction.Score)];
        using DataViewRowCursor cursor = _scored.GetRowCursor([score]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> value = default;
        int seen = 0;
        while (cursor.MoveNext())
        {
            getter(ref value);
            if (seen++ == 0)
                FirstClass = Highest.Of(value.GetValues());
        }
        return seen;
    }

    public void Dispose()
    {
        // The model is shared.
    }
}
