using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Networks;

/// <summary>The sizes of a vector of a word's characters.</summary>
/// <param name="Size">E, width of a character's vector.</param>
/// <param name="Filters">C, width of a word's.</param>
/// <param name="Alphabet">The characters with a vector of their own, as UTF-16 code units in ascending order.</param>
internal sealed record CharacterShape(int Size, int Filters, string Alphabet)
{
    /// <summary>Characters that a filter reads at once.</summary>
    public const int Window = 3;

    /// <summary>The largest <see cref="Size"/>, and the most <see cref="Filters"/>.</summary>
    public const int Largest = 1024;

    // Products of all characters with all filters, which scoring keeps.
    private const long MostProducts = 1 << 24;

    /// <summary>The most characters of an alphabet that some filters can read.</summary>
    public static long MostCharacters(int filters) => MostProducts / Window / filters - WordCharacters.First;

    /// <summary>V, characters with a vector: those of the alphabet, and the codes below <see cref="WordCharacters.First"/>.</summary>
    public int Count => WordCharacters.First + Alphabet.Length;

    /// <summary>Whether a network may have these sizes.</summary>
    public bool IsPossible
    {
        get
        {
            bool isAscending = Alphabet.Length == 0 || Alphabet[0] >= WordCharacters.First;
            for (int i = 1; i < Alphabet.Length; i++)
                isAscending &= Alphabet[i - 1] < Alphabet[i];
            return Size is >= 1 and <= Largest
                && Filters is >= 1 and <= Largest
                && Alphabet.Length <= MostCharacters(Filters)
                && isAscending;
        }
    }

    /// <summary>[largest code of the alphabet + 1] the vector of each code; larger codes have that of unknown characters.</summary>
    public int[] IdsOfCodes()
    {
        var ids = new int[Alphabet.Length == 0 ? WordCharacters.First : Alphabet[^1] + 1];
        Array.Fill(ids, WordCharacters.Unknown);
        for (int code = 0; code < WordCharacters.First; code++)
            ids[code] = code;
        for (int i = 0; i < Alphabet.Length; i++)
            ids[Alphabet[i]] = WordCharacters.First + i;
        return ids;
    }

    public override string ToString() => $"{Filters} filters of {Size} values, {Alphabet.Length} characters";
}

/// <summary>
/// The vector of a word's characters (Ma and Hovy, "End-to-end Sequence Labeling via Bi-directional LSTM-CNNs-CRF", arXiv 1603.01354): each
/// character's vector, a convolution over three of them, and the maximum of each filter over the word, with which a word that has no
/// embedding is still known by its prefix, its suffix and its capitals. <c>characters.embedding.weight [V, E]</c>, initially normal with
/// variance 1/E, those of padding and of unknown characters 0; <c>characters.convolution.weight [C, E, 3]</c>, initially Glorot uniform;
/// <c>characters.convolution.bias [C]</c>.
/// </summary>
/// <param name="shape">The sizes; null for no characters, and no weights.</param>
internal sealed class CharacterConvolution(CharacterShape? shape) : NetworkModule
{
    public const string Prefix = "characters.";
    public const string Vectors = Prefix + "embedding.weight";
    public const string Filters = Prefix + "convolution.weight";
    public const string Bias = Prefix + "convolution.bias";

    public override string Name => "characters of words";

    public CharacterShape? Shape => shape;

    public override IEnumerable<TensorSpec> Tensors =>
        shape is null
            ? []
            :
            [
                new TensorSpec(Vectors, [shape.Count, shape.Size]),
                new TensorSpec(Filters, [shape.Filters, shape.Size, CharacterShape.Window]),
                new TensorSpec(Bias, [shape.Filters]),
            ];

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random)
    {
        int size = shape!.Size;
        if (spec.Name == Vectors)
        {
            random.Normals(values, 1 / Math.Sqrt(size));
            values.AsSpan(0, (WordCharacters.Unknown + 1) * size).Clear();
        }
        else if (spec.Name == Filters)
            random.GlorotUniform(values, shape.Filters, CharacterShape.Window * size);
    }
}
