using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>A sequence tagger in ONNX Runtime, beside the columns that it adds.</summary>
public sealed class SequenceTaggerOnnxTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly SequenceRow[] _rows = TinyData.Rows(count: 12, seed: 2);

    [Test]
    public void It_puts_out_probabilities_and_the_class_of_each_step(
        [Values] bool tokens,
        [Values] bool bidirectional,
        [Values(0, 5)] int hiddenHead
    )
    {
        ColumnKind kind = tokens ? ColumnKind.RaggedTokens : ColumnKind.Ragged;
        using RnnSequenceTaggerTransformer model = TinyTags
            .Trainer(
                _ml,
                kind,
                options =>
                {
                    options.Bidirectional = bidirectional;
                    options.HeadHiddenSizes = hiddenHead > 0 ? [hiddenHead] : [];
                    options.Layers = 2;
                }
            )
            .Fit(TinyTags.Load(_ml));
        IDataView scored = model.Transform(TinyTags.Load(_ml, _rows));
        float[][] expected = [.. scored.GetColumn<float[]>("Score")];
        uint[][] predicted = [.. scored.GetColumn<uint[]>("PredictedLabel")];

        using OnnxRun run = OnnxRun.Of(model.SaveAsOnnx);
        int[] lengths = [.. _rows.Select(row => row.RaggedTokens.Length)];
        OnnxResult result = run.Run(
            tokens
                ? OnnxRun.Value(
                    "tokens",
                    Padded(row => row.RaggedTokens.Select(token => (long)token - 1), 1, -7L),
                    _rows.Length,
                    SequenceRow.Steps
                )
                : OnnxRun.Value(
                    "features",
                    Padded(row => row.Ragged, SequenceRow.Features, float.NaN),
                    _rows.Length,
                    SequenceRow.Steps,
                    SequenceRow.Features
                ),
            OnnxRun.Value("lengths", [.. lengths.Select(length => (long)length)], _rows.Length)
        );

        Assert.That(run.Outputs["score"].Dimensions[2], Is.EqualTo(2));
        float[][] scores = [.. result.Floats("score").Chunk(SequenceRow.Steps * 2).Select((row, i) => row[..(lengths[i] * 2)])];
        long[][] classes = [.. result.Of<long>("predicted_label").Chunk(SequenceRow.Steps).Select((row, i) => row[..lengths[i]])];
        Assert.That(scores.SelectMany(row => row), Is.EqualTo(expected.SelectMany(row => row)).Within(1e-4));
        Assert.That(classes, Is.EqualTo(predicted.Select(row => row.Select(key => (long)key - 1))));
    }

    private T[] Padded<T>(Func<SequenceRow, IEnumerable<T>> values, int width, T padding) =>
        [
            .. _rows.SelectMany(row =>
                values(row).Concat(Enumerable.Repeat(padding, SequenceRow.Steps * width)).Take(SequenceRow.Steps * width)
            ),
        ];
}
