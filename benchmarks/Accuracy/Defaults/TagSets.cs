using Accuracy.Sets;
using Microsoft.ML;
using RnnMlNet;

namespace Accuracy.Defaults;

/// <summary>The sets of sentences with a tag for each word, from the words alone.</summary>
internal static class TagSets
{
    /// <summary>The group's name.</summary>
    public const string Group = "tags";

    private const int SelectionParts = 5;

    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    /// <param name="threads">Threads of a fit.</param>
    public static IEnumerable<DefaultSet> All(string data, Predicate<string> isWanted, int threads)
    {
        if (isWanted("CoNLL2000"))
            yield return Of(
                "CoNLL2000",
                ConllFile.Read(Path.Combine(data, "CoNLL2000", "train.txt"), tagColumn: ^1),
                ConllFile.Read(Path.Combine(data, "CoNLL2000", "test.txt"), tagColumn: ^1),
                isChunks: true,
                .92,
                "LSTM .901, BI-LSTM .938 (Senna vectors); CRF .937",
                threads
            );
        if (isWanted("UD_English_EWT"))
            yield return Of(
                "UD_English_EWT",
                ConllFile.Read(Path.Combine(data, "UD_English_EWT", "ewt.train.tsv.gz"), tagColumn: 1),
                ConllFile.Read(Path.Combine(data, "UD_English_EWT", "ewt.test.tsv"), tagColumn: 1),
                isChunks: false,
                .94,
                "BiLSTM taggers .95-.96",
                threads
            );
        if (isWanted("MIT_Movie_eng"))
            yield return Of(
                "MIT_Movie_eng",
                [
                    .. MovieFile.Read(Path.Combine(data, "MIT_Movie_eng", "train.txt")),
                    .. MovieFile.Read(Path.Combine(data, "MIT_Movie_eng", "valid.txt")),
                ],
                MovieFile.Read(Path.Combine(data, "MIT_Movie_eng", "test.txt")),
                isChunks: true,
                .84,
                "BiLSTM(-CRF) about .85-.87",
                threads
            );
        if (isWanted("NCBI_disease"))
            yield return Of(
                "NCBI_disease",
                [
                    .. ConllFile.Read(Path.Combine(data, "NCBI_disease", "train.tsv"), tagColumn: 1),
                    .. ConllFile.Read(Path.Combine(data, "NCBI_disease", "devel.tsv"), tagColumn: 1),
                ],
                ConllFile.Read(Path.Combine(data, "NCBI_disease", "test.tsv"), tagColumn: 1),
                isChunks: true,
                .78,
                "C-BiLSTM-CRF .802, D3NER .844",
                threads
            );
    }

    /// <summary>A fifth of the training sentences held out.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    public static IEnumerable<SelectionSet> Selection(string data, Predicate<string> isWanted)
    {
        if (isWanted("CoNLL2000"))
            yield return OfSentences(
                "CoNLL2000",
                ConllFile.Read(Path.Combine(data, "CoNLL2000", "train.txt"), tagColumn: ^1),
                isChunks: true
            );
        if (isWanted("UD_English_EWT"))
            yield return OfSentences(
                "UD_English_EWT",
                ConllFile.Read(Path.Combine(data, "UD_English_EWT", "ewt.train.tsv.gz"), tagColumn: 1),
                isChunks: false
            );
        if (isWanted("MIT_Movie_eng"))
            yield return OfSentences("MIT_Movie_eng", MovieFile.Read(Path.Combine(data, "MIT_Movie_eng", "train.txt")), isChunks: true);
    }

    private static SelectionSet OfSentences(string name, ChunkedSentence[] rows, bool isChunks) =>
        SelectionSet.Of<ChunkedSentence, RnnSequenceTaggerTrainer.Options>(
            Group,
            name,
            folds: 1,
            SelectionSet.Divide(rows, _ => "", SelectionParts),
            (train, test, options) => Measure(train, test, isChunks, options)
        );

    private static DefaultSet Of(
        string name,
        ChunkedSentence[] train,
        ChunkedSentence[] test,
        bool isChunks,
        double bar,
        string published,
        int threads
    )
    {
        Outcome Rnn(RnnSequenceTaggerTrainer.Options options)
        {
            options.Threads = threads;
            return Measure(train, test, isChunks, options);
        }

        return new DefaultSet(
            name,
            Group,
            isChunks ? "chunk F1" : "accuracy",
            LowerIsBetter: false,
            bar,
            null,
            $"{train.Length}/{test.Length} sentences, {train.SelectMany(s => s.Tags).Distinct().Count()} tags",
            published,
            seed => Rnn(new RnnSequenceTaggerTrainer.Options { Seed = seed }),
            seed => Rnn(Recipes.Chunks(Recipes.Plain(new RnnSequenceTaggerTrainer.Options { Seed = seed }))),
            []
        );
    }

    private static Outcome Measure(ChunkedSentence[] train, ChunkedSentence[] test, bool isChunks, RnnSequenceTaggerTrainer.Options options)
    {
        var ml = new MLContext(options.Seed);
        options.FeatureColumnName = "Tokens";
        var words = new WordTokens(train);
        IDataView Load(ChunkedSentence[] sentences) =>
            ml.Data.LoadFromEnumerable(
                sentences
                    .Select(sentence => new TokenSentence
                    {
                        Words = [.. sentence.Words.Select(words.Of)],
                        Spelling = sentence.Words,
                        Tags = sentence.Tags,
                    })
                    .ToArray()
            );
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey("Label", nameof(TokenSentence.Tags))
            .Append(ml.Transforms.Conversion.MapValueToKey("Tokens", nameof(TokenSentence.Words)))
            .Append(ml.MulticlassClassification.Trainers.RnnSequenceTagger(options));
        var (scored, seconds) = Measuring.Fit(pipeline, Load(train), Load(test));
        SequenceTaggingMetrics metrics = ml.MulticlassClassification.EvaluateSequenceTagging(scored);
        return new Outcome(isChunks ? metrics.Chunks.F1 : metrics.Accuracy, metrics.LogLoss, seconds);
    }

    /// <summary>A sentence with the token of each word in place of it.</summary>
    private sealed class TokenSentence
    {
        public string[] Words { get; set; } = [];

        /// <summary>The words themselves, for <c>CharacterColumnName=Spelling</c>.</summary>
        public string[] Spelling { get; set; } = [];

        public string[] Tags { get; set; } = [];
    }
}
