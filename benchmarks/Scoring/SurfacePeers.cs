using Microsoft.ML;
using Microsoft.ML.Data;

namespace Scoring;

/// <summary>What ML.NET's user calls for one row.</summary>
internal sealed class PredictPeer : IPeer
{
    private readonly PredictionEngine<Row, Prediction> _engine;
    private readonly Row _row;
    private Prediction _prediction = new();

    public PredictPeer(Case @case, MLContext ml, ITransformer model, Row row)
    {
        _row = row;
        _engine = ml.Model.CreatePredictionEngine<Row, Prediction>(model, ignoreMissingColumns: false, inputSchemaDefinition: Row.Schema(@case.Steps * @case.Features));
    }

    public string Name => "Predict";

    public int FirstClass => Highest.Of(_prediction.Score);

    public int Run()
    {
        _engine.Predict(_row, ref _prediction);
        return 1;
    }

    public void Dispose()
    {
        // The engine would dispose the model, which is shared.
    }
}

/// <summary>What ML.NET's user calls for many rows: Transform, and the Score column read row by row.</summary>
internal sealed class TransformPeer(Case @case, MLContext ml, ITransformer model, Row[] rows, int count) : IPeer
{
    private readonly IDataView _scored = model.Transform(@case.Rows(ml, Enumerable.Range(0, count).Select(i => rows[i % rows.Length])));

    public string Name => $"Transform of {count}";

    public int FirstClass { get; private set; }

    public int Run()
    {
        DataViewSchema.Column score = _scored.Schema["Score"];
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
