using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>The words that get a key of their own, their order, and what is refused.</summary>
[TestFixture]
public class VocabularyEstimatorTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static readonly string[][] _rows =
    [
        ["b", "a", "c"],
        ["a", "", "B"],
        ["b", "d2", "a"],
        ["d1", "c"],
        [],
    ];

    [Test]
    public void Words_are_ordered_by_count_and_then_by_text()
    {
        VocabularyTransformer model = _ml.Transforms.Text.LearnVocabulary("Tokens", "Words").Fit(Load(_rows));
        IDataView keys = model.Transform(Load([.. _rows, ["never", "a"]]));
        Assert.That(model.Words, Is.EqualTo(new[] { "<unknown>", "a", "b", "c" }));
        Assert.That(WordKeys.Values(keys.Schema, "Tokens"), Is.EqualTo(model.Words));
        Assert.That(WordKeys.Of(keys, "Tokens"), Is.EqualTo(new uint[][] { [3, 2, 4], [2, 0, 1], [3, 1, 2], [1, 4], [], [1, 2] }));
        Assert.That(keys.Schema["Tokens"].Type.ToString(), Is.EqualTo("Vector<Key<UInt32, 0-3>>"));
    }

    [Test]
    public void Lower_case_and_digits_are_counted_and_looked_up_alike()
    {
        VocabularyTransformer model = _ml
            .Transforms.Text.LearnVocabulary("Words", lowerCase: true, foldDigits: true, unknownWord: "UNK")
            .Fit(Load([.. _rows, ["UNK", "unk", "Unk"]]));
        IDataView keys = model.Transform(
            Load([
                ["B", "D9", "unk", "UNK", "x"],
            ])
        );
        Assert.That(model.Words, Is.EqualTo(new[] { "UNK", "a", "b", "c", "d0" }));
        Assert.That(WordKeys.Of(keys, "Words"), Is.EqualTo(new uint[][] { [3, 5, 1, 1, 1] }));
    }

    [Test]
    public void A_column_of_single_words_has_single_keys()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(new[] { "x", "y", "y", "" }.Select(word => new WordRow { Text = word }).ToArray());
        IDataView keys = _ml.Transforms.Text.LearnVocabulary("Token", "Text").Fit(data).Transform(data);
        Assert.That(keys.GetColumn<uint>("Token"), Is.EqualTo(new uint[] { 1, 2, 2, 0 }));
    }

    [Test]
    public void Absent_words_of_a_sparse_vector_are_missing_keys()
    {
        VBuffer<ReadOnlyMemory<char>>[] rows =
        [
            new(4, 2, ["a".AsMemory(), "never".AsMemory()], [1, 3]),
            new(4, ["a".AsMemory(), default, "a".AsMemory(), "b".AsMemory()]),
        ];
        IDataView data = new MemoryView().Buffers("Words", new VectorDataViewType(TextDataViewType.Instance, 4), rows);
        IDataView keys = _ml.Transforms.Text.LearnVocabulary("Tokens", "Words").Fit(data).Transform(data);
        Assert.That(WordKeys.Of(keys, "Tokens"), Is.EqualTo(new uint[][] { [0, 2, 0, 1], [2, 0, 2, 1] }));
    }

    /// <summary>Drawn rows and options: the same words and keys as another implementation, whatever the order of the rows.</summary>
    [Test]
    public void Words_and_keys_are_those_of_a_second_implementation([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        string Word() => string.Concat(Enumerable.Range(0, random.Next(3)).Select(_ => "aAbé12\uD83D"[random.Next(7)]));
        string[][] rows =
        [
            .. Enumerable.Range(0, 1 + random.Next(12)).Select(_ => Enumerable.Range(0, random.Next(9)).Select(_ => Word()).ToArray()),
            ["aa", "aa", "aa", "aa"],
        ];
        var options = new VocabularyOptions
        {
            OutputColumnName = "Tokens",
            InputColumnName = "Words",
            MinimumCount = 1 + random.Next(4),
            MaximumNumberOfWords = random.Next(2) == 0 ? null : 1 + random.Next(6),
            LowerCase = random.Next(2) == 0,
            FoldDigits = random.Next(2) == 0,
            UnknownWord = random.Next(3) == 0 ? "A" : "<unknown>",
        };
        string Form(string word)
        {
            word = word.Replace('\uD83D', '\uFFFD');
            word = options.LowerCase ? word.ToLowerInvariant() : word;
            return options.FoldDigits ? word.Replace('1', '0').Replace('2', '0') : word;
        }
        List<string> words =
        [
            options.UnknownWord,
            .. rows.SelectMany(row => row)
                .Select(Form)
                .Where(word => word.Length > 0 && word != Form(options.UnknownWord))
                .GroupBy(word => word)
                .Where(group => group.Count() >= options.MinimumCount)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .OrderByDescending(group => group.Count())
                .Select(group => group.Key)
                .Take(options.MaximumNumberOfWords ?? 1000),
        ];
        uint Key(string word) => word.Length == 0 ? 0 : (uint)Math.Max(words.IndexOf(Form(word), 1), 0) + 1;

        VocabularyEstimator estimator = _ml.Transforms.Text.LearnVocabulary(options);
        VocabularyTransformer model = estimator.Fit(Load(rows));
        random.Shuffle(rows);
        Assert.That(model.Words, Is.EqualTo(words));
        Assert.That(WordKeys.Of(model.Transform(Load(rows)), "Tokens"), Is.EqualTo(rows.Select(row => row.Select(Key).ToArray())));
        Assert.That(estimator.Fit(Load(rows)).Words, Is.EqualTo(words));
    }

    private static IEnumerable<TestCaseData> WrongOptions()
    {
        static TestCaseData Case(Action<VocabularyOptions> change, string message) =>
            new TestCaseData(change, message).SetArgDisplayNames(message);
        yield return Case(
            o => o.MinimumCount = 0,
            "MinimumCount is 0; it must be 1 or more: the least number of occurrences of a word with a key of its own."
        );
        yield return Case(o => o.MaximumNumberOfWords = 0, "MaximumNumberOfWords is 0; it must be 1 or more, or null for no limit.");
        yield return Case(
            o => o.UnknownWord = " ",
            "UnknownWord is empty; it must be the name of the key of unknown words, such as '<unknown>'."
        );
        yield return Case(o => o.OutputColumnName = "", "OutputColumnName is empty; it must name the column of keys to add.");
        yield return Case(
            o => o.InputColumnName = "",
            "InputColumnName is empty; it must name the column of words, or be null for the name of the output."
        );
    }

    [TestCaseSource(nameof(WrongOptions))]
    public void Wrong_options_are_refused(Action<VocabularyOptions> change, string message)
    {
        var options = new VocabularyOptions { OutputColumnName = "Tokens" };
        change(options);
        Refused.Argument(() => _ml.Transforms.Text.LearnVocabulary(options), message);
    }

    [TestCase(
        nameof(WordRow.Number),
        "Schema mismatch for word column 'Number': expected Text or a vector of Text, such as the words of TokenizeIntoWords, got Single"
    )]
    [TestCase("Nothing", "Could not find word column 'Nothing'")]
    public void A_wrong_column_is_refused(string column, string message)
    {
        VocabularyEstimator estimator = _ml.Transforms.Text.LearnVocabulary("Tokens", column);
        IDataView data = Load(_rows);
        Refused.Argument(() => estimator.Fit(data), message);
        Refused.Argument(() => estimator.GetOutputSchema(SchemaShape.Create(data.Schema)), message);
        VocabularyTransformer model = _ml.Transforms.Text.LearnVocabulary("Tokens", "Words").Fit(data);
        IDataView renamed = column == "Nothing" ? DropWords(data) : Numbers(data);
        Refused.Argument(() => model.Transform(renamed), message.Replace(column, "Words"));
    }

    [Test]
    public void A_vocabulary_without_words_is_refused()
    {
        VocabularyEstimator estimator = _ml.Transforms.Text.LearnVocabulary("Tokens", "Text");
        IDataView texts = _ml.Data.LoadFromEnumerable(new[] { WordRow.Of("one text"), WordRow.Of("another text") });
        Refused.Operation(
            () => estimator.Fit(texts),
            "No word of column 'Text' occurs 2 times or more, so that the vocabulary would be empty: there are 2 distinct words with 2 "
                + "occurrences. Lower MinimumCount, or, where the column has whole texts, split them into words first with "
                + "mlContext.Transforms.Text.TokenizeIntoWords."
        );
        Refused.Operation(
            () => estimator.Fit(_ml.Data.LoadFromEnumerable(new[] { new WordRow(), new WordRow() })),
            "Column 'Text' has no words, so that there is no vocabulary to learn: it has no rows, or all are empty."
        );
    }

    [Test]
    public void The_log_tells_the_share_of_known_words_and_warns_where_none_is_unknown()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        ml.Transforms.Text.LearnVocabulary("Tokens", "Words")
            .Fit(
                ml.Data.LoadFromEnumerable(
                    Rows([
                        ["a", "a", "a", "b"],
                    ])
                )
            );
        Assert.That(
            log.Messages.Select(LogCapture.Sentence),
            Does.Contain("The vocabulary of column 'Words' has 1 of 2 words, which are 75.0 % of all occurrences.")
        );
        Assert.That(log.Warnings, Is.Empty);
        ml.Transforms.Text.LearnVocabulary("Tokens", "Words")
            .Fit(
                ml.Data.LoadFromEnumerable(
                    Rows([
                        ["a", "a"],
                    ])
                )
            );
        Assert.That(
            log.Warnings.Select(LogCapture.Sentence),
            Is.EqualTo(
                new[]
                {
                    "The key of unknown words does not occur in column 'Words', as all its words are in the vocabulary: the network cannot "
                        + "learn what an unknown word means. Raise MinimumCount, now 2, or set MaximumNumberOfWords.",
                }
            )
        );
    }

    private IDataView Load(string[][] rows) => _ml.Data.LoadFromEnumerable(Rows(rows));

    private static WordRow[] Rows(string[][] rows) => [.. rows.Select(words => new WordRow { Words = words })];

    private IDataView DropWords(IDataView data) => _ml.Transforms.DropColumns("Words").Fit(data).Transform(data);

    private IDataView Numbers(IDataView data) => _ml.Transforms.CopyColumns("Words", "Number").Fit(data).Transform(data);
}
