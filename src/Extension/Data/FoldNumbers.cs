namespace RnnMlNet.Data;

/// <summary>The fold number of each row: what must hold for them however they were dealt out.</summary>
internal static class FoldNumbers
{
    /// <summary>Replaces the fold number of a row that is always in training.</summary>
    public const int NeverHeldOut = -1;

    /// <summary>Keeps a group in training of each class whose rows are all in one fold: it would have no training row when that fold is
    /// held out.</summary>
    public static void KeepOneOfEachClass(EqualRows groups, RowClasses classes, int[] order, int[] foldOf)
    {
        const int None = -2,
            Several = -3;
        int[] only = [.. Enumerable.Repeat(None, classes.Count)];
        foreach (int row in order)
        foreach (int @class in classes.Of(row))
            only[@class] = only[@class] == None || only[@class] == foldOf[row] ? foldOf[row] : Several;
        foreach (int row in order)
        foreach (int @class in classes.Of(row))
            if (only[@class] >= 0)
            {
                only[@class] = Several;
                foreach (int member in groups.Rows(groups.GroupOf(row)))
                    foldOf[member] = NeverHeldOut;
            }
    }

    /// <summary>Whether no fold holds most rows, as one would where most rows are equal.</summary>
    public static bool IsEven(int[] foldOf, int folds)
    {
        double most = foldOf.Length * (1 + 1.0 / folds) / 2;
        return Enumerable.Range(0, folds).All(fold => foldOf.Count(of => of == fold) is int count && count > 0 && count <= most);
    }

    /// <summary>Whether each fold has rows.</summary>
    public static bool HasAll(int[] foldOf, int folds) => Enumerable.Range(0, folds).All(foldOf.Contains);
}
