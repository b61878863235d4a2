namespace RnnMlNet;

/// <summary>Options of <c>LoadFromConllFile</c>.</summary>
public sealed class ConllOptions
{
    /// <summary>Name of the column of tokens: a vector of text, one per word of the sentence.</summary>
    public string TokensColumnName { get; set; } = "Tokens";

    /// <summary>The file's column of the tokens: <c>0</c> is the first, <c>^1</c> the last. Default 0.</summary>
    public Index TokensColumn { get; set; }

    /// <summary>
    /// Further columns, each a vector of text with as many elements as the sentence has words. Default: <c>Labels</c>, the file's last
    /// column.
    /// </summary>
    public IReadOnlyList<ConllColumn> Columns { get; set; } = [new("Labels", ^1)];

    /// <summary>
    /// The character between columns, such as a tab where words contain blanks. Default null: any number of blanks and tabs.
    /// </summary>
    public char? Separator { get; set; }

    /// <summary>
    /// What a comment begins with, such as <c>"# "</c>. Comments are lines before the first word of a sentence; later lines are words,
    /// whatever they begin with. Default null: no comments, because words may begin with a hash.
    /// </summary>
    public string? CommentPrefix { get; set; }
}

/// <summary>A column of a CoNLL file.</summary>
/// <param name="name">Name of the column in the view.</param>
/// <param name="index">The file's column: <c>0</c> is the first, <c>^1</c> the last.</param>
public sealed class ConllColumn(string name, Index index)
{
    /// <summary>Name of the column in the view.</summary>
    public string Name { get; } = name;

    /// <summary>The file's column: <c>0</c> is the first, <c>^1</c> the last.</summary>
    public Index Index { get; } = index;
}
