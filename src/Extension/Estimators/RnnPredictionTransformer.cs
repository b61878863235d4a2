using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Estimators;
using RnnMlNet.Exchange;
using RnnMlNet.Runtime;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Scoring;
using RnnMlNet.Verification;

namespace RnnMlNet;

/// <summary>
/// Scores sequences with a trained recurrent network. What a trainer's Fit returns; saved and loaded with the pipeline it is in. Scoring
/// is managed code and needs no libtorch, except for a cell of the user's own. Safe to use from several threads.
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
        // F is kept even where training read it off a [T, F] column: the model then scores flat columns as well.
        _columns = columns with
        {
            FeaturesPerStep = binding.Vocabulary > 0 || columns.AreChannels ? columns.FeaturesPerStep : binding.Features,
            PatchLength = model.Network.Shape.PatchLength,
        };
        FeatureColumnType = binding.Columns[0].Type;
        model.Vocabulary = binding.Vocabulary > 0 ? KeyFingerprint.Of(binding.Columns[0]) : null;
        _scorer = _rowScorer = ScorerFactory.Create(model.Network);
        _deviceScorers = new DeviceScorers(model.Network);
    }

    /// <summary>The same model, which what is made here shares; how it scores is taken over.</summary>
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

    /// <summary>What was learnt: weights, sizes, training history.</summary>
    public TModel Model { get; }

    /// <summary>Name of the sequence column; of several channel columns, the first.</summary>
    public string FeatureColumnName => _columns.Names[0];

    /// <summary>Type of the sequence column in training; of several channel columns, of the first.</summary>
    public DataViewType FeatureColumnType { get; }

    /// <summary>
    /// Writes the network as an ONNX model (opset 17): standardisation or embedding, recurrent layers, pooling and head. Its scores are
    /// this transformer's to 1e-4.
    /// </summary>
    /// <remarks>
    /// Inputs: <c>features</c>, Single [batch, time, F], step-major whatever the column's layout, time steps one by one whatever the
    /// PatchLength (or <c>tokens</c>, Int64 [batch, time], ids from 0: a key less 1, missing keys left out), padded to the longest row with
    /// anything; <c>lengths</c>, Int64 [batch], each row's number of steps, 0 to time. Time must be 1 or more. Outputs: <c>score</c>,
    /// Single [batch, k] (classes' probabilities, or a vector label's targets) or [batch] (logit, or target); of a classifier
    /// <c>predicted_label</c> [batch], Int64, the class's index from 0, or Boolean; of a two-class one <c>probability</c>, Single [batch].
    /// Of a sequence tagger <c>score</c> is [batch, time, classes] and <c>predicted_label</c> [batch, time], where those beyond a row's
    /// length mean nothing, and a missing key is the token behind the last key's. Names of classes stand in the metadata
    /// <c>class_names</c>.
    /// </remarks>
    /// <param name="path">The file; one that is there is replaced when the new one is whole, through links too, and keeps its mode.</param>
    /// <exception cref="InvalidOperationException">The cell is the application's own, or the model is beyond 2 GiB. No file is
    /// written.</exception>
    public void SaveAsOnnx(string path)
    {
        Host.CheckNonWhiteSpace(path, nameof(path));
        OnnxModel().WriteTo(path);
    }

    /// <summary>Writes the network as an ONNX model, as <see cref="SaveAsOnnx(string)"/> does, to a stream, which stays open.</summary>
    /// <param name="stream">Where to write, from its current position.</param>
    /// <exception cref="InvalidOperationException">The cell is the application's own, or the model is beyond 2 GiB. Nothing is
    /// written.</exception>
    public void SaveAsOnnx(Stream stream)
    {
        Host.CheckValue(stream, nameof(stream));
        OnnxModel().WriteTo(stream);
    }

    /// <summary>
    /// Threads that score the rows of a <see cref="Transform"/>, at least 1, its consumer's own among them. Default null: as many as
    /// <see cref="Environment.ProcessorCount"/>. Counts for views that Transform makes from then on; not saved with the model. A
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
    /// Where the rows of a <see cref="Transform"/> are scored: <c>cpu</c> (the default; managed code), <c>cuda</c>, <c>cuda:1</c> or
    /// <c>mps</c> (libtorch, a few thousand rows at a time). Counts for views that Transform makes from then on, and Transform throws where
    /// the device is not there; not saved with the model. A PredictionEngine scores on the CPU.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The text is not the name of such a device.</exception>
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
    /// How exactly the recurrent weights are kept where rows are scored one by one, as in a PredictionEngine. Default
    /// <see cref="WeightPrecision.Full"/>. With <see cref="WeightPrecision.BFloat16"/> a row of a network of 128 or more units takes about
    /// half the time, because its weights are read anew at each step, and scores change in the third digit or so: docs/scoring.md has
    /// figures. Counts for engines made from then on; not saved with the model. A Transform always scores with full weights.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not such a precision, or the cell is the application's own, which only has full
    /// weights.</exception>
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

    /// <summary>The columns of <paramref name="inputSchema"/> with the score columns added.</summary>
    /// <param name="inputSchema">The columns there are.</param>
    /// <returns>The columns there will be.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sequence column is missing, or is not as it was in training.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return RowToRowMapperTransform.GetOutputSchema(inputSchema, MakeRowMapper(inputSchema));
    }

    /// <summary>
    /// The rows of <paramref name="input"/> with their scores. Nothing is read before a cursor asks. A cursor over score columns reads a
    /// few hundred rows ahead for each of its threads, see <see cref="ScoringThreads"/>, and hands the rows on in their order.
    /// </summary>
    /// <param name="input">The rows.</param>
    /// <returns>The rows with the score columns added.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sequence column is missing, or is not as it was in training.</exception>
    /// <exception cref="InvalidOperationException">The <see cref="ScoringDevice"/> is not there, or native torch is not.</exception>
    public IDataView Transform(IDataView input)
    {
        Host.CheckValue(input, nameof(input));
        return new ScoredDataView(Host, input, MakeRowMapper, Plan());
    }

    /// <summary>
    /// Scores some rows in every way there is on this machine, and compares: row by row, in batches, alone in a batch, among other rows,
    /// beside a longer row, after save and load, in double precision without vectors, on torch's CPU and on a GPU where they are there. For
    /// the machine that a model is deployed to: whether its vector instructions give the scores that they should.
    /// </summary>
    /// <param name="sample">Rows with the sequence column; read once, in blocks. The output of a whole pipeline's Transform has it
    /// too.</param>
    /// <param name="maxRows">Most rows to read, at least 1: the first ones. Scoring in double precision stops at 100.</param>
    /// <param name="tolerance">
    /// The relative difference up to which scores count as the same, above 0; see <see cref="VerifiedPath.LargestRelativeDifference"/>. The
    /// default, 1e-5, lies above what rounding in single precision makes of large networks, and orders below any fault.
    /// </param>
    /// <returns>The differences found; nothing is thrown for them, see <see cref="ScoreVerification.ThrowIfDifferent"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sequence column is missing, or is not as it was in training; or a number is out of
    /// range.</exception>
    /// <exception cref="InvalidOperationException">The sample has no rows, or one that is no sequence.</exception>
    public ScoreVerification VerifyScores(IDataView sample, int maxRows = 1000, double tolerance = 1e-5)
    {
        Host.CheckValue(sample, nameof(sample));
        OptionsCheck.AtLeast(Host, maxRows, 1, nameof(maxRows));
        if (!(tolerance > 0))
            throw Host.ExceptUserArg(nameof(tolerance), $"tolerance is {tolerance}; it must be above 0.");
        SequenceBinding binding = Bind(sample.Schema, _columns);
        using RnnPredictionTransformer<TModel> reloaded = SavedAndLoaded();
        using var ways = new ScoringPaths(Model.Network, _scorer, reloaded._scorer);
        return new ScoreVerifier(Model.Network, ways.Reference, ways.Others, tolerance).Verify(Host, sample, binding, maxRows);
    }

    /// <summary>What it scores, and the model.</summary>
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
    /// Releases what torch holds of the model; may be called more than once, and waits for the batch in hand. A model of built-in cells
    /// holds nothing there and still scores afterwards, on the CPU. On another <see cref="ScoringDevice"/>, or with a cell of the
    /// application's own, whatever would score afterwards throws an <see cref="ObjectDisposedException"/>.
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

    /// <summary>What the score columns of a row hold that cannot be scored, a sentence.</summary>
    private protected abstract string OfUnscoredRows { get; }

    /// <summary>The class names to save, where the task has classes with names.</summary>
    private protected virtual LabelKeyValues? Classes => null;

    /// <summary>Of a classifier of two classes: the score above which a row is of the positive class.</summary>
    private protected virtual float SavedThreshold => 0;

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Host.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);

        // *** Binary format ***
        // sealed block: the columns and class names (TransformerPart)
        // sealed block: what RnnMlNet.Runtime scores by (ScorerPart)
        // sub-model "Model": the model parameters
        new TransformerPart(_columns, FeatureColumnType, Classes) { Vocabulary = Model.Vocabulary, Threshold = SavedThreshold }.Write(
            ctx.Writer
        );
        ScorerPart(RowInput.None).Write(ctx.Writer);
        ctx.SaveModel(Model, TransformerLoading.ModelFolder);
    }

    private ScorerPart ScorerPart(RowInput input) => new(Task, [.. Classes?.ToTexts() ?? []], SavedThreshold, input);

    private SequenceTask Task =>
        ScoreKind switch
        {
            ScoreKind.Binary => SequenceTask.BinaryClassification,
            ScoreKind.Multiclass => SequenceTask.MulticlassClassification,
            ScoreKind.Regression or ScoreKind.MultiTargetRegression => SequenceTask.Regression,
            ScoreKind.SequenceTagger => SequenceTask.SequenceTagging,
            _ => throw new InvalidOperationException($"There is no kind of score {ScoreKind}."),
        };

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

    private RnnPredictionTransformer<TModel> SavedAndLoaded()
    {
        var models = new ModelOperationsCatalog(Host);
        using var file = new MemoryStream();
        models.Save(this, null, file);
        file.Position = 0;
        return (RnnPredictionTransformer<TModel>)models.Load(file, out _);
    }

    private OnnxFile OnnxModel() => OnnxExport.ModelOf(Model.Network, ScoreKind, [.. Classes?.ToTexts() ?? []], SavedThreshold);
}
