using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Scoring;

namespace RnnMlNet;

/// <summary>
/// Scores sequences with a trained recurrent network. What a trainer's Fit returns; saved and loaded with the pipeline it is in. Scoring
/// is managed code and needs no libtorch, except for a cell of the user's own. Safe to use from several threads.
/// </summary>
/// <typeparam name="TModel">The model parameters.</typeparam>
public abstract class RnnPredictionTransformer<TModel> : RowToRowTransformerBase, ISingleFeaturePredictionTransformer<TModel>, ISingleFeaturePredictionTransformer, IDisposable
    where TModel : class, ICanSaveModel, IRnnModelParameters
{
    private const string ModelFolder = "Model";
    private readonly SequenceColumns _columns;
    private readonly ISequenceScorer _scorer;
    private bool _disposed;

    private protected RnnPredictionTransformer(IHost host, TModel model, SequenceColumns columns, DataViewSchema trainSchema)
        : base(host)
    {
        var binding = SequenceBinding.Bind(host, trainSchema, columns);
        Model = model;
        // F is kept even where training read it off a [T, F] column: the model then scores flat columns as well.
        _columns = columns with { FeaturesPerStep = binding.Vocabulary > 0 || columns.AreChannels ? columns.FeaturesPerStep : binding.Features };
        FeatureColumnType = binding.Columns[0].Type;
        _scorer = ScorerFactory.Create(model.Network);
    }

    private protected RnnPredictionTransformer(IHost host, ModelLoadContext ctx, TransformerPart part)
        : base(host)
    {
        _columns = part.Columns;
        FeatureColumnType = part.FeatureColumnType;
        ctx.LoadModel<TModel, SignatureLoadModel>(host, out TModel model, ModelFolder);
        Model = model;
        _scorer = ScorerFactory.Create(model.Network);
    }

    /// <summary>What was learnt: weights, sizes, training history.</summary>
    public TModel Model { get; }

    /// <summary>Name of the sequence column; of several channel columns, the first.</summary>
    public string FeatureColumnName => _columns.Names[0];

    /// <summary>Type of the sequence column in training; of several channel columns, of the first.</summary>
    public DataViewType FeatureColumnType { get; }

    /// <summary>Releases the model. May be called more than once.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _scorer.Dispose();
        (Model as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The score columns' names, types and annotations over an input schema.</summary>
    private protected abstract DataViewSchema.DetachedColumn[] OutputColumns(DataViewSchema inputSchema);

    /// <summary>The getter of output column <paramref name="column"/> from the row's raw network outputs.</summary>
    private protected abstract Delegate MakeGetter(int column, ScoredRow row);

    private protected abstract VersionInfo Version { get; }

    /// <summary>The class names to save, where the task has classes with names.</summary>
    private protected virtual LabelKeyValues? Classes => null;

    private protected sealed override void SaveModel(ModelSaveContext ctx)
    {
        Host.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);

        // *** Binary format ***
        // sealed block: the columns and class names (TransformerPart)
        // sub-model "Model": the model parameters
        new TransformerPart(_columns, FeatureColumnType, Classes).Write(ctx.Writer);
        ctx.SaveModel(Model, ModelFolder);
    }

    private protected sealed override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private SequenceBinding Bind(DataViewSchema schema)
    {
        var binding = SequenceBinding.Bind(Host, schema, _columns);
        var shape = Model.Network.Shape;
        if ((binding.Features, binding.Vocabulary) != (shape.Features, shape.Vocabulary))
            throw Host.ExceptSchemaMismatch(nameof(schema), "feature", FeatureColumnName,
                shape.UsesTokens ? $"a vector of keys with {shape.Vocabulary} values, as in training" : $"{shape.Features} features per step, as in training",
                binding.Describe());
        return binding;
    }

    /// <summary>Scores row by row: what PredictionEngine and cursors read.</summary>
    private sealed class Mapper : IRowMapper
    {
        private readonly RnnPredictionTransformer<TModel> _parent;
        private readonly SequenceBinding _binding;
        private readonly DataViewSchema.DetachedColumn[] _outputs;

        public Mapper(RnnPredictionTransformer<TModel> parent, DataViewSchema schema)
        {
            _parent = parent;
            _binding = parent.Bind(schema);
            _outputs = parent.OutputColumns(schema);
        }

        public DataViewSchema.DetachedColumn[] GetOutputColumns() => _outputs;

        public ITransformer GetTransformer() => _parent;

        public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
        {
            if (!Enumerable.Range(0, _outputs.Length).Any(activeOutput))
                return _ => false;
            var needed = _binding.Columns.Select(column => column.Index).ToHashSet();
            return needed.Contains;
        }

        public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action disposer)
        {
            var getters = new Delegate[_outputs.Length];
            disposer = static () => { };
            if (!Enumerable.Range(0, _outputs.Length).Any(activeOutput))
                return getters;

            IScoringSession session = _parent._scorer.NewSession();
            disposer = session.Dispose;
            var row = new ScoredRow(input, _binding.Open(input), session, _parent.Model.Network.Shape.Outputs);
            for (int column = 0; column < getters.Length; column++)
                if (activeOutput(column))
                    getters[column] = _parent.MakeGetter(column, row);
            return getters;
        }

        public void Save(ModelSaveContext ctx) => _parent.SaveModel(ctx);
    }
}
