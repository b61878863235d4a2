using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Peer;

/// <summary>Every trainer, with every kind of sequence column, is one of ML.NET's own.</summary>
[TestFixture]
public class RnnTrainersPeerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Trainer_passes([Values] TinyTask task, [Values] ColumnKind kind) =>
        EstimatorPeerTest.Run(_ml, Tiny.Trainer(_ml, task, kind), Inputs(task, kind));

    [Test]
    public void Trainer_passes_with_every_engine([Values] EngineKind engine, [Values("auto", "cpu")] string device) =>
        EstimatorPeerTest.Run(
            _ml,
            Tiny.Multiclass(_ml, configure: options => (options.Engine, options.Device, options.FallbackToCpu) = (engine, device, true)),
            Inputs(TinyTask.Multiclass, ColumnKind.Matrix)
        );

    [Test]
    public void Trainer_passes_with_every_cell([Values] CellKind cell, [Values] bool bidirectional) =>
        EstimatorPeerTest.Run(
            _ml,
            Tiny.Binary(
                _ml,
                ColumnKind.Ragged,
                options =>
                {
                    options.Cell = cell;
                    options.Bidirectional = bidirectional;
                    options.Layers = 2;
                    options.Pooling = RandomNetwork.AllPooling;
                    options.HeadHiddenSizes = [3];
                }
            ),
            Inputs(TinyTask.Binary, ColumnKind.Ragged)
        );

    [Test]
    public void Trainer_passes_with_weights_and_a_validation_set([Values] TinyTask task) =>
        EstimatorPeerTest.Run(
            _ml,
            Tiny.Trainer(
                _ml,
                task,
                ColumnKind.Flat,
                options =>
                {
                    options.ExampleWeightColumnName = nameof(SequenceRow.Weight);
                    options.ValidationSet = TinyData.Load(_ml, count: 12, seed: 2);
                }
            ),
            Inputs(task, ColumnKind.Flat)
        );

    /// <summary>Numbers, keys and static values, with missing numbers and standardising within categories.</summary>
    [Test]
    public void Trainer_passes_with_columns_of_every_kind([Values] TinyTask task, [Values(StaticUse.Head, StaticUse.Both)] StaticUse use) =>
        EstimatorPeerTest.Run(
            _ml,
            Tiny.Trainer(
                _ml,
                task,
                ColumnKind.Channels,
                options =>
                {
                    options.ChannelColumnNames = [nameof(SequenceRow.ChannelA), nameof(SequenceRow.Tokens)];
                    options.StaticColumnNames = [nameof(SequenceRow.PlainKey), nameof(SequenceRow.Weight)];
                    options.StaticUse = use;
                    options.MissingValues = MissingValues.LastValue;
                    options.NormalizeBy = [nameof(SequenceRow.PlainKey)];
                }
            ),
            Inputs(task, ColumnKind.Channels) with
            {
                Invalid = [],
            }
        );

    [Test]
    public void Multiclass_passes_where_the_label_keys_have_no_values() =>
        EstimatorPeerTest.Run(
            _ml,
            Tiny.Multiclass(_ml, configure: options => options.LabelColumnName = nameof(SequenceRow.PlainKey)),
            Inputs(TinyTask.Multiclass, ColumnKind.Matrix) with
            {
                LabelColumn = nameof(SequenceRow.PlainKey),
            }
        );

    [Test]
    public void Multiclass_passes_where_the_label_keys_are_numbers()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(TinyData.Rows());
        data = _ml.Transforms.Conversion.MapValueToKey("Length", nameof(SequenceRow.Weight)).Fit(data).Transform(data);
        EstimatorPeerTest.Run(
            _ml,
            Tiny.Multiclass(_ml, configure: options => options.LabelColumnName = "Length"),
            new PeerInputs { Data = data, LabelColumn = "Length" }
        );
    }

    [Test]
    public void Several_labels_pass_with_slot_names_and_as_keys(
        [Values(TinyLabels.Flags, TinyLabels.Names)] string label,
        [Values(ColumnKind.Matrix, ColumnKind.RaggedTokens)] ColumnKind kind
    )
    {
        IDataView data = TinyLabels.Load(_ml);
        EstimatorPeerTest.Run(
            _ml,
            Tiny.MultiLabel(_ml, kind, options => options.LabelColumnName = label),
            new PeerInputs { Data = data, LabelColumn = label }
        );
    }

    [Test]
    public void Several_labels_pass_where_the_keys_are_numbers()
    {
        IDataView data = _ml
            .Transforms.Conversion.MapValueToKey("Levels", nameof(SequenceRow.Targets))
            .Fit(TinyData.Load(_ml))
            .Transform(TinyData.Load(_ml));
        EstimatorPeerTest.Run(
            _ml,
            Tiny.MultiLabel(_ml, configure: options => options.LabelColumnName = "Levels"),
            new PeerInputs { Data = data, LabelColumn = "Levels" }
        );
    }

    [Test]
    public void Regression_with_a_vector_label_of_one_target_passes()
    {
        IDataView data = TinyData.Load(_ml);
        data = _ml.Transforms.Concatenate("One", nameof(SequenceRow.Number)).Fit(data).Transform(data);
        EstimatorPeerTest.Run(
            _ml,
            Tiny.Regression(_ml, configure: options => options.LabelColumnName = "One"),
            new PeerInputs { Data = data, LabelColumn = "One" }
        );
    }

    [Test]
    public void Trainer_passes_over_a_cache([Values] TinyTask task) =>
        EstimatorPeerTest.Run(
            _ml,
            Tiny.Trainer(_ml, task, ColumnKind.Ragged),
            new PeerInputs { Data = _ml.Data.Cache(TinyData.Load(_ml, count: 200)), LabelColumn = task.Label() }
        );

    [Test]
    public void A_chain_with_ML_NETs_own_transforms_passes() =>
        EstimatorPeerTest.Run(
            _ml,
            _ml.Transforms.NormalizeMinMax(nameof(SequenceRow.Flat))
                .AppendCacheCheckpoint(_ml)
                .Append(Tiny.Multiclass(_ml, ColumnKind.Flat))
                .Append(_ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel")),
            new PeerInputs
            {
                Data = TinyData.Load(_ml),
                LabelColumn = TinyData.ClassLabel,
                // Only what ML.NET's own normalizer, which comes before the network, rejects when computing its output schema.
                Invalid = [_ml.Transforms.DropColumns(nameof(SequenceRow.Flat)).Fit(TinyData.Load(_ml)).Transform(TinyData.Load(_ml))],
            }
        );

    private PeerInputs Inputs(TinyTask task, ColumnKind kind)
    {
        IDataView data = TinyData.Load(_ml);
        string column = kind.Columns()[^1];
        return new PeerInputs
        {
            Data = data,
            LabelColumn = task.Label(),
            Invalid =
            [
                _ml.Transforms.DropColumns(column).Fit(data).Transform(data),
                Replace(data, column, nameof(SequenceRow.Name)),
                Replace(data, column, nameof(SequenceRow.Number)),
                _ml.Transforms.Conversion.ConvertType(column, nameof(SequenceRow.Flat), DataKind.Double).Fit(data).Transform(data),
            ],
            FitOnly = [.. FitOnly(kind).Select(other => Replace(data, column, other))],
        };
    }

    // Sequences that a trainer with the same options reads, but not a network fitted on the tiny data.
    private static string[] FitOnly(ColumnKind kind) =>
        kind switch
        {
            ColumnKind.Matrix => [nameof(SequenceRow.WiderMatrix), nameof(SequenceRow.Tokens)],
            ColumnKind.Tokens or ColumnKind.RaggedTokens => [nameof(SequenceRow.RicherTokens), nameof(SequenceRow.Matrix)],
            _ => [],
        };

    private IDataView Replace(IDataView data, string column, string by) => _ml.Transforms.CopyColumns(column, by).Fit(data).Transform(data);
}
