using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Peer;

/// <summary>The sequence tagger, with every kind of sequence column, is one of ML.NET's own.</summary>
[TestFixture]
public class SequenceTaggerPeerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Tagger_passes([Values] ColumnKind kind) => EstimatorPeerTest.Run(_ml, TinyTags.Trainer(_ml, kind), Inputs(kind));

    [Test]
    public void Tagger_passes_with_every_engine(
        [Values] EngineKind engine,
        [Values(ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind
    ) => EstimatorPeerTest.Run(_ml, TinyTags.Trainer(_ml, kind, options => options.Engine = engine), Inputs(kind));

    [Test]
    public void Tagger_passes_with_every_cell([Values] CellKind cell, [Values] bool bidirectional) =>
        EstimatorPeerTest.Run(
            _ml,
            TinyTags.Trainer(
                _ml,
                ColumnKind.Ragged,
                options =>
                {
                    options.Cell = cell;
                    options.Bidirectional = bidirectional;
                    options.Layers = 2;
                    options.HeadHiddenSizes = [3];
                }
            ),
            Inputs(ColumnKind.Ragged)
        );

    [Test]
    public void Tagger_passes_with_weights_and_a_validation_set() =>
        EstimatorPeerTest.Run(
            _ml,
            TinyTags.Trainer(
                _ml,
                ColumnKind.Flat,
                options =>
                {
                    options.ExampleWeightColumnName = nameof(SequenceRow.Weight);
                    options.ValidationSet = TinyTags.Load(_ml, count: 12, seed: 2);
                }
            ),
            Inputs(ColumnKind.Flat)
        );

    [Test]
    public void Tagger_passes_where_the_label_keys_have_no_values()
    {
        IDataView data = TinyTags.Load(_ml);
        EstimatorPeerTest.Run(
            _ml,
            TinyTags.Trainer(_ml, ColumnKind.Tokens, options => options.LabelColumnName = nameof(SequenceRow.Tokens)),
            new PeerInputs { Data = data }
        );
    }

    private PeerInputs Inputs(ColumnKind kind)
    {
        IDataView data = TinyTags.Load(_ml);
        string column = kind.Columns()[^1];
        return new PeerInputs
        {
            Data = data,
            LabelColumn = TinyTags.Label(kind),
            Invalid =
            [
                _ml.Transforms.DropColumns(column).Fit(data).Transform(data),
                _ml.Transforms.CopyColumns(column, nameof(SequenceRow.Name)).Fit(data).Transform(data),
            ],
            FitOnly =
                kind == ColumnKind.Tokens
                    ? [_ml.Transforms.CopyColumns(column, nameof(SequenceRow.RicherTokens)).Fit(data).Transform(data)]
                    : [],
        };
    }
}
