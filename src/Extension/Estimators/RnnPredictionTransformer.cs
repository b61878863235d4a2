using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Estimators;
using RnnMlNet.Exchange;
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

    /// <summary>
    /// Writes the network as an ONNX model (opset 17): standardisation or embedding, recurrent layers, pooling and head. Its scores are this
    /// transformer's to 1e-4.
    /// </summary>
    /// <remarks>
    /// Inputs: <c>features</c>, Single [batch, time, F], step-major whatever the column's layout (or <c>tokens</c>, Int64 [batch, time], ids
    /// from 0: a key less 1, missing keys left out), padded to the longest row with anything; <c>lengths</c>, Int64 [batch], each row's
    /// number of steps, 0 to time. Time must be 1 or more. Outputs: <c>score</c>, Single [batch, k] (classes' probabilities, or a vector
    /// label's targets) or [batch] (logit, or target); of a classifier <c>predicted_label</c> [batch], Int64, the class's index from 0, or
    /// Boolean; of a two-class one <c>probability</c>, Single [batch]. Names of classes stand in the metadata <c>class_names</c>.
    /// </remarks>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <exception cref="InvalidOperationException">The cell is the application's own, or the model is beyond 2 GiB. No file is written.</exception>
    public void SaveAsOnnx(string path)
    {
        Host.CheckNonWhiteSpace(path, nameof(path));
        OnnxModel().WriteTo(path);
    }

    /// <summary>Writes the network as an ONNX model, as <see cref="SaveAsOnnx(string)"/> does, to a stream, which stays open.</summary>
    /// <param name="stream">Where to write, from its current position.</param>
    /// <exception cref="InvalidOperationException">The cell is the application's own, or the model is beyond 2 GiB. Nothing is written.</exception>
    public void SaveAsOnnx(Stream stream)
    {
        Host.CheckValue(stream, nameof(stream));
        OnnxModel().WriteTo(stream);
    }

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

    private protected abstract ScoreKind ScoreKind { get; }

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

    private OnnxFile OnnxModel() => OnnxExport.ModelOf(Model.Network, ScoreKind, [.. Classes?.ToTexts() ?? []]);

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
    private sealed class Mapper : IRowMapper, ISaveAsOnnx
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

        public bool CanSaveOnnx(OnnxContext ctx) => _parent.Model.Network.Shape.CustomCell is null;

        public void SaveAsOnnx(OnnxContext ctx) =>
            ConverterExport.Add(ctx, _parent.Version.LoaderSignature, _parent.Model.Network, _parent.ScoreKind, _binding, _parent._columns, _outputs);
    }
}
