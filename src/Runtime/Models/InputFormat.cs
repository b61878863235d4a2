using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Models;

/// <summary>The only reader and writer of the columns of a network's input, and of the convolutions over it.</summary>
/// <remarks>
/// *** Binary format ***
/// bool: steps have a time; byte: treatment of missing values; the categories of a step; the static categories; of each kind, int: number
/// of columns, for each 2 ints: its ids, width of its vectors
/// int: filters over words' characters, 0 for none, else int: width of a character's vector; int: number of characters with one, that many
/// unsigned 2-byte numbers: the characters
/// int: number of convolutions, for each 3 ints: its filters, steps of a window, stride
/// </remarks>
internal static class InputFormat
{
    public static void Write(BinaryWriter w, NetworkShape shape)
    {
        w.Write(shape.StepColumns.HasTime);
        w.Write((byte)shape.StepColumns.MissingValues);
        foreach (IReadOnlyList<CategoryShape> columns in Kinds(shape))
        {
            w.Write(columns.Count);
            foreach (CategoryShape column in columns)
            {
                w.Write(column.Count);
                w.Write(column.Size);
            }
        }
        WriteCharacters(w, shape.Characters);
        w.Write(shape.Convolutions.Count);
        foreach (ConvolutionShape convolution in shape.Convolutions)
        {
            w.Write(convolution.Filters);
            w.Write(convolution.KernelSize);
            w.Write(convolution.Stride);
        }
    }

    /// <summary>A network's sizes with the columns of its input and its convolutions.</summary>
    /// <param name="r">At the columns.</param>
    /// <param name="shape">Its other sizes.</param>
    public static NetworkShape Read(PayloadReader r, NetworkShape shape)
    {
        bool hasTime = r.ReadBoolean();
        var missing = (MissingValues)r.ReadByte();
        return shape with
        {
            StepColumns = new StepColumns
            {
                HasTime = hasTime,
                MissingValues = missing,
                Categories = ReadCategories(r),
            },
            StaticCategories = ReadCategories(r),
            Characters = ReadCharacters(r),
            Convolutions = ReadConvolutions(r),
        };
    }

    private static void WriteCharacters(BinaryWriter w, CharacterShape? characters)
    {
        w.Write(characters?.Filters ?? 0);
        if (characters is null)
            return;
        w.Write(characters.Size);
        w.Write(characters.Alphabet.Length);
        foreach (char character in characters.Alphabet)
            w.Write((ushort)character);
    }

    private static CharacterShape? ReadCharacters(PayloadReader r)
    {
        int filters = r.ReadInt32();
        if (filters == 0)
            return null;
        int size = r.ReadInt32();
        var alphabet = new char[r.ReadCount(sizeof(ushort), "characters")];
        for (int i = 0; i < alphabet.Length; i++)
            alphabet[i] = (char)r.ReadUInt16();
        return new CharacterShape(size, filters, new string(alphabet));
    }

    private static IReadOnlyList<CategoryShape>[] Kinds(NetworkShape shape) => [shape.StepColumns.Categories, shape.StaticCategories];

    private static CategoryShape[] ReadCategories(PayloadReader r)
    {
        var columns = new CategoryShape[r.ReadCount(2 * sizeof(int), "columns of categories")];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = new CategoryShape(r.ReadInt32(), r.ReadInt32());
        return columns;
    }

    private static ConvolutionShape[] ReadConvolutions(PayloadReader r)
    {
        var convolutions = new ConvolutionShape[r.ReadCount(3 * sizeof(int), "convolutions")];
        for (int j = 0; j < convolutions.Length; j++)
            convolutions[j] = new ConvolutionShape(r.ReadInt32(), r.ReadInt32(), r.ReadInt32());
        return convolutions;
    }
}
