using Microsoft.ML.Tokenizers;
using NUnit.Framework;
using RnnMlNet.Data;

namespace RnnMlNet.Tests.Data;

/// <summary>Learned merges beside a second implementation, and beside how Microsoft.ML.Tokenizers encodes with them.</summary>
[TestFixture]
public class BytePairLearnerTests
{
    /// <summary>The example of the paper that introduced byte pair encoding of words.</summary>
    [Test]
    public void The_example_of_Sennrich_and_others()
    {
        var (pieces, merges) = Learn(
            new()
            {
                ["low"] = 5,
                ["lower"] = 2,
                ["newest"] = 6,
                ["widest"] = 3,
            },
            100
        );
        Assert.That(
            merges.Take(4).Select(merge => merge.Left + " " + merge.Right),
            Is.EqualTo(new[] { "e s", "es t</w>", "l o", "e w" }),
            "Of pairs with 9 occurrences e s comes before s t</w>; of those with 7 l o before o w."
        );
        Assert.That(pieces, Does.Contain("newest</w>").And.Contain("low</w>").And.Unique);
    }

    [Test]
    public void Merges_equal_those_of_a_second_implementation([Range(1, 12)] int seed)
    {
        Dictionary<string, long> words = Words(seed);
        var (pieces, merges) = Learn(words, 60);
        var (expectedPieces, expectedMerges) = Naive(words, 60);
        Assert.That(merges, Is.EqualTo(expectedMerges));
        Assert.That(pieces, Is.EquivalentTo(expectedPieces));
    }

    [Test]
    public void The_library_encodes_words_as_the_merges_in_their_order_do([Range(1, 12)] int seed)
    {
        Dictionary<string, long> words = Words(seed);
        var (pieces, merges) = Learn(words, 60);
        Tokenizer tokenizer = SubwordTokenizer.Learned(pieces, merges, "<unknown>").Tokenizer;
        foreach (string word in words.Keys.Concat(Words(seed + 100).Keys))
            Assert.That(
                tokenizer.EncodeToTokens(word, out _).Select(piece => piece.Value),
                Is.EqualTo(Applied(word, merges, pieces)),
                word
            );
    }

    [Test]
    public void The_order_of_the_words_is_no_matter()
    {
        Dictionary<string, long> words = Words(3);
        var reversed = new Dictionary<string, long>(words.Reverse());
        Assert.That(Learn(reversed, 60).Merges, Is.EqualTo(Learn(words, 60).Merges));
    }

    [Test]
    public void Characters_are_pieces_however_few_are_asked_for()
    {
        var (pieces, merges) = Learn(new() { ["a🙂b"] = 1, ["c"] = 9 }, 2);
        Assert.That(pieces, Is.EqualTo(new[] { "a", "b</w>", "c</w>", "🙂" }));
        Assert.That(merges, Is.Empty);
        Assert.That(Learn(new() { ["ab"] = 1, ["cd"] = 1 }, 100).Merges, Is.Empty, "No pair occurs twice.");
    }

    private static (IReadOnlyList<string> Pieces, IReadOnlyList<(string Left, string Right)> Merges) Learn(
        Dictionary<string, long> words,
        int size
    ) => BytePairLearner.Learn(words, size, () => { });

    // Few letters, so that pairs repeat, overlap and are equally frequent.
    private static Dictionary<string, long> Words(int seed)
    {
        var random = new Random(seed);
        var words = new Dictionary<string, long>();
        for (int i = 0; i < 60; i++)
            words[string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => "aabé"[random.Next(4)]))] = random.Next(1, 5);
        return words;
    }

    private static (List<string>, List<(string, string)>) Naive(Dictionary<string, long> words, int size)
    {
        var split = words.ToDictionary(word => word.Key, word => BytePairLearner.Characters(word.Key).ToList());
        List<string> pieces = [.. split.Values.SelectMany(all => all).Distinct()];
        var merges = new List<(string, string)>();
        while (pieces.Count < size)
        {
            var best = split
                .SelectMany(word => word.Value.Zip(word.Value.Skip(1), (left, right) => (left, right, Count: words[word.Key])))
                .GroupBy(pair => (pair.left, pair.right))
                .Select(pair => (pair.Key, Count: pair.Sum(one => one.Count)))
                .Where(pair => pair.Count >= 2)
                .OrderByDescending(pair => pair.Count)
                .ThenBy(pair => pair.Key.left, StringComparer.Ordinal)
                .ThenBy(pair => pair.Key.right, StringComparer.Ordinal)
                .FirstOrDefault();
            if (best.Count == 0)
                break;
            merges.Add(best.Key);
            if (!pieces.Contains(best.Key.left + best.Key.right))
                pieces.Add(best.Key.left + best.Key.right);
            foreach (List<string> word in split.Values)
                Apply(word, best.Key);
        }
        return (pieces, merges);
    }

    private static void Apply(List<string> word, (string Left, string Right) merge)
    {
        for (int i = 0; i + 1 < word.Count; i++)
            if (word[i] == merge.Left && word[i + 1] == merge.Right)
            {
                word[i] += word[i + 1];
                word.RemoveAt(i + 1);
            }
    }

    private static List<string> Applied(string text, IReadOnlyList<(string, string)> merges, IReadOnlyList<string> pieces)
    {
        List<string> word = [.. BytePairLearner.Characters(text).Select(piece => pieces.Contains(piece) ? piece : "<unknown>")];
        foreach ((string, string) merge in merges)
            Apply(word, merge);
        return word;
    }
}
