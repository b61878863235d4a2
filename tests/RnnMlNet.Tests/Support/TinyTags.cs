using Microsoft.ML;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Tests.Support;

/// <summary>Sequence taggers of tiny networks over <see cref="TinyData"/>, whose steps have tags.</summary>
internal static class TinyTags
{
    /// <summary>The column of keys that the steps of such a column are labelled by.</summary>
    public static string Label(ColumnKind kind) =>
        kind switch
        {
            ColumnKind.Ragged or ColumnKind.RaggedChannels => "RaggedTagKeys",
            ColumnKind.Tokens => "TokenTagKeys",
            ColumnKind.RaggedTokens => "RaggedTokenTagKeys",
            _ => "TagKeys",
        };

    /// <summary>The rows as a view, with keys for all columns of tags.</summary>
    public static IDataView Load(MLContext ml, IEnumerable<SequenceRow> rows)
    {
        IDataView data = TinyData.Load(ml, rows);
        foreach (
            string tags in (string[])
                [
                    nameof(SequenceRow.Tags),
                    nameof(SequenceRow.RaggedTags),
                    nameof(SequenceRow.TokenTags),
                    nameof(SequenceRow.RaggedTokenTags),
                ]
        )
            data = ml.Transforms.Conversion.MapValueToKey($"{tags[..^1]}Keys", tags).Fit(data).Transform(data);
        return data;
    }

    public static IDataView Load(MLContext ml, int count = 48, int seed = 1) => Load(ml, TinyData.Rows(count, seed));

    public static RnnSequenceTaggerTrainer Trainer(
        MLContext ml,
        ColumnKind kind = ColumnKind.Matrix,
        Action<RnnOptions>? configure = null
    ) =>
        ml.MulticlassClassification.Trainers.RnnSequenceTagger(
            Tiny.Options(
                new RnnSequenceTaggerTrainer.Options(),
                TinyTask.Multiclass,
                kind,
                options =>
                {
                    options.LabelColumnName = Label(kind);
                    configure?.Invoke(options);
                }
            )
        );

    /// <summary>The shape of a tagger of the same sizes.</summary>
    public static NetworkShape PerStep(NetworkShape shape) => shape with { Pooling = 0 };
}
