using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Data.Grouping;

/// <summary>Checks a definition of sequences, before any column is looked up.</summary>
internal static class GroupingCheck
{
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or does not fit another; the message names
    /// it.</exception>
    public static void Check(IExceptionContext ectx, SequenceGroupingOptions o)
    {
        CheckColumns(ectx, o);
        CheckLabels(ectx, o);
        CheckWindows(ectx, o);
        CheckGaps(ectx, o);
        CheckOutputs(ectx, o);
        CheckStore(ectx, o);
    }

    /// <exception cref="ArgumentOutOfRangeException">A value of the windows is out of its range; the message names it.</exception>
    public static void CheckWindows(IExceptionContext ectx, SequenceWindows? windows)
    {
        const string Option = nameof(SequenceGroupingOptions.Windows);
        if (windows is null)
            throw ectx.ExceptUserArg(Option, "Windows is null; it must be SequenceWindows.Whole, Last(...) or Sliding(...).");
        if (!Enum.IsDefined(windows.Kind) || !Enum.IsDefined(windows.Alignment))
            throw ectx.ExceptUserArg(Option, $"There are no windows of kind {windows.Kind} that are aligned at {windows.Alignment}.");
        if (windows.Kind == SequenceWindowKind.Whole == windows.Length is not null)
            throw ectx.ExceptUserArg(Option, $"Windows of kind {windows.Kind} have the length {windows.Length?.ToString() ?? "null"}.");
        AtLeastOne(ectx, Option, "The length of a window", windows.Length ?? 1);
        AtLeastOne(ectx, Option, "The stride of windows", windows.Stride);
        AtLeastOne(ectx, Option, "The minimum length of windows", windows.MinimumLength);
        if (windows.MinimumLength > windows.Length)
            throw ectx.ExceptUserArg(
                Option,
                $"The minimum length of windows is {windows.MinimumLength}, which is more than their length, {windows.Length}: no window "
                    + $"would be left. Give a minimum of {windows.Length} or less."
            );
    }

    private static void CheckColumns(IExceptionContext ectx, SequenceGroupingOptions o)
    {
        if (o.Columns is not { Length: > 0 })
            throw ectx.ExceptUserArg(nameof(o.Columns), "Columns has no element; name at least one column of sequences to make.");
        if (o.Labels is null)
            throw ectx.ExceptUserArg(nameof(o.Labels), "Labels is null; it must be an array, empty for none.");
        foreach (SequenceStepColumns column in o.Columns)
        {
            if (column is null)
                throw ectx.ExceptUserArg(nameof(o.Columns), "An element of Columns is null.");
            NotBlank(ectx, nameof(o.Columns), "A name of a column of sequences", column.OutputColumnName);
            if (column.StepColumnNames is not { Count: > 0 })
                throw ectx.ExceptUserArg(
                    nameof(o.Columns),
                    $"The column of sequences '{column.OutputColumnName}' has no step columns; name the columns that a time step consists "
                        + $"of."
                );
            Names(ectx, nameof(o.Columns), $"the step columns of '{column.OutputColumnName}'", column.StepColumnNames);
        }
        Names(ectx, nameof(o.KeyColumnNames), "KeyColumnNames", o.KeyColumnNames);
        Names(ectx, nameof(o.StaticColumnNames), "StaticColumnNames", o.StaticColumnNames);
        if (o.OrderColumnName is not null)
            NotBlank(ectx, nameof(o.OrderColumnName), nameof(o.OrderColumnName), o.OrderColumnName);
        if (o.StaticColumnNames.FirstOrDefault(o.KeyColumnNames.Contains) is string both)
            throw ectx.ExceptUserArg(
                nameof(o.StaticColumnNames),
                $"The column '{both}' is named among KeyColumnNames and StaticColumnNames: key columns are carried over anyway. Name it "
                    + $"among KeyColumnNames only."
            );
    }

    private static void CheckLabels(IExceptionContext ectx, SequenceGroupingOptions o)
    {
        const string Option = nameof(o.Labels);
        foreach (SequenceLabel label in o.Labels)
        {
            if (label is null)
                throw ectx.ExceptUserArg(Option, "An element of Labels is null.");
            if (!Enum.IsDefined(label.Rule))
                throw ectx.ExceptUserArg(Option, $"There is no label rule {label.Rule}.");
            NotBlank(ectx, Option, "A name of a label column", label.OutputColumnName);
            AtLeastOne(ectx, Option, "The cap of RemainingSteps", label.Cap ?? 1);
            if (label.Rule == SequenceLabelRule.RemainingSteps && label.InputColumnName is string name)
                throw ectx.ExceptUserArg(Option, $"RemainingSteps is of no column, but '{name}' is given.");
            if (label.Rule != SequenceLabelRule.RemainingSteps)
                NotBlank(ectx, Option, "The input column of a label", label.InputColumnName);
        }
    }

    private static void CheckWindows(IExceptionContext ectx, SequenceGroupingOptions o) => CheckWindows(ectx, o.Windows);

    private static void CheckGaps(IExceptionContext ectx, SequenceGroupingOptions o)
    {
        const string Option = nameof(o.Gaps);
        if (o.Gaps is not SequenceGaps gaps)
            return;
        if (!Enum.IsDefined(gaps.Rule))
            throw ectx.ExceptUserArg(Option, $"There is no rule of gaps {gaps.Rule}.");
        if (gaps.TimeStep is null || Frequency.Parse(gaps.TimeStep) is null)
            throw ectx.ExceptUserArg(
                Option,
                $"The time step of Gaps is '{gaps.TimeStep}', which is none: give a number and a unit, such as \"10 minutes\", \"1 hour\", "
                    + $"\"day\" or \"month\", a TimeSpan such as \"00:05:00\", a duration such as \"PT15M\", or a whole number where times "
                    + $"are numbers."
            );
        if (o.OrderColumnName is null)
            throw ectx.ExceptUserArg(Option, "Gaps is set, but there is no OrderColumnName whose times could have gaps: set it too.");
        AtLeastOne(ectx, Option, "maxFilledSteps of Gaps", gaps.MaxFilledSteps);
    }

    private static void CheckOutputs(IExceptionContext ectx, SequenceGroupingOptions o)
    {
        if (o.OrderColumnName is not null)
        {
            if (o.FirstTimeColumnName is not null)
                NotBlank(ectx, nameof(o.FirstTimeColumnName), nameof(o.FirstTimeColumnName), o.FirstTimeColumnName);
            if (o.LastTimeColumnName is not null)
                NotBlank(ectx, nameof(o.LastTimeColumnName), nameof(o.LastTimeColumnName), o.LastTimeColumnName);
            if (o.StepTimesColumnName is not null)
                NotBlank(ectx, nameof(o.StepTimesColumnName), nameof(o.StepTimesColumnName), o.StepTimesColumnName);
        }
        else if (o.StepTimesColumnName is not null)
            throw ectx.ExceptUserArg(
                nameof(o.StepTimesColumnName),
                $"StepTimesColumnName is '{o.StepTimesColumnName}', but there is no OrderColumnName that has times: set it too."
            );
        if (OutputNames(o).GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw ectx.ExceptUserArg(
                nameof(o.Columns),
                $"Two output columns would have the name '{twice.Key}': the key, static, sequence, label and time columns need different "
                    + $"names. Give one of them another name."
            );
    }

    private static IEnumerable<string> OutputNames(SequenceGroupingOptions o) =>
        [
            .. o.KeyColumnNames,
            .. o.StaticColumnNames,
            .. o.Columns.Select(column => column.OutputColumnName),
            .. o.Labels.Select(label => label.OutputColumnName),
            .. o.TimeColumns().Select(time => time.Name),
        ];

    private static void CheckStore(IExceptionContext ectx, SequenceGroupingOptions o)
    {
        if (o.StoreMemoryLimit < 0)
            throw ectx.ExceptUserArg(
                nameof(o.StoreMemoryLimit),
                $"StoreMemoryLimit is {o.StoreMemoryLimit}; it must be 0 or more bytes, or null for a quarter of the memory there is."
            );
        if (o.StoreDirectory is not null && !Directory.Exists(o.StoreDirectory))
            throw ectx.ExceptUserArg(
                nameof(o.StoreDirectory),
                $"StoreDirectory is '{o.StoreDirectory}', and there is no such folder; make it, or leave it null for the system's folder "
                    + $"for temporary files."
            );
    }

    private static void Names(IExceptionContext ectx, string option, string what, IEnumerable<string>? names)
    {
        if (names is null)
            throw ectx.ExceptUserArg(option, $"{option} is null; it must be an array, empty for none.");
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            NotBlank(ectx, option, $"A name among {what}", name);
            if (!found.Add(name))
                throw ectx.ExceptUserArg(option, $"The column '{name}' is named twice among {what}: name it once.");
        }
    }

    private static void NotBlank(IExceptionContext ectx, string option, string what, string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw ectx.ExceptUserArg(option, $"{what} is {(name is null ? "null" : "blank")}; it must be the name of a column.");
    }

    private static void AtLeastOne(IExceptionContext ectx, string option, string what, int value)
    {
        if (value < 1)
            throw ectx.ExceptUserArg(option, $"{what} is {value}; it must be 1 or more.");
    }
}
