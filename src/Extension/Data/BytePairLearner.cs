using System.Runtime.InteropServices;
using System.Text;

namespace RnnMlNet.Data;

/// <summary>
/// Learns the merges of byte pair encoding from words (Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword
/// Units", 2016): of all pairs of adjacent pieces the most frequent one becomes a piece, again and again. Pieces are characters at first,
/// the last of a word with a suffix. Of pairs that are equally frequent the one whose texts come first (ordinal) is merged first, so that
/// the merges do not depend on the words' order.
/// </summary>
internal sealed class BytePairLearner
{
    /// <summary>Marks pieces at the end of a word.</summary>
    public const string EndOfWord = "</w>";

    // A pair that occurs once tells nothing about other words.
    private const int LeastCount = 2;

    private readonly List<(int[] Pieces, long Count)> _words = [];
    private readonly List<string> _pieces = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<(int, int), long> _counts = [];
    private readonly Dictionary<(int, int), HashSet<int>> _wordsOf = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, string Left, string Right)> _frequent;

    private BytePairLearner() => _frequent = new(Comparer<(long Count, string Left, string Right)>.Create(MoreFrequentFirst));

    /// <summary>Learns merges.</summary>
    /// <param name="words">Words with their numbers of occurrences, without white space.</param>
    /// <param name="vocabularySize">Most pieces; the characters are pieces however many they are.</param>
    /// <param name="check">Called after each merge; an exception ends it.</param>
    /// <returns>All pieces, characters first, and the merges in their order.</returns>
    public static (IReadOnlyList<string> Pieces, IReadOnlyList<(string Left, string Right)> Merges) Learn(
        IEnumerable<KeyValuePair<string, long>> words,
        int vocabularySize,
        Action check
    )
    {
        var learner = new BytePairLearner();
        learner.Add([.. words.OrderBy(word => word.Key, StringComparer.Ordinal)]);
        var merges = new List<(string, string)>();
        while (learner._pieces.Count < vocabularySize && learner.MostFrequent() is var (left, right))
        {
            merges.Add((learner._pieces[left], learner._pieces[right]));
            learner.Merge(left, right);
            check();
        }
        return (learner._pieces, merges);
    }

    /// <summary>The characters of a word, with the suffix at its end.</summary>
    public static IEnumerable<string> Characters(string word)
    {
        int end = 0;
        foreach (Rune rune in word.EnumerateRunes())
        {
            end += rune.Utf16SequenceLength;
            yield return end < word.Length ? rune.ToString() : rune + EndOfWord;
        }
    }

    private void Add(KeyValuePair<string, long>[] words)
    {
        foreach (string character in words.SelectMany(word => Characters(word.Key)).Distinct().Order(StringComparer.Ordinal))
            NumberOf(character);
        foreach (var (word, count) in words)
            _words.Add(([.. Characters(word).Select(NumberOf)], count));
        for (int word = 0; word < _words.Count; word++)
            Count(word, sign: 1);
        foreach (var (pair, _) in _counts)
            Enqueue(pair);
    }

    private int NumberOf(string piece)
    {
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, piece, out bool isKnown);
        if (!isKnown)
        {
            number = _pieces.Count;
            _pieces.Add(piece);
        }
        return number;
    }

    // Entries of the queue are outdated where a pair has become rarer.
    private (int Left, int Right)? MostFrequent()
    {
        while (_frequent.TryDequeue(out var pair, out var priority))
        {
            long count = _counts.GetValueOrDefault(pair);
            if (count == priority.Count)
                return pair;
            if (count < priority.Count)
                Enqueue(pair);
        }
        return null;
    }

    private void Enqueue((int Left, int Right) pair)
    {
        if (_counts.GetValueOrDefault(pair) is var count and >= LeastCount)
            _frequent.Enqueue(pair, (count, _pieces[pair.Left], _pieces[pair.Right]));
    }

    private void Merge(int left, int right)
    {
        int merged = NumberOf(_pieces[left] + _pieces[right]);
        var changed = new HashSet<(int, int)>();
        foreach (int word in _wordsOf[(left, right)].ToArray())
        {
            Count(word, sign: -1);
            _words[word] = (Merged(_words[word].Pieces, left, right, merged), _words[word].Count);
            Count(word, sign: 1, changed);
        }
        foreach ((int, int) pair in changed)
            Enqueue(pair);
    }

    private static int[] Merged(int[] pieces, int left, int right, int merged)
    {
        var result = new List<int>(pieces.Length);
        for (int i = 0; i < pieces.Length; i++)
            if (i + 1 < pieces.Length && pieces[i] == left && pieces[i + 1] == right)
            {
                result.Add(merged);
                i++;
            }
            else
                result.Add(pieces[i]);
        return [.. result];
    }

    private void Count(int word, int sign, HashSet<(int, int)>? changed = null)
    {
        var (pieces, count) = _words[word];
        for (int i = 0; i + 1 < pieces.Length; i++)
        {
            (int, int) pair = (pieces[i], pieces[i + 1]);
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, pair, out _) += sign * count;
            if (!_wordsOf.TryGetValue(pair, out HashSet<int>? words))
                _wordsOf.Add(pair, words = []);
            if (sign > 0)
                words.Add(word);
            else
                words.Remove(word);
            changed?.Add(pair);
        }
    }

    private static int MoreFrequentFirst((long Count, string Left, string Right) one, (long Count, string Left, string Right) other)
    {
        int order = other.Count.CompareTo(one.Count);
        if (order == 0)
            order = string.CompareOrdinal(one.Left, other.Left);
        return order != 0 ? order : string.CompareOrdinal(one.Right, other.Right);
    }
}
