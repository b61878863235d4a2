using NUnit.Framework;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Tests.Sequences;

/// <summary>The form of words, and the tokens that they are looked up by.</summary>
[TestFixture]
public class WordTableTests
{
    [TestCase("Ab1", "Ab1", "ab1", "Ab0", "ab0")]
    [TestCase("1984-06-07", "1984-06-07", "1984-06-07", "0000-00-00", "0000-00-00")]
    [TestCase("ÄRGER", "ÄRGER", "ärger", "ÄRGER", "ärger")]
    [TestCase("٣٤x", "٣٤x", "٣٤x", "00x", "00x")] // Arabic-Indic digits
    [TestCase("½²Ⅳ", "½²Ⅳ", "½²ⅳ", "½²Ⅳ", "½²ⅳ")] // numbers that are no decimal digits
    [TestCase("𐐀", "𐐀", "𐐨", "𐐀", "𐐨")] // a letter outside the basic plane
    [TestCase("", "", "", "", "")]
    public void A_word_has_a_form(string word, string asIs, string lower, string folded, string both) =>
        Assert.That(
            (
                new WordForm(false, false).Of(word),
                new WordForm(true, false).Of(word),
                new WordForm(false, true).Of(word),
                new WordForm(true, true).Of(word)
            ),
            Is.EqualTo((asIs, lower, folded, both))
        );

    // Not by TestCase: attributes are UTF-8.
    [Test]
    public void Half_of_a_surrogate_pair_is_replaced([Values] bool lowers, [Values] bool folds)
    {
        var form = new WordForm(lowers, folds);
        string[] words = ["\uD83Dx", "x\uDE00", "\uDE00\uD83D", "\uD83D\uDE00", "\uD83D\uD83D\uDE00"];
        Assert.That(
            words.Select(word => form.Of(word)),
            Is.EqualTo(new[] { "\uFFFDx", "x\uFFFD", "\uFFFD\uFFFD", words[3], "\uFFFD" + words[3] })
        );
    }

    [TestCase(3)]
    [TestCase(128)]
    [TestCase(129)]
    [TestCase(1000)]
    public void A_word_of_any_length_is_found(int length)
    {
        string word = new('a', length);
        var table = new WordTable(["b", word], new WordForm(true, false), hasUnknown: false);
        Assert.That(table.TokenOf(word.ToUpperInvariant()), Is.EqualTo(1));
        Assert.That(table.TokenOf(word.AsSpan(1)), Is.Null);
    }

    [Test]
    public void Unknown_words_have_the_first_token_where_there_is_one_and_empty_words_none()
    {
        var with = new WordTable(["<unknown>", "a"], default, hasUnknown: true);
        var without = new WordTable(["a", "b"], default, hasUnknown: false);
        string[] words = ["a", "A", "<unknown>", ""];
        Assert.That(words.Select(word => with.TokenOf(word)), Is.EqualTo(new int?[] { 1, 0, 0, null }));
        Assert.That(words.Select(word => without.TokenOf(word)), Is.EqualTo(new int?[] { 0, null, null, null }));
    }
}
