namespace RnnMlNet.Data.Grouping;

/// <summary>The columns of Text whose values at every step become keys.</summary>
internal static class TextKeys
{
    /// <summary>Name of the column of keys that a column of Text is mapped to, before rows are grouped.</summary>
    public static string NameOf(string column) => $"{column}, as keys";

    /// <summary>The columns that are mapped, where they are Text: step columns and labels at every step.</summary>
    public static IEnumerable<string> Candidates(SequenceGroupingOptions options) =>
        options
            .Columns.Where(columns => columns.StepColumnNames.Count == 1)
            .Select(columns => columns.StepColumnNames[0])
            .Concat(options.Labels.Where(label => label.Rule == SequenceLabelRule.EveryStep).Select(label => label.InputColumnName!))
            .Distinct(StringComparer.Ordinal);
}
