using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Models;

/// <summary>The only reader and writer of a network's standardisations.</summary>
/// <remarks>
/// *** Binary format ***
/// of columns: bool: there is one; int: width; that many means; that many deviations
/// by category: bool: there is one; int: number of columns, that many ints: their positions; int: decimals; int: number of categories, for
/// each its values (float), its means, its deviations
/// </remarks>
internal static class ScalingFormat
{
    public static void Write(BinaryWriter w, FeatureScaling? scaling)
    {
        w.Write(scaling is not null);
        if (scaling is null)
            return;
        w.Write(scaling.Width);
        WriteValues(w, scaling);
    }

    public static void Write(BinaryWriter w, CategoryScaling? scaling)
    {
        w.Write(scaling is not null);
        if (scaling is null)
            return;
        w.Write(scaling.Columns.Count);
        foreach (int column in scaling.Columns)
            w.Write(column);
        w.Write(scaling.Decimals);
        w.Write(scaling.Keys.Count);
        for (int category = 0; category < scaling.Keys.Count; category++)
        {
            foreach (float value in scaling.Keys[category])
                w.Write(value);
            WriteValues(w, scaling.Scalings[category]);
        }
    }

    /// <param name="r">At the scaling.</param>
    /// <param name="width">The network's columns; 0 where it has none to scale.</param>
    /// <param name="what">What is read, for messages.</param>
    /// <exception cref="FormatException">It does not fit the network; the message states why.</exception>
    public static FeatureScaling? Read(PayloadReader r, int width, string what)
    {
        if (!r.ReadBoolean())
            return null;
        if (width == 0)
            throw ModelErrors.Format($"The model's network has no columns for it, but there is a {what}.");
        int found = r.ReadCount(2 * sizeof(float), $"columns of {what}");
        if (found != width)
            throw ModelErrors.Format($"The model's {what} is for {found} columns, but its network has {width}.");
        return ReadValues(r, width, what);
    }

    /// <inheritdoc cref="Read"/>
    public static CategoryScaling? ReadByCategory(PayloadReader r, NetworkShape shape)
    {
        const string what = "scaling by category";
        if (!r.ReadBoolean())
            return null;
        var columns = new int[r.ReadCount(sizeof(int), $"columns of {what}")];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = r.ReadInt32();
        int decimals = r.ReadInt32(),
            width = shape.EncodedFeatures;
        if (
            columns.Length is 0 or > CategoryLookup.MostColumns
            || !Array.TrueForAll(columns, column => IsColumn(shape, column))
            || decimals is < 0 or > CategoryScaling.MostDecimals
            || shape.PatchLength > 1
            || width == 0
        )
            throw ModelErrors.Format(
                $"The model's {what} is impossible: columns [{string.Join(", ", columns)}], {decimals} decimals, of a network with "
                    + $"{shape.Features} values a step in patches of {shape.PatchLength} and {shape.StaticFeatures} static ones."
            );
        int categories = r.ReadCount((columns.Length + 2 * width) * sizeof(float), "categories");
        if (categories > CategoryScaling.Most)
            throw ModelErrors.Format($"The model's {what} is impossible: {categories} categories.");
        var keys = new float[categories][];
        var scalings = new FeatureScaling[categories];
        for (int category = 0; category < categories; category++)
        {
            keys[category] = r.ReadSingles(columns.Length, what);
            scalings[category] = ReadValues(r, width, what);
        }
        return Array.TrueForAll(keys, key => Finite.All(key))
            ? new CategoryScaling(columns, decimals, keys, scalings)
            : throw ModelErrors.Format($"The model's {what} holds a category that is not finite.");
    }

    private static bool IsColumn(NetworkShape shape, int column) =>
        column >= CategoryScaling.Statics
            ? column - CategoryScaling.Statics < shape.StaticFeatures
            : column >= 0 && column < shape.TimeStepValues;

    private static void WriteValues(BinaryWriter w, FeatureScaling scaling)
    {
        foreach (float mean in scaling.Mean)
            w.Write(mean);
        foreach (float deviation in scaling.Deviation)
            w.Write(deviation);
    }

    private static FeatureScaling ReadValues(PayloadReader r, int width, string what)
    {
        var scaling = new FeatureScaling(r.ReadSingles(width, what), r.ReadSingles(width, what));
        if (!Finite.All(scaling.Mean) || !Array.TrueForAll(scaling.Deviation, d => float.IsFinite(d) && d > 0))
            throw ModelErrors.Format($"The model's {what} holds a mean that is not finite or a deviation that is not above 0.");
        return scaling;
    }
}
