using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>A transformer that maps a column of words to keys.</summary>
internal interface IWordMapping
{
    string OutputColumnName { get; }

    string InputColumnName { get; }

    /// <summary>The words: a key is a token plus 1.</summary>
    WordTable Table { get; }
}
