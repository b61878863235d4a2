using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Grouping;
using RnnMlNet.Scoring;

namespace RnnMlNet.Streaming;

/// <summary>
/// From an object with a step, through all transformers of a model, to an object with the prediction. For one thread at a time.
/// </summary>
internal sealed class StepPipeline<TIn, TOut> : ISeriesPipeline<Series>
    where TIn : class
    where TOut : class, new()
{
    private readonly DataViewConstructionUtils.InputRow<TIn> _input;
    private readonly DataViewRow _row;
    private readonly IRowReadableAs<TOut> _output;
    private readonly SeriesScorer _scorer;
    private readonly StreamedRows _rows;
    private readonly Func<string>? _name;

    /// <exception cref="ArgumentOutOfRangeException">A required column is missing, or of a wrong type; or no column of
    /// <typeparamref name="TOut"/> comes from the network.</exception>
    public StepPipeline(IHostEnvironment env, StreamedModel model, SequencePredictionEngineOptions options)
    {
        _scorer = model.NewScorer();
        _rows = new StreamedRows(_scorer.BeginSequence);
        _input = DataViewConstructionUtils.CreateInputRow<TIn>(env, options.InputSchemaDefinition);
        IRowToRowMapper mapper = model.Bind(_input.Schema, _scorer, _rows);
        OutputSchema = mapper.OutputSchema;
        _name = model.OpenName(env, _input);
        var typed = TypedCursorable<TOut>.Create(
            env,
            new EmptyDataView(env, OutputSchema),
            options.IgnoreMissingColumns,
            options.OutputSchemaDefinition
        );
        Func<int, bool> isRead = typed.GetDependencies(static _ => false);
        _row = mapper.GetRow(_input, OutputSchema.Where(column => isRead(column.Index)));
        _output = typed.GetRow(_row);
        if (!_scorer.IsInUse)
            throw env.ExceptUserArg(
                nameof(TOut),
                $"No member of {typeof(TOut).Name} is an output column of the network: give it one, such as Score, of the columns "
                    + $"{string.Join(", ", OutputSchema.Where(column => !column.IsHidden).Select(column => column.Name))}."
            );
    }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The next step; null outside a call.</summary>
    public TIn? Step { get; set; }

    /// <summary>The object that receives the prediction; null for a new one.</summary>
    public TOut? Answer { get; set; }

    /// <summary>The name of the step's series, by its own keys; of a model without keys the empty string.</summary>
    public string NameOfStep()
    {
        if (_name is null)
            return "";
        _input.ExtractValues(Step!);
        return _name();
    }

    /// <summary>Processes a series' next step, and sets the prediction. An exception leaves the series unchanged.</summary>
    public void Take(Series series)
    {
        _scorer.Begin(series.State);
        if (series.Rows is not null)
            _rows.Begin(series.Key, series.Rows);
        _input.ExtractValues(Step!);
        Answer ??= new TOut();
        _output.FillValues(Answer);
        _scorer.Commit();
        if (series.Rows is not null)
            _rows.Commit();
    }

    public void Dispose() => _row.Dispose();
}
