using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Streaming;

/// <summary>What cannot be streamed is refused by a sentence when the engine is made.</summary>
[TestFixture]
public class StreamedModelTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class WrongWidth
    {
        [VectorType(3)]
        public float[] Flat { get; set; } = [];
    }

    private sealed class NoScore
    {
        public float[] Matrix { get; set; } = [];
    }

    private sealed class MisspeltScore
    {
        public float[] Score { get; set; } = [];

        public float[] Scroe { get; set; } = [];
    }

    [Test]
    public void A_network_of_two_directions() =>
        Refuses(
            RandomSeries.Model(_ml, ColumnKind.Matrix, change: shape => shape with { Bidirectional = true }),
            "The model reads its sequences backwards as well (Bidirectional), so that its output at a step depends on steps that are "
                + "not known yet: "
                + "it cannot predict step by step. Train with ForStreaming = true, or set WindowLength, for predictions from the last "
                + "steps."
        );

    [Test]
    public void A_cell_of_the_users_own()
    {
        using var registered = new Engines.Torch.RegisteredCell("streamed", (input, hidden) => new Engines.Torch.GatedCell(input, hidden));
        using RnnMulticlassTransformer model = Tiny.Multiclass(_ml, configure: options => options.CustomCell = "streamed")
            .Fit(TinyData.Load(_ml));
        Refuses(
            model,
            "The model's cell 'streamed' is not a built-in one, and a SequencePredictionEngine supports built-in cells only (Elman, "
                + "ElmanRelu, Gru, Lstm, MinGru, MinLstm, SLstm, Lru): "
                + "train with one of these, or score whole sequences with a PredictionEngine."
        );
    }

    [Test]
    public void No_network()
    {
        ITransformer normalizer = _ml.Transforms.NormalizeMinMax("Flat").Fit(TinyData.Load(_ml));
        Refuses(
            normalizer,
            "There is no recurrent network of RnnMlNet in the model (NormalizingTransformer): give the result of a Rnn trainer's Fit, or "
                + "a chain of transformers with it."
        );
        Refuses(new TransformerChain<ITransformer>(), "There is no recurrent network of RnnMlNet in the model ()");
    }

    [Test]
    public void Several_networks()
    {
        RnnRegressionTransformer one = RandomSeries.Model(_ml, ColumnKind.Matrix),
            other = RandomSeries.Model(_ml, ColumnKind.Flat);
        Refuses(
            one.Append(new TransformerChain<ITransformer>(other)),
            "There are 2 recurrent networks in the model (RnnRegressionTransformer, RnnRegressionTransformer), but an engine keeps the "
                + "state of one: make an engine for each."
        );
    }

    [Test]
    public void A_transformer_that_does_not_work_row_by_row()
    {
        ITransformer filter = new NotByRow();
        Refuses(
            new TransformerChain<ITransformer>(filter, RandomSeries.Model(_ml, ColumnKind.Matrix)),
            "The model's NotByRow does not work row by row, so no engine can predict with it: leave it out of the chain."
        );
    }

    [Test]
    public void A_step_of_another_width() =>
        Refused.Argument(
            () => _ml.Model.CreateSequencePredictionEngine<WrongWidth, TargetsPrediction>(RandomSeries.Model(_ml, ColumnKind.Flat)),
            "Schema mismatch for feature column 'Flat': expected a size that is a multiple of FeaturesPerStep, 2, got a vector of 3 values"
        );

    [Test]
    public void A_prediction_that_nothing_of_the_network_goes_into() =>
        Refused.Argument(
            () => _ml.Model.CreateSequencePredictionEngine<StepRow, NoScore>(RandomSeries.Model(_ml, ColumnKind.Matrix)),
            "No member of NoScore is an output column of the network: give it one, such as Score, of the columns Matrix, Flat, "
                + "FeatureMajor, Ragged, ChannelA, ChannelB, RaggedA, RaggedB, Tokens, RaggedTokens, Score."
        );

    [Test]
    public void A_member_that_is_no_column_where_that_is_asked_for()
    {
        RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Matrix);
        Assert.That(() => _ml.Model.CreateSequencePredictionEngine<StepRow, MisspeltScore>(model), Throws.Nothing);
        Refused.Argument(
            () =>
                _ml.Model.CreateSequencePredictionEngine<StepRow, MisspeltScore>(
                    model,
                    new SequencePredictionEngineOptions { IgnoreMissingColumns = false }
                ),
            "'Scroe'"
        );
    }

    [Test]
    public void A_capacity_for_no_series([Values(0, -1)] int capacity) =>
        Refused.Argument(
            () =>
                _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(
                    RandomSeries.Model(_ml, ColumnKind.Matrix),
                    new SequencePredictionEngineOptions { Capacity = capacity }
                ),
            $"Capacity is {capacity}; it must be at least 1."
        );

    [Test]
    public void Arguments_that_are_null()
    {
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(RandomSeries.Model(_ml, ColumnKind.Matrix));
        Assert.That(() => engine.Predict(null!, new StepRow()), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("series"));
        Assert.That(() => engine.Predict("a", null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("step"));
        Assert.That(
            () => _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(null!),
            Throws.ArgumentNullException.With.Property("ParamName").EqualTo("model")
        );
        Assert.That(engine.Count, Is.Zero);
    }

    /// <summary>Columns may be told by schema definitions in place of attributes.</summary>
    [Test]
    public void Schema_definitions()
    {
        SchemaDefinition input = SchemaDefinition.Create(typeof(StepsRow)),
            output = SchemaDefinition.Create(typeof(NoScore), SchemaDefinition.Direction.Write);
        input["Matrix"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1, 2);
        output["Matrix"].ColumnName = "Score";
        RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Matrix);
        using var defined = _ml.Model.CreateSequencePredictionEngine<StepsRow, NoScore>(
            model,
            new SequencePredictionEngineOptions { InputSchemaDefinition = input, OutputSchemaDefinition = output }
        );
        using var plain = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model);
        var series = new RandomSeries(1, seed: 1);
        Assert.That(defined.OutputSchema["Matrix"].Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single, 1, 2)));
        Assert.That(defined.Predict(series.Steps(0, 1)).Matrix, Is.EqualTo(plain.Predict(series.Step(0)).Score));
    }

    private void Refuses(ITransformer model, string sentence) =>
        Refused.Argument(() => _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(model), sentence);

    private sealed class NotByRow : ITransformer
    {
        public bool IsRowToRowMapper => false;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public IDataView Transform(IDataView input) => input;

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();
    }
}
