namespace RnnMlNet.Exchange;

/// <summary>A linear layer of a file, or an embedding: a matrix <c>{module}.weight</c> [outputs, inputs].</summary>
internal sealed record SafetensorsLinear(string Module, SafetensorsEntry Weight, bool HasBias)
{
    public int Outputs => SafetensorsNames.Side(Weight.Shape[0]);

    public int Inputs => SafetensorsNames.Side(Weight.Shape[1]);

    /// <summary>All matrices of a file, by name.</summary>
    public static List<SafetensorsLinear> Of(IReadOnlyList<SafetensorsEntry> entries)
    {
        var names = entries.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. from entry in entries
            where entry.IsMatrix
            let module = SafetensorsNames.OfWeight(entry.Name)
            where module is not null
            orderby module
            select new SafetensorsLinear(module, entry, names.Contains(SafetensorsNames.Join(module, "bias"))),
        ];
    }

    /// <summary>
    /// Removes the embedding from <paramref name="matrices"/> and returns its name: the one without a bias, of fitting dimensions where
    /// there are several.
    /// </summary>
    /// <param name="matrices">The file's matrices; without the embedding afterwards.</param>
    /// <param name="vocabulary">V, rows it should have.</param>
    /// <param name="width">E, columns it should have, or null where that is not known.</param>
    /// <param name="name">The name given by the user, or null.</param>
    /// <param name="problems">Receives a problem where several fit.</param>
    public static string TakeEmbedding(
        List<SafetensorsLinear> matrices,
        int vocabulary,
        int? width,
        string? name,
        SafetensorsProblems problems
    )
    {
        const string Usual = "embedding";
        if (name is null)
        {
            var candidates = Narrowed(
                Narrowed([.. matrices.Where(matrix => !matrix.HasBias)], matrix => matrix.Inputs == width),
                matrix => matrix.Outputs == vocabulary
            );
            if (candidates.Count > 1)
                problems.Add(
                    $"each of {SafetensorsProblems.Listed([.. candidates.Select(matrix => matrix.Weight)])} may be the embedding: set "
                        + $"EmbeddingName"
                );
            name = candidates.Count > 0 ? candidates[0].Module : Usual;
        }
        matrices.RemoveAll(matrix => matrix.Module == name);
        return name;
    }

    /// <summary>Removes the attention from the matrices and returns its module's name, which the file may lack.</summary>
    /// <param name="matrices">All of the file; the attention is removed.</param>
    /// <param name="width">H x directions.</param>
    /// <param name="name">The module's name; null to find it.</param>
    /// <param name="problems">Receives a problem where several fit.</param>
    public static string TakeAttention(List<SafetensorsLinear> matrices, int width, string? name, SafetensorsProblems problems)
    {
        const string Usual = "attention";
        if (name is null)
        {
            SafetensorsLinear[] candidates = matrices.Exists(matrix => matrix.Module == Usual)
                ? []
                : [.. matrices.Where(matrix => !matrix.HasBias && matrix.Outputs == 1 && matrix.Inputs == width)];
            if (candidates.Length > 1)
                problems.Add(
                    $"each of {SafetensorsProblems.Listed([.. candidates.Select(matrix => matrix.Weight)])} may be the attention: set "
                        + $"AttentionName"
                );
            name = candidates.Length > 0 ? candidates[0].Module : Usual;
        }
        matrices.RemoveAll(matrix => matrix.Module == name);
        return name;
    }

    // The matrices that fit, where any does; else all.
    private static IReadOnlyList<SafetensorsLinear> Narrowed(
        IReadOnlyList<SafetensorsLinear> candidates,
        Func<SafetensorsLinear, bool> fits
    ) => candidates.Any(fits) ? [.. candidates.Where(fits)] : candidates;
}
