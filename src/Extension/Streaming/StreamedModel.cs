using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Grouping;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Scoring;

namespace RnnMlNet.Streaming;

/// <summary>A model with one recurrent network, or one ensemble, for rows that are the next steps of series.</summary>
internal sealed class StreamedModel
{
    private readonly ITransformer[] _transformers;
    private readonly IRowScorer _network;

    // Values of a window: 64 MiB.
    private const long MostValues = 1 << 24;

    private readonly int? _windowLength;

    /// <param name="ectx">Creates the errors.</param>
    /// <param name="model">The model.</param>
    /// <param name="windowLength">The most steps that a prediction is made from; null for all, or as the model groups rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model cannot be streamed; the message states why.</exception>
    public StreamedModel(IExceptionContext ectx, ITransformer model, int? windowLength)
    {
        _transformers = [.. RowChain.Flatten(model)];
        IRowScorer[] networks = [.. _transformers.OfType<IRowScorer>()];
        if (networks.Length != 1)
            throw ectx.ExceptUserArg(
                nameof(model),
                networks.Length == 0
                    ? $"There is no recurrent network of RnnMlNet in the model ({Names()}): give the result of a Rnn trainer's Fit, or a "
                        + $"chain of transformers with it."
                    : $"There are {networks.Length} recurrent networks in the model ({Names()}), but an engine keeps the state of one: "
                        + $"make an engine for each."
            );
        _network = networks[0];
        _windowLength = windowLength ?? Grouping?.Windows.Length;
        int values = Math.Max(Network.Shape.TokenWidth, Network.Shape.TimeStepValues);
        if ((long)(_windowLength ?? 0) * values > MostValues)
            throw ectx.ExceptUserArg(
                nameof(SequencePredictionEngineOptions.WindowLength),
                $"Windows of {_windowLength} time steps of {values} values are too large to keep for "
                    + $"each series: {MostValues} values are the most. Set a smaller WindowLength, or, of a model that groups rows, its "
                    + "Windows to SequenceWindows.Whole."
            );
        CheckNetwork(ectx, nameof(model));
        CheckGrouping(ectx, nameof(model));
        RowChain.CheckByRow(ectx, [.. _transformers.Where(transformer => transformer is not SequenceGroupingTransformer)], "predict");
    }

    public TrainedNetwork Network => _network.Network;

    /// <summary>The most steps that a prediction is made from; null for all.</summary>
    public int? WindowLength => _windowLength;

    /// <summary>Identifies the network and the definition of series.</summary>
    public NetworkFingerprint Fingerprint() => NetworkFingerprint.Of(Network.Members).OfWindows(_windowLength).OfRows(Grouping?.Definition);

    private SequenceGroupingTransformer? Grouping => _transformers.OfType<SequenceGroupingTransformer>().FirstOrDefault();

    /// <summary>A scorer of series, for one thread at a time.</summary>
    public SeriesScorer NewScorer() =>
        _windowLength is int length
            ? new WindowScorer(_network.RowScorer, Network.Shape, length)
            : new StateScorer(new EnsembleStepScorer(Packed(_network.RowScorer)));

    /// <summary>The state of a series before its first step.</summary>
    public EnsembleState NewState() =>
        _windowLength is int length
            ? WindowScorer.NewState(Network.Shape, length)
            : new EnsembleState(Network.Shape, Network.Members.Count);

    /// <summary>A series before its first step.</summary>
    public Series NewSeries(string key) => new(key, NewState(), Grouping is null ? null : new StreamedKey());

    /// <summary>A reader of the name of a row's series, which is that of its keys where the model groups rows by such; else null.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="input">The row.</param>
    public Func<string>? OpenName(IExceptionContext ectx, DataViewRow input)
    {
        if (Grouping is not { KeyColumnNames.Count: > 0 } grouping)
            return null;
        IRowToRowMapper before = RowChain.Bind([.. _transformers.TakeWhile(transformer => transformer != grouping)], input.Schema);
        DataViewSchema.Column[] keys = [.. grouping.KeyColumnNames.Select(name => before.OutputSchema[name])];
        var columns = new TupleColumns(keys);
        TupleReader reader = columns.Open(before.GetRow(input, keys));
        return () => columns.NameOf(reader.Read(ectx).ToArray());
    }

    /// <summary>The model bound to an input schema, with a scorer in its network's place.</summary>
    /// <param name="input">The schema.</param>
    /// <param name="scorer">The scorer.</param>
    /// <param name="rows">Places the rows among those of their key, where the model groups rows.</param>
    public IRowToRowMapper Bind(DataViewSchema input, SeriesScorer scorer, StreamedRows rows) =>
        RowChain.Bind(
            _transformers,
            input,
            (transformer, schema) =>
                transformer == _network ? _network.MapRows(schema, scorer, marksMissing: Grouping is not null && _windowLength is not null)
                : transformer is SequenceGroupingTransformer grouping ? grouping.MapSteps(schema, rows)
                : transformer.GetRowToRowMapper(schema)
        );

    private static PackedNetwork[] Packed(ISequenceScorer scorer) =>
        scorer switch
        {
            SimdScorer one => [one.Network],
            EnsembleScorer several => [.. several.Members.SelectMany(Packed)],
            _ => throw new InvalidOperationException($"A {scorer.GetType().Name} has no networks of built-in cells."),
        };

    private void CheckGrouping(IExceptionContext ectx, string parameter)
    {
        int groupings = _transformers.Count(transformer => transformer is SequenceGroupingTransformer);
        if (groupings > 1 || (groupings == 1 && Place(Grouping!) > Place((ITransformer)_network)))
            throw ectx.ExceptUserArg(
                parameter,
                $"An engine takes a model that groups rows once, before its network, and this one is {Names()}."
            );

        int Place(ITransformer transformer) => Array.IndexOf([.. _transformers], transformer);
    }

    private void CheckNetwork(IExceptionContext ectx, string parameter)
    {
        if (_network.Network.Shape.IsChained)
            throw ectx.ExceptUserArg(
                parameter,
                "The model scores the tags of a sequence together (ConditionalRandomField), so that its output at a step depends on steps "
                    + "that are not known yet: it cannot predict step by step. Train without it, or score whole "
                    + "sequences."
            );
        if (_windowLength is not null)
            return;
        if (_network.Network.Shape.Bidirectional)
            throw ectx.ExceptUserArg(
                parameter,
                "The model reads its sequences backwards as well (Bidirectional), so that its output at a step depends on steps that "
                    + "are not known yet: "
                    + "it cannot predict step by step. Train with ForStreaming = true, or set WindowLength, for predictions from the last "
                    + "steps."
            );
        if (_network.Network.Shape.CustomCell is string cell)
            throw ectx.ExceptUserArg(
                parameter,
                $"The model's cell '{cell}' is not a built-in one, and a SequencePredictionEngine supports built-in cells only ("
                    + $"{string.Join(", ", Enum.GetNames<CellKind>())}): "
                    + "train with one of these, or score whole sequences with a PredictionEngine."
            );
    }

    private string Names() => RowChain.Names(_transformers);
}
