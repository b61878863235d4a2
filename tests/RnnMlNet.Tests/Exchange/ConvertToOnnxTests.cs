using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>
/// What ML.NET's ConvertToOnnx, of the package Microsoft.ML.OnnxConverter, makes of a recurrent transformer alone; of pipelines,
/// <see cref="ConvertPipelineToOnnxTests"/>.
/// </summary>
public sealed class ConvertToOnnxTests
{
    // A tagger is refused: ConvertPipelineToOnnxTests.
    private static readonly TinyTask[] _tasks = [.. Enum.GetValues<TinyTask>().Where(task => task != TinyTask.MultiLabelTags)];

    [Test]
    public void Converted_model_puts_out_the_columns_of_the_transformer(
        [ValueSource(nameof(_tasks))] TinyTask task,
        [Values] ColumnKind kind
    )
    {
        var ml = new MLContext(seed: 1);
        ITransformer model = Tiny.Trainer(ml, task, kind).Fit(TinyData.Load(ml));
        SequenceRow[] rows = Rows(kind);
        using var run = Converted(ml, model, Sequences(ml, kind, rows));

        // Rows of several lengths are not one tensor: the converted model takes them one by one.
        SequenceRow[][] batches = IsRagged(kind) ? [.. rows.Select(row => new[] { row })] : [rows];
        foreach (SequenceRow[] batch in batches)
            AssertSameColumns(
                run.Run([.. kind.Columns().Select(column => Input(column, batch))]),
                model.Transform(Sequences(ml, kind, batch)),
                task
            );
    }

    [Test]
    public void Static_values_go_where_the_network_reads_them([Values] StaticUse use, [Values(CellKind.Gru, CellKind.Lstm)] CellKind cell)
    {
        var ml = new MLContext(seed: 1);
        ITransformer model = Tiny.Regression(
                ml,
                configure: options =>
                    (options.StaticColumnNames, options.StaticUse, options.Cell, options.Bidirectional) = (
                        [nameof(SequenceRow.Weight)],
                        use,
                        cell,
                        true
                    )
            )
            .Fit(TinyData.Load(ml));
        SequenceRow[] rows = Rows(ColumnKind.Matrix);
        var schema = SchemaDefinition.Create(typeof(SequenceRow));
        schema.RemoveAll(column => column.ColumnName is not (nameof(SequenceRow.Matrix) or nameof(SequenceRow.Weight)));
        IDataView data = ml.Data.LoadFromEnumerable(rows, schema);
        using var run = Converted(ml, model, data);

        AssertSameColumns(
            run.Run(
                Input(nameof(SequenceRow.Matrix), rows),
                OnnxRun.Value(nameof(SequenceRow.Weight), rows.Select(row => row.Weight).ToArray(), rows.Length, 1)
            ),
            model.Transform(data),
            TinyTask.Regression
        );
    }

    /// <summary>Missing tokens are left out before: the windows are of those that stay.</summary>
    [Test]
    public void Convolutions(
        [Values(ColumnKind.Matrix, ColumnKind.Ragged, ColumnKind.Tokens, ColumnKind.RaggedTokens)] ColumnKind kind,
        [Values(1, 3)] int stride
    )
    {
        var ml = new MLContext(seed: 1);
        ITransformer model = Tiny.Multiclass(
                ml,
                kind,
                options =>
                    (options.ConvolutionFilters, options.ConvolutionKernelSize, options.ConvolutionStride, options.Bidirectional) = (
                        6,
                        3,
                        stride,
                        true
                    )
            )
            .Fit(TinyData.Load(ml));
        SequenceRow[] rows = Rows(kind);
        using var run = Converted(ml, model, Sequences(ml, kind, rows));

        SequenceRow[][] batches = IsRagged(kind) ? [.. rows.Select(row => new[] { row })] : [rows];
        foreach (SequenceRow[] batch in batches)
            AssertSameColumns(
                run.Run([.. kind.Columns().Select(column => Input(column, batch))]),
                model.Transform(Sequences(ml, kind, batch)),
                TinyTask.Multiclass
            );
    }

    [Test]
    public void Of_an_average_it_is_the_average_too([ValueSource(nameof(_tasks))] TinyTask task)
    {
        var ml = new MLContext(seed: 1);
        ITransformer model = Tiny.Trainer(ml, task, configure: options => options.EnsembleSize = 3).Fit(TinyData.Load(ml));
        SequenceRow[] rows = Rows(ColumnKind.Matrix);
        IDataView data = Sequences(ml, ColumnKind.Matrix, rows);
        using var run = Converted(ml, model, data);

        AssertSameColumns(run.Run(Input(nameof(SequenceRow.Matrix), rows)), model.Transform(data), task);
    }

    [Test]
    public void A_pipeline_with_two_networks_is_converted()
    {
        var ml = new MLContext(seed: 1);
        IDataView train = TinyData.Load(ml);
        ITransformer first = Tiny.Regression(ml).Fit(train);
        var renamed = first.Append(ml.Transforms.CopyColumns("First", "Score").Fit(first.Transform(train)));
        ITransformer model = renamed.Append(Tiny.Binary(ml, configure: options => options.Cell = CellKind.Gru).Fit(train));
        SequenceRow[] rows = Rows(ColumnKind.Matrix);
        IDataView data = Sequences(ml, ColumnKind.Matrix, rows);

        using var run = Converted(ml, model, data);
        OnnxResult result = run.Run(Input(nameof(SequenceRow.Matrix), rows));

        IDataView scored = model.Transform(data);
        Assert.That(result.Floats("First.output"), Is.EqualTo(scored.GetColumn<float>("First")).Within(1e-4));
        AssertSameColumns(result, scored, TinyTask.Binary);
    }

    private static OnnxRun Converted(MLContext ml, ITransformer model, IDataView data) =>
        OnnxRun.Of(stream => ml.Model.ConvertToOnnx(model, data, stream));

    private static bool IsRagged(ColumnKind kind) => kind is ColumnKind.Ragged or ColumnKind.RaggedChannels or ColumnKind.RaggedTokens;

    /// <summary>Rows with missing tokens among the others, and one with none but missing ones.</summary>
    private static SequenceRow[] Rows(ColumnKind kind)
    {
        SequenceRow[] rows = TinyData.Rows(count: 9, seed: 2);
        if (kind is not (ColumnKind.Tokens or ColumnKind.RaggedTokens))
            return rows;
        foreach (SequenceRow row in rows)
            (row.Tokens, row.RaggedTokens) = ([.. row.Tokens], [.. row.RaggedTokens]);
        rows[0].Tokens[2] = rows[1].Tokens[0] = rows[1].Tokens[1] = rows[2].Tokens[^1] = rows[4].RaggedTokens[1] = 0;
        rows[3].Tokens[1] = SequenceRow.Vocabulary + 1;
        Array.Clear(rows[5].Tokens);
        Array.Clear(rows[6].RaggedTokens);
        return rows;
    }

    /// <summary>A view of the sequence columns alone: what is in the view is an input of the converted model.</summary>
    private static IDataView Sequences(MLContext ml, ColumnKind kind, SequenceRow[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(SequenceRow));
        schema.RemoveAll(column => !kind.Columns().Contains(column.ColumnName));
        return ml.Data.LoadFromEnumerable(rows, schema);
    }

    private static NamedOnnxValue Input(string column, SequenceRow[] rows)
    {
        var property = typeof(SequenceRow).GetProperty(column)!;
        return column switch
        {
            nameof(SequenceRow.Tokens) or nameof(SequenceRow.RaggedTokens) => Joined(
                column,
                [.. rows.Select(row => (uint[])property.GetValue(row)!)]
            ),
            nameof(SequenceRow.Matrix) => Joined(column, [.. rows.Select(row => row.Matrix)], SequenceRow.Steps, SequenceRow.Features),
            _ => Joined(column, [.. rows.Select(row => (float[])property.GetValue(row)!)]),
        };
    }

    private static NamedOnnxValue Joined<T>(string column, T[][] rows, params int[] sides) =>
        OnnxRun.Value(column, rows.SelectMany(row => row).ToArray(), [rows.Length, .. sides.Length == 0 ? [rows[0].Length] : sides]);

    private static void AssertSameColumns(OnnxResult result, IDataView scored, TinyTask task)
    {
        Assert.That(result.Floats("Score.output"), Is.EqualTo(Scores.Of(scored).SelectMany(score => score)).Within(1e-4));
        if (task == TinyTask.Multiclass)
            Assert.That(result.Of<uint>("PredictedLabel.output"), Is.EqualTo(scored.GetColumn<uint>("PredictedLabel")));
        if (task == TinyTask.MultiLabel)
        {
            Assert.That(
                result.Floats("Probability.output"),
                Is.EqualTo(scored.GetColumn<float[]>("Probability").SelectMany(row => row)).Within(1e-4)
            );
            Assert.That(
                result.Of<bool>("PredictedLabel.output"),
                Is.EqualTo(scored.GetColumn<bool[]>("PredictedLabel").SelectMany(row => row))
            );
        }
        if (task != TinyTask.Binary)
            return;
        Assert.That(result.Floats("Probability.output"), Is.EqualTo(scored.GetColumn<float>("Probability")).Within(1e-4));
        Assert.That(result.Of<bool>("PredictedLabel.output"), Is.EqualTo(scored.GetColumn<bool>("PredictedLabel")));
    }
}
