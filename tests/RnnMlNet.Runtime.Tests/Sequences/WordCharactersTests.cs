using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Sequences;

[TestFixture]
public sealed class WordCharactersTests
{
    [TestCase("", new[] { 2, 3 })]
    [TestCase("a", new[] { 2, 'a', 3 })]
    [TestCase("Été", new[] { 2, 'É', 't', 'é', 3 })]
    [TestCase("\uD83D\uDE00", new[] { 2, 0xD83D, 0xDE00, 3 })]
    [TestCase("\0\u0002\u0003\u0004", new[] { 2, 1, 1, 1, 4, 3 })]
    public void A_word_stands_between_marks_before_the_padding(string word, int[] codes) =>
        Assert.That(RandomWords.Codes(word), Is.EqualTo(codes.Concat(new int[20 - codes.Length])));

    [TestCase("abcdefghijklmnopqr", "abcdefghijklmnopqr")]
    [TestCase("abcdefghijklmnopqrs", "abcdefghiklmnopqrs")]
    [TestCase("abcdefghi--------------------klmnopqrs", "abcdefghiklmnopqrs")]
    public void Of_a_long_word_the_first_and_the_last_characters_are_read(string word, string read) =>
        Assert.That(RandomWords.Codes(word), Is.EqualTo((int[])[2, .. read.Select(character => (int)character), 3]));
}
