using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators;

/// <summary>A transformer bound to an input schema. By itself it scores row by row, on its caller's thread: what a PredictionEngine reads.</summary>
/// <param name="transformer">Whose mapper it is.</param>
/// <param name="scorer">The network.</param>
/// <param name="binding">The sequence in the input schema.</param>
/// <param name="columns">The columns it adds.</param>
/// <param name="outputs">Outputs of the network.</param>
/// <param name="makeGetter">Makes the getter of an added column.</param>
internal sealed class SequenceRowMapper(
    ITransformer transformer, ISequenceScorer scorer, SequenceBinding binding, DataViewSchema.DetachedColumn[] columns, int outputs, Func<int, IScoredRow, Delegate> makeGetter)
    : IRowMapper
{
    public SequenceBinding Binding => binding;

    public int Outputs => outputs;

    public DataViewSchema.DetachedColumn[] GetOutputColumns() => columns;

    public ITransformer GetTransformer() => transformer;

    public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
    {
        if (!AnyActive(activeOutput))
            return _ => false;
        var needed = binding.Columns.Select(column => column.Index).ToHashSet();
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
        var row = new ScoredRow(input, binding.Open(input), session, outputs);
        for (int column = 0; column < getters.Length; column++)
            if (activeOutput(column))
                getters[column] = makeGetter(column, row);
        return getters;
    }

    /// <summary>The getter of an added column.</summary>
    public Delegate MakeGetter(int column, IScoredRow row) => makeGetter(column, row);

    public void Save(ModelSaveContext ctx) => transformer.Save(ctx);

    private bool AnyActive(Func<int, bool> activeOutput) => Enumerable.Range(0, columns.Length).Any(activeOutput);
}
