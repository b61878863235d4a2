using Microsoft.ML.Runtime;

namespace RnnMlNet.Estimators;

/// <summary>Checks the option <see cref="StaticUse"/> of a trainer or of an import.</summary>
internal static class StaticUseCheck
{
    /// <exception cref="ArgumentOutOfRangeException">There are no static values, or the cell is a custom one.</exception>
    public static void Check(IExceptionContext ectx, StaticUse use, string[]? columns, string? customCell)
    {
        const string Option = nameof(RnnOptions.StaticUse);
        if (use == StaticUse.Head)
            return;
        if (columns is null)
            throw ectx.ExceptUserArg(
                Option,
                $"{Option} is {use}, but StaticColumnNames is null, so that there are no static values: name their columns, or leave "
                    + $"{Option} {nameof(StaticUse.Head)}."
            );
        if (customCell is not null)
            throw ectx.ExceptUserArg(
                Option,
                $"{Option} is {use}, but the cell is '{customCell}', and what its state consists of only the cell itself knows: leave "
                    + $"{Option} {nameof(StaticUse.Head)}, or set Cell to a built-in one."
            );
    }
}
