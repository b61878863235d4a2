using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Peer;

/// <summary>TokenizeIntoSubwords, on all kinds of columns of texts, is one of ML.NET's own estimators.</summary>
[TestFixture]
public class SubwordPeerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Subwords_pass([Values("Words", "Text")] string column, [Values] bool inPlace, [Values] bool hasLabels)
    {
        if (hasLabels && column == "Text")
            return;
        var options = new SubwordOptions
        {
            OutputColumnName = inPlace ? column : "Tokens",
            InputColumnName = column,
            LabelColumnName = hasLabels ? "TagKeys" : null,
            WordIndexColumnName = "Word",
            VocabularySize = 30,
        };
        IDataView data = _ml.Data.LoadFromEnumerable([.. WordRow.Moods(20), WordRow.Of("")]);
        data = _ml.Transforms.Conversion.MapValueToKey("TagKeys", "Tags").Fit(data).Transform(data);
        EstimatorPeerTest.Run(
            _ml,
            _ml.Transforms.Text.TokenizeIntoSubwords(options),
            new PeerInputs
            {
                Data = data,
                Invalid =
                [
                    _ml.Transforms.DropColumns(column).Fit(data).Transform(data),
                    _ml.Transforms.CopyColumns(column, nameof(WordRow.Number)).Fit(data).Transform(data),
                ],
            }
        );
    }
}
