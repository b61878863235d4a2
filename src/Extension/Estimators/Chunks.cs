namespace RnnMlNet.Estimators;

/// <summary>A chunk of a sequence of tags.</summary>
/// <param name="Type">Its type.</param>
/// <param name="First">Its first step.</param>
/// <param name="Last">Its last step.</param>
internal readonly record struct Chunk(string Type, int First, int Last);

/// <summary>
/// The chunks of sequences tagged with B-type, I-type and O, by the rules of conlleval (E. F. Tjong Kim Sang, the shared task of
/// CoNLL-2000; seqeval's default mode after it): a chunk begins at B-, and at an I- that follows no tag of its type, so that IOB1, where B-
/// occurs only between neighbours of one type, and sequences that are not well-formed have chunks too. It ends before the next O, B- or
/// other type.
/// </summary>
internal static class Chunks
{
    public const string Outside = "O";

    /// <summary>Whether all tags are O, B, I, B-type or I-type.</summary>
    public static bool AreTags(IEnumerable<string> tags) =>
        tags.All(tag =>
            tag is Outside or "B" or "I" || tag.StartsWith("B-", StringComparison.Ordinal) || tag.StartsWith("I-", StringComparison.Ordinal)
        );

    /// <summary>The chunks, in their order.</summary>
    public static IEnumerable<Chunk> Of(IReadOnlyList<string> tags)
    {
        int first = -1;
        string type = "";
        for (int step = 0; step < tags.Count; step++)
        {
            (char kind, string own) = Parse(tags[step]);
            bool goesOn = first >= 0 && kind == 'I' && own == type;
            if (goesOn)
                continue;
            if (first >= 0)
                yield return new Chunk(type, first, step - 1);
            (first, type) = kind == 'O' ? (-1, "") : (step, own);
        }
        if (first >= 0)
            yield return new Chunk(type, first, tags.Count - 1);
    }

    private static (char Kind, string Type) Parse(string tag) => tag == Outside ? ('O', "") : (tag[0], tag.Length > 2 ? tag[2..] : "");
}
