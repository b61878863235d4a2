namespace RnnMlNet;

/// <summary>A column of sequences, and the columns of the long table that its time steps consist of.</summary>
/// <param name="outputColumnName">Name of the column of sequences.</param>
/// <param name="stepColumnNames">Names of the columns of a time step: numbers or Booleans (scalars or known-size vectors), or one column of
/// keys or Text.</param>
public sealed class SequenceStepColumns(string outputColumnName, params string[] stepColumnNames)
{
    /// <summary>Name of the column of sequences.</summary>
    public string OutputColumnName { get; } = outputColumnName;

    /// <summary>Names of the columns of a time step, in the order of its features.</summary>
    public IReadOnlyList<string> StepColumnNames { get; } = stepColumnNames is null ? null! : [.. stepColumnNames];
}

/// <summary>The definition of sequences in a long table, which has a row for each time step.</summary>
public sealed class SequenceGroupingOptions
{
    /// <summary>
    /// The columns of sequences. Of numeric columns: VariableVector of Single [*, F], T steps of F features, step after step; trainers
    /// find F in the type. Of one column of keys or Text: VariableVector of keys, one for each step; Fit maps Text to
    /// keys.
    /// </summary>
    public SequenceStepColumns[] Columns { get; set; } = [];

    /// <summary>
    /// Names of the columns whose values identify a sequence: Text, keys, integers, Boolean or times. Empty for a table of one sequence.
    /// Rows are returned in the order in which the keys first appear.
    /// </summary>
    public string[] KeyColumnNames { get; set; } = [];

    /// <summary>
    /// Name of the column of times: DateTime, DateTimeOffset or a number. Default null: the rows of a key are in the order of time.
    /// </summary>
    public string? OrderColumnName { get; set; }

    /// <summary>Names of the columns that have one value for each sequence, and are carried over. A value that varies within a sequence is
    /// an error.</summary>
    public string[] StaticColumnNames { get; set; } = [];

    /// <summary>The label columns to add. Default none. Transform needs no label columns, and leaves out labels without one.</summary>
    public SequenceLabel[] Labels { get; set; } = [];

    /// <summary>The rows that each sequence gives. Default <see cref="SequenceWindows.Whole"/>.</summary>
    public SequenceWindows Windows { get; set; } = SequenceWindows.Whole;

    /// <summary>The time step, and what becomes of times without a row. Default null: rows are steps, however far apart.</summary>
    public SequenceGaps? Gaps { get; set; }

    /// <summary>
    /// Whether the rows of each key follow each other, in the order of time, as in a sorted table. Then one sequence at a time is in memory
    /// (and the keys seen so far); rows in another order are an error. Default false: rows in any order.
    /// </summary>
    public bool IsGrouped { get; set; }

    /// <summary>Name of the column of the time of the first step of each row; null for none. It exists with an order column only.</summary>
    public string? FirstTimeColumnName { get; set; } = "FirstTime";

    /// <summary>Name of the column of the time of the last step of each row; null for none. It exists with an order column only.</summary>
    public string? LastTimeColumnName { get; set; } = "LastTime";

    /// <summary>
    /// Name of the column of the times of all steps, a vector of the order column's type, as the trainers' option TimeColumnName takes it.
    /// Default null: none. It exists with an order column only.
    /// </summary>
    public string? StepTimesColumnName { get; set; }

    /// <summary>
    /// Bytes of memory for rows in any order, while they are sorted; the rest is in a temporary file. Default null: a quarter of the memory
    /// that the process may use. Not saved with the model.
    /// </summary>
    public long? StoreMemoryLimit { get; set; }

    /// <summary>The folder of that file. Default null: the system's folder for temporary files. Not saved with the model.</summary>
    public string? StoreDirectory { get; set; }

    /// <summary>The columns of times, with whether they have that of every step.</summary>
    internal IEnumerable<(string Name, bool OfSteps)> TimeColumns()
    {
        if (OrderColumnName is null)
            yield break;
        if (FirstTimeColumnName is not null)
            yield return (FirstTimeColumnName, false);
        if (LastTimeColumnName is not null)
            yield return (LastTimeColumnName, false);
        if (StepTimesColumnName is not null)
            yield return (StepTimesColumnName, true);
    }

    /// <summary>A copy, so that later changes do not affect what was created from these.</summary>
    internal SequenceGroupingOptions Clone()
    {
        var copy = (SequenceGroupingOptions)MemberwiseClone();
        copy.Columns = [.. Columns];
        copy.KeyColumnNames = [.. KeyColumnNames];
        copy.StaticColumnNames = [.. StaticColumnNames];
        copy.Labels = [.. Labels];
        return copy;
    }
}
