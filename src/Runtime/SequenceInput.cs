using System.Globalization;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime;

/// <summary>Input of a model: the content of a row.</summary>
public sealed class SequenceInput
{
    private readonly NetworkShape _shape;
    private readonly RowInput _row;
    private readonly WordTable _words;
    private readonly bool _keepsUnknown;
    private readonly char[] _separators;

    internal SequenceInput(NetworkShape shape, RowInput row)
    {
        _shape = shape;
        _row = row;
        Features = shape.TimeStepValues;
        StepCategories = CategoryColumn.Of(shape.StepColumns.Categories, row.StepCategories);
        StaticCategories = CategoryColumn.Of(shape.StaticCategories, row.StaticCategories);
        Vocabulary = shape.Vocabulary;
        _keepsUnknown = shape.KeepsMissing;
        _separators = [.. row.Separators];
        _words = new WordTable(row.Words, row.WordForm, row.HasUnknownWord);
    }

    /// <summary>
    /// F, values of a time step; 0 if the steps are tokens. In order: its numbers, which may be NaN if <see cref="MissingValues"/> says so;
    /// if <see cref="HasTime"/>, its time; the ids of its categories (<see cref="StepCategories"/>).
    /// </summary>
    public int Features { get; }

    /// <summary>
    /// Whether a time step has a time, as two values: <see cref="TimeOf(DateTime)"/>, or <see cref="TimeOf(double)"/> if it was a number in
    /// training.
    /// </summary>
    public bool HasTime => _shape.StepColumns.HasTime;

    /// <summary>Treatment of missing numbers (NaN) in a time step.</summary>
    public MissingValues MissingValues => _shape.StepColumns.MissingValues;

    /// <summary>[K] categories in a time step: the last K of its values are their ids.</summary>
    public IReadOnlyList<CategoryColumn> StepCategories { get; }

    /// <summary>S, static values of a row: numbers, and at their end the ids of <see cref="StaticCategories"/>. 0 for none.</summary>
    public int StaticFeatures => _shape.StaticFeatures;

    /// <summary>Categories among a row's static values: the last of these are their ids.</summary>
    public IReadOnlyList<CategoryColumn> StaticCategories { get; }

    /// <summary>V, number of tokens, whose ids are 0 to V - 1: ML.NET's keys minus 1. 0 if the steps are numbers.</summary>
    public int Vocabulary { get; }

    /// <summary>
    /// Values of a step of tokens: 1, the token; if the model reads the characters of words, too, 21: the token and the codes of its word's
    /// characters, as <see cref="TryReadWord"/> writes them.
    /// </summary>
    public int TokenWidth => _shape.TokenWidth;

    /// <summary>
    /// The words of the tokens 0, 1, ..., from LearnVocabulary first the name of unknown words; empty if the model has none, and for
    /// numbers.
    /// </summary>
    public IReadOnlyList<string> Words => _row.Words;

    /// <summary>Whether the model splits text into words itself: <see cref="Tokenize(ReadOnlySpan{char}, List{int})"/>.</summary>
    public bool TakesText => _separators.Length > 0 && Words.Count > 0;

    /// <summary>
    /// The columns of the pipeline whose values make up the row, in order; empty if unknown, and for tokens. A row is passed step by step,
    /// whatever the columns' layout was.
    /// </summary>
    public IReadOnlyList<string> ColumnNames => _row.ColumnNames;

    /// <summary>
    /// Number of values of a row if it is the same for all rows, as the pipeline's normaliser requires; null if rows may have any length.
    /// </summary>
    public int? FixedValues => _row.Offsets.Count > 0 ? _row.Offsets.Count : null;

    internal IReadOnlyList<float> Offsets => _row.Offsets;

    internal IReadOnlyList<float> Scales => _row.Scales;

    /// <summary>
    /// Returns the token of a word; null if the model skips it. Unknown words have the token 0 if the pipeline learned its words with
    /// LearnVocabulary, which then also maps them to lower case or folds digits as it did in training. With MapValueToKey a classifier or
    /// regression skips unknown words. Empty words are skipped. A tagger skips none, and has a token for them.
    /// </summary>
    /// <param name="word">A word, as the pipeline's text is split into.</param>
    /// <exception cref="InvalidOperationException">The model has no words.</exception>
    public int? TokenOf(ReadOnlySpan<char> word)
    {
        CheckWords();
        return _words.TokenOf(word) ?? (_keepsUnknown ? Vocabulary - 1 : (int?)null);
    }

    /// <summary>
    /// Writes a word's step: its token (<see cref="TokenOf"/>) and, where the model reads these, the codes of its characters: 2, the UTF-16
    /// code units, 3, then zeros; of a word of more than 18 characters the first and the last 9.
    /// </summary>
    /// <param name="word">A word, as the pipeline's text is split into.</param>
    /// <param name="step">[<see cref="TokenWidth"/>], overwritten.</param>
    /// <returns>False if the model skips the word; nothing is written then.</returns>
    /// <exception cref="InvalidOperationException">The model has no words.</exception>
    /// <exception cref="ArgumentException"><paramref name="step"/> is too short.</exception>
    public bool TryReadWord(ReadOnlySpan<char> word, Span<int> step)
    {
        if (step.Length < TokenWidth)
            throw new ArgumentException(
                $"A step has {TokenWidth} values (TokenWidth), but there is room for {step.Length} only.",
                nameof(step)
            );
        if (TokenOf(word) is not int token)
            return false;
        step[0] = token;
        if (_shape.Characters is not null)
            WordCharacters.Write(word, step[1..]);
        return true;
    }

    /// <summary>Splits a text into the tokens that the model reads.</summary>
    /// <param name="text">A text.</param>
    /// <param name="tokens">The list to which the tokens are appended, each with its characters where the model reads these:
    /// <see cref="TokenWidth"/> values.</param>
    /// <exception cref="InvalidOperationException">The model does not split text, or has no words.</exception>
    public void Tokenize(ReadOnlySpan<char> text, List<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        CheckWords();
        if (_separators.Length == 0)
            throw new InvalidOperationException(
                "The model does not split texts into words: split them as in training, and " + "call TokenOf for each word."
            );
        Span<int> step = stackalloc int[TokenWidth];
        foreach (Range range in text.SplitAny(_separators))
            if (!text[range].IsEmpty && TryReadWord(text[range], step))
                tokens.AddRange(step);
    }

    /// <summary>Returns a time as the two values of a time step: whole days since 1 January 0001, and seconds within the day.</summary>
    /// <param name="time">A time, in the time zone of training.</param>
    public static (float Days, float Seconds) TimeOf(DateTime time) => StepTime.Of(time);

    /// <summary>Returns a time that is a number, in any unit, as the two values of a time step.</summary>
    /// <param name="time">A time, in the unit of training.</param>
    public static (float Days, float Seconds) TimeOf(double time) => StepTime.Of(time);

    /// <summary>Returns the row's format as text.</summary>
    public override string ToString() => Steps + (StaticFeatures > 0 ? $", {StaticFeatures} static values" : "");

    private string Steps =>
        Features == 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"tokens of a vocabulary of {Vocabulary}{(_shape.Characters is null ? "" : " with the characters of their words")}"
                    + $"{(TakesText ? ", of a text" : "")}"
            )
            : string.Create(
                CultureInfo.InvariantCulture,
                $"steps of {Features} " + $"values{(FixedValues is int values ? $", {values} in all" : "")}"
            );

    internal void CheckTokens(ReadOnlySpan<int> tokens)
    {
        if (Features > 0)
            throw new ArgumentException($"The model reads {this}, but was given tokens.", nameof(tokens));
        if (tokens.Length % TokenWidth != 0)
            throw new ArgumentException(
                $"The model reads {this}, {TokenWidth} values a step (TokenWidth), but was given {tokens.Length}: write each step with "
                    + "TryReadWord.",
                nameof(tokens)
            );
        for (int i = 0; i < tokens.Length; i++)
            if (i % TokenWidth == 0 && (uint)tokens[i] >= (uint)Vocabulary)
                throw new ArgumentOutOfRangeException(
                    nameof(tokens),
                    tokens[i],
                    $"A token must be from 0 to {Vocabulary - 1}: ML.NET's key less 1."
                );
            else if (i % TokenWidth > 0 && tokens[i] is < 0 or > WordCharacters.Last)
                throw new ArgumentOutOfRangeException(
                    nameof(tokens),
                    tokens[i],
                    $"The code of a character must be from 0 to {WordCharacters.Last}: write each step with TryReadWord."
                );
    }

    /// <summary>Tokens, which have been checked, as a row.</summary>
    internal SequenceView ViewOf(ReadOnlySpan<int> tokens) => SequenceView.OfTokens(tokens, TokenWidth);

    internal void CheckSteps(ReadOnlySpan<float> steps)
    {
        if (Features == 0)
            throw new ArgumentException($"The model reads {this}, but was given {steps.Length} values.", nameof(steps));
        if (steps.Length % Features != 0)
            throw new ArgumentException(
                $"The model reads {this}, but was given {steps.Length} values, which are not whole " + "steps.",
                nameof(steps)
            );
    }

    internal void CheckStatic(ReadOnlySpan<float> statics)
    {
        if (statics.Length != StaticFeatures)
            throw new ArgumentException(
                $"The model reads {this}, but was given {statics.Length} static values: pass {StaticFeatures} for each row.",
                nameof(statics)
            );
    }

    internal void CheckFixed(ReadOnlySpan<float> steps)
    {
        if (FixedValues is int values && steps.Length != values)
            throw new ArgumentException($"The model reads {this}, but was given {steps.Length}.", nameof(steps));
    }

    private void CheckWords()
    {
        if (Words.Count == 0)
            throw new InvalidOperationException(
                $"The model has no words (it reads {this}): save it with SaveRuntimeModel from a "
                    + "pipeline with LearnVocabulary or MapValueToKey."
            );
    }
}
