using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Exchange;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Scoring;
using RnnMlNet.Training;
using RnnMlNet.Verification;

namespace RnnMlNet;

/// <summary>
/// Scores sequences with a trained recurrent network: the result of a trainer's Fit, saved and loaded with its pipeline. Scoring is managed
/// code and needs no libtorch, except for a custom cell. Thread-safe.
/// </summary>
/// <typeparam name="TModel">The model parameters.</typeparam>
public abstract partial class RnnPredictionTransformer<TModel>
    : ISingleFeaturePredictionTransformer<TModel>,
        ISingleFeaturePredictionTransformer,
        IRowScorer,
        IDisposable
    where TModel : class, ICanSaveModel, IRnnModelParameters
{
    private readonly SequenceColumns _columns;
    private readonly ISequenceScorer _scorer;
    private readonly DeviceScorers _deviceScorers;
    private int? _scoringThreads;
    private string _scoringDevice = "cpu";
    private WeightPrecision _singleRowPrecision;
    private ISequenceScorer _rowScorer;
    private bool _disposed;

    private protected RnnPredictionTransformer(IHost host, TModel model, SequenceColumns columns, DataViewSchema trainSchema)
    {
        Host = host;
        var binding = SequenceBinding.Bind(host, trainSchema, columns);
        Model = model;
        // F is kept even where training took it from a [T, F] column: the model then scores flat columns as well.
        _columns = columns with
        {
            FeaturesPerStep = binding.Vocabulary > 0 || columns.AreChannels ? columns.FeaturesPerStep : binding.FeaturesOfColumn,
            PatchLength = model.Network.Shape.PatchLength,
        };
        FeatureColumnType = binding.Columns[0].Type;
        model.Vocabulary = KeyFingerprint.OfInput(binding);
        _scorer = _rowScorer = ScorerFactory.Create(model.Network);
        _deviceScorers = new DeviceScorers(model.Network);
    }

    /// <summary>Creates a transformer that shares the other's model and copies its scoring settings.</summary>
    private protected RnnPredictionTransformer(RnnPredictionTransformer<TModel> other)
    {
        Host = other.Host;
        Model = other.Model;
        _columns = other._columns;
        FeatureColumnType = other.FeatureColumnType;
        _scorer = _rowScorer = ScorerFactory.Create(Model.Network);
        _deviceScorers = new DeviceScorers(Model.Network);
        (ScoringThreads, ScoringDevice, SingleRowPrecision) = (other.ScoringThreads, other.ScoringDevice, other.SingleRowPrecision);
    }

    private protected RnnPredictionTransformer(IHost host, TModel model, TransformerPart part)
    {
        Host = host;
        FeatureColumnType = part.FeatureColumnType;
        Model = model;
        model.Vocabulary = part.Vocabulary;
        _columns = part.Columns with { PatchLength = model.Network.Shape.PatchLength };
        _scorer = _rowScorer = ScorerFactory.Create(model.Network);
        _deviceScorers = new DeviceScorers(model.Network);
    }

    private protected IHost Host { get; }

    /// <summary>Model parameters: weights, sizes, training history.</summary>
    public TModel Model { get; }

    /// <summary>Name of the sequence column; with several channel columns, of the first.</summary>
    public string FeatureColumnName => _columns.Names[0];

    /// <summary>Type of the sequence column in training; with several channel columns, of the first.</summary>
    public DataViewType FeatureColumnType { get; }

    /// <summary>
    /// Threads that score the rows of a <see cref="Transform"/>, at least 1, including its consumer's own. Default null:
    /// <see cref="Environment.ProcessorCount"/>. Applies to views that Transform creates afterwards; not saved with the model. A
    /// PredictionEngine scores on its caller's thread.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int? ScoringThreads
    {
        get => _scoringThreads;
        set
        {
            OptionsCheck.CheckScoringThreads(Host, value);
            _scoringThreads = value;
        }
    }

    /// <summary>
    /// Device that scores the rows of a <see cref="Transform"/>: <c>cpu</c> (the default; managed code), <c>cuda</c>, <c>cuda:1</c> or
    /// <c>mps</c> (libtorch, a few thousand rows at a time). Applies to views that Transform creates afterwards; Transform throws if the
    /// device is missing. Not saved with the model. A PredictionEngine scores on the CPU.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The text does not name such a device.</exception>
    public string ScoringDevice
    {
        get => _scoringDevice;
        set
        {
            OptionsCheck.CheckScoringDevice(Host, value);
            _scoringDevice = value;
        }
    }

    /// <summary>
    /// Precision of the recurrent weights when single rows are scored, as in a PredictionEngine. Default
    /// <see cref="WeightPrecision.Full"/>. With <see cref="WeightPrecision.BFloat16"/> a row of a network of 128 or more units takes about
    /// half the time, because each step reads all recurrent weights, and scores change in the third digit or so (figures in
    /// docs/scoring.md). Applies to engines created afterwards; not saved with the model. A Transform always scores with full weights.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined, or the cell is a custom one, which supports full weights
    /// only.</exception>
    public WeightPrecision SingleRowPrecision
    {
        get => _singleRowPrecision;
        set
        {
            OptionsCheck.CheckSingleRowPrecision(Host, value, Model.Network.Shape.CustomCell);
            _singleRowPrecision = value;
            _rowScorer = value == WeightPrecision.Full ? _scorer : ScorerFactory.CreateForRows(Model.Network, value);
        }
    }

    /// <summary>Returns the columns of <paramref name="inputSchema"/> with the score columns added.</summary>
    /// <param name="inputSchema">The input columns.</param>
    /// <returns>The output columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sequence column is missing, or differs from the one in training.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return RowToRowMapperTransform.GetOutputSchema(inputSchema, MakeRowMapper(inputSchema));
    }

    /// <summary>
    /// Returns the rows of <paramref name="input"/> with their scores. Nothing is read until a cursor is opened. A cursor over score
    /// columns reads a few hundred rows ahead for each of its threads, see <see cref="ScoringThreads"/>, and returns the rows in order.
    /// </summary>
    /// <param name="input">The rows.</param>
    /// <returns>The rows with the score columns added.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sequence column is missing, or differs from the one in training.</exception>
    /// <exception cref="InvalidOperationException">The <see cref="ScoringDevice"/> or native torch is missing.</exception>
    public IDataView Transform(IDataView input)
    {
        Host.CheckValue(input, nameof(input));
        return new ScoredDataView(Host, input, MakeRowMapper, Plan());
    }

    /// <summary>
    /// Scores some rows by every scoring path of this machine, and compares: row by row, in batches, alone in a batch, among other rows,
    /// beside a longer row, after save and load, in double precision without vectors, on torch's CPU and on a GPU if present. Run it on the
    /// machine that a model is deployed to, to check its vector instructions.
    /// </summary>
    /// <param name="sample">Rows with the sequence column; read once, in blocks. The output of a whole pipeline's Transform contains it
    /// too.</param>
    /// <param name="maxRows">Maximum number of rows to read, from the first, at least 1. Scoring in double precision stops at 100.</param>
    /// <param name="tolerance">The relative difference up to which scores count as equal, above 0; see
    /// <see cref="VerifiedPath.LargestRelativeDifference"/>. The default, 1e-5, is above single-precision rounding in large networks, and
    /// orders of magnitude below any fault.</param>
    /// <returns>The differences found; they cause no exception, see <see cref="ScoreVerification.ThrowIfDifferent"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sequence column is missing, or differs from the one in training; or a number is
    /// out of range.</exception>
    /// <exception cref="InvalidOperationException">The sample has no rows, or contains a row that is not a sequence.</exception>
    public ScoreVerification VerifyScores(IDataView sample, int maxRows = 1000, double tolerance = 1e-5)
    {
        Host.CheckValue(sample, nameof(sample));
        OptionsCheck.AtLeast(Host, maxRows, 1, nameof(maxRows));
        if (!(tolerance > 0))
            throw Host.ExceptUserArg(nameof(tolerance), $"tolerance is {tolerance}; it must be above 0.");
        SequenceBinding binding = Bind(sample.Schema, _columns);
        using RnnPredictionTransformer<TModel> reloaded = SavedAndLoaded();
        using var paths = new ScoringPaths(Model.Network, _scorer, reloaded._scorer);
        return new ScoreVerifier(Model.Network, paths.Reference, paths.Others, tolerance).Verify(Host, sample, binding, maxRows);
    }

    /// <summary>Returns the columns and the model as text.</summary>
    public override string ToString() =>
        $"{GetType().Name} of {(_columns.Names.Count > 1 ? "columns" : "column")} "
        + $"{string.Join(", ", _columns.Names)}{Environment.NewLine}{Model}";

    bool ITransformer.IsRowToRowMapper => true;

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return MapRows(inputSchema, _rowScorer, _columns);
    }

    /// <summary>
    /// Releases torch's copy of the model, after the current batch; may be called more than once. A model of built-in cells has none and
    /// still scores afterwards, on the CPU. On another <see cref="ScoringDevice"/>, or with a custom cell, further scoring throws an
    /// <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _rowScorer.Dispose();
        _scorer.Dispose();
        _deviceScorers.Dispose();
        (Model as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The score columns' names, types and annotations over an input schema.</summary>
    private protected abstract DataViewSchema.DetachedColumn[] OutputColumns(DataViewSchema inputSchema);

    /// <summary>The getter of output column <paramref name="column"/> from the row's raw network outputs.</summary>
    private protected abstract Delegate MakeGetter(int column, IScoredRow row);

    private protected abstract VersionInfo Version { get; }

    private protected abstract ScoreKind ScoreKind { get; }

    /// <summary>The values of the score columns in a row that cannot be scored, as a sentence.</summary>
    private protected abstract string OfUnscoredRows { get; }

    /// <summary>The class names to save, where the task has classes with names.</summary>
    private protected virtual LabelKeyValues? Classes => null;

    /// <summary>For a binary classifier: the score above which a row is of the positive class.</summary>
    private protected virtual float SavedThreshold => 0;

    private RowToRowMapperTransform MapRows(DataViewSchema inputSchema, ISequenceScorer scorer, SequenceColumns columns) =>
        new(
            Host,
            new EmptyDataView(Host, inputSchema),
            MakeRowMapper(inputSchema, scorer, columns),
            schema => MakeRowMapper(schema, scorer, columns)
        );

    private SequenceRowMapper MakeRowMapper(DataViewSchema inputSchema) => MakeRowMapper(inputSchema, _rowScorer, _columns);

    private SequenceRowMapper MakeRowMapper(DataViewSchema inputSchema, ISequenceScorer scorer, SequenceColumns columns) =>
        new(this, scorer, Bind(inputSchema, columns), OutputColumns(inputSchema));

    private ScoringPlan Plan()
    {
        DeviceName device = DeviceName.Parse(_scoringDevice);
        return device.Kind == DeviceKind.Cpu
            ? ScoringPlan.OnCpu(_scorer, _scoringThreads)
            : ScoringPlan.OnGpu(_deviceScorers.On(device), _scoringThreads);
    }
}
