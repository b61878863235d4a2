using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Model.OnnxConverter;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators;

/// <summary>
/// A transformer bound to an input schema. It scores row by row, on its caller's thread, as a PredictionEngine does.
/// </summary>
/// <param name="transformer">The transformer.</param>
/// <param name="scorer">Scores row by row.</param>
/// <param name="binding">The sequence in the input schema.</param>
/// <param name="columns">The columns it adds.</param>
internal sealed class SequenceRowMapper(
    IRowScorer transformer,
    ISequenceScorer scorer,
    SequenceBinding binding,
    DataViewSchema.DetachedColumn[] columns
) : IRowMapper, ISaveAsOnnx
{
    public SequenceBinding Binding => binding;

    /// <summary>The layout of the network's outputs.</summary>
    public OutputLayout Outputs => transformer.Network.Shape.OutputLayout;

    public DataViewSchema.DetachedColumn[] GetOutputColumns() => columns;

    public ITransformer GetTransformer() => transformer;

    public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
    {
        if (!AnyActive(activeOutput))
            return _ => false;
        var needed = binding.AllColumns.Select(column => column.Index).ToHashSet();
        return needed.Contains;
    }

    public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action disposer)
    {
        var getters = new Delegate[columns.Length];
        disposer = static () => { };
        if (!AnyActive(activeOutput))
            return getters;

        IScoringSession session = scorer.NewSession();
        disposer = session.Dispose;
        var row = new ScoredRow(input, binding.Open(input), session, Outputs, NewUnscoredRows(), transformer.Host);
        for (int column = 0; column < getters.Length; column++)
            if (activeOutput(column))
                getters[column] = transformer.MakeGetter(column, row);
        return getters;
    }

    /// <summary>The getter of an added column.</summary>
    public Delegate MakeGetter(int column, IScoredRow row) => transformer.MakeGetter(column, row);

    /// <summary>Creates a counter of rows without a score.</summary>
    public UnscoredRows NewUnscoredRows() =>
        new(
            (binding.Columns.Count > 1 ? "columns " : "column ") + string.Join(", ", binding.Columns.Select(column => $"'{column.Name}'")),
            transformer.OfUnscoredRows
        );

    public void Save(ModelSaveContext ctx) => transformer.Save(ctx);

    public bool CanSaveOnnx(OnnxContext ctx) =>
        transformer.Network.Shape is { CustomCell: null, PerStep: false, StepColumns.HasTime: false, CellDefinition: not IScannedCell };

    public void SaveAsOnnx(OnnxContext ctx) => transformer.AddTo(ctx, binding, columns);

    private bool AnyActive(Func<int, bool> activeOutput) => Enumerable.Range(0, columns.Length).Any(activeOutput);
}
