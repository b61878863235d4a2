namespace RnnMlNet;

/// <summary>Options of <c>LoadFromConlluFile</c>.</summary>
public sealed class ConlluOptions
{
    /// <summary>Name of the column of tokens: a vector of text, the FORM of each word of the sentence.</summary>
    public string TokensColumnName { get; set; } = "Tokens";

    /// <summary>
    /// Further columns, each a vector of text with as many elements as the sentence has words. An underscore, the format's unspecified
    /// value, is empty, which ML.NET treats as missing. Default: <c>Labels</c>, the UPOS.
    /// </summary>
    public IReadOnlyList<ConlluColumn> Columns { get; set; } = [new("Labels", ConlluField.Upos)];

    /// <summary>
    /// Keys of comments of the form <c># key = value</c>, such as <c>sent_id</c> and <c>text</c>. Each is a column of text of the key's
    /// name, empty for sentences without it. Default: none.
    /// </summary>
    public IReadOnlyList<string> MetadataKeys { get; set; } = [];
}

/// <summary>A column of a CoNLL-U file.</summary>
/// <param name="name">Name of the column in the view.</param>
/// <param name="field">The field.</param>
public sealed class ConlluColumn(string name, ConlluField field)
{
    /// <summary>Name of the column in the view.</summary>
    public string Name { get; } = name;

    /// <summary>The field.</summary>
    public ConlluField Field { get; } = field;
}

/// <summary>The ten fields of a line of CoNLL-U, in their order.</summary>
public enum ConlluField
{
    /// <summary>The word's number in its sentence, from 1.</summary>
    Id,

    /// <summary>The word as it is written.</summary>
    Form,

    /// <summary>Its lemma.</summary>
    Lemma,

    /// <summary>Its universal part of speech.</summary>
    Upos,

    /// <summary>Its part of speech in the language's own tag set.</summary>
    Xpos,

    /// <summary>Its morphological features.</summary>
    Feats,

    /// <summary>The number of its head; 0 for the root.</summary>
    Head,

    /// <summary>Its relation to the head.</summary>
    Deprel,

    /// <summary>Its enhanced dependencies.</summary>
    Deps,

    /// <summary>Other annotations.</summary>
    Misc,
}
