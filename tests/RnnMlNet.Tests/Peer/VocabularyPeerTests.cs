using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Peer;

/// <summary>LearnVocabulary, on all kinds of columns of words, is one of ML.NET's own estimators.</summary>
[TestFixture]
public class VocabularyPeerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void A_vocabulary_passes([Values("Words", "Text", "Pair")] string column, [Values] bool inPlace)
    {
        IDataView data = Load();
        EstimatorPeerTest.Run(
            _ml,
            _ml.Transforms.Text.LearnVocabulary(inPlace ? column : "Tokens", column, lowerCase: true, foldDigits: true),
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

    /// <summary>The words of several columns: a vector of known size whose slots have names, which the keys keep.</summary>
    private IDataView Load()
    {
        WordRow[] rows = [.. WordRow.Moods(20), .. WordRow.Moods(10), WordRow.Of("")];
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        data = _ml.Transforms.CopyColumns("Other", nameof(WordRow.Text)).Fit(data).Transform(data);
        data = _ml.Transforms.Concatenate("Pair", nameof(WordRow.Text), "Other").Fit(data).Transform(data);
        Assert.That(data.Schema["Pair"].HasSlotNames(), Is.True);
        return data;
    }
}
