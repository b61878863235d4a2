using RnnMlNet.Engines.Torch.Cells;
using static TorchSharp.torch;

namespace RnnMlNet;

/// <summary>Runs a <see cref="RecurrentCell"/> over a batch of sequences: from the initial state, step by step.</summary>
public static class RecurrentLoop
{
    /// <summary>Runs the cell forwards over t = 0 .. T-1, or backwards over t = T-1 .. 0.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="input">[T, batch, InputSize], time-major.</param>
    /// <param name="valid">[T, batch] Boolean, true where a row still has a step; null where all rows have all T. A row without a step
    /// keeps its state.</param>
    /// <param name="reverse">Whether to run backwards; a row then starts at its own last valid step.</param>
    /// <returns>Outputs [T, batch, H] (at t, after step t) and the final output [batch, H].</returns>
    /// <exception cref="ArgumentException">The input is not [T, batch, InputSize], or valid is not Boolean [T, batch].</exception>
    public static (Tensor Outputs, Tensor Final) Run(RecurrentCell cell, Tensor input, Tensor? valid = null, bool reverse = false) =>
        Run(cell, input, valid, reverse, initial: null);

    /// <summary>The same from a given state.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="input">[T, batch, InputSize], time-major.</param>
    /// <param name="valid">[T, batch] Boolean; null where all rows have all T.</param>
    /// <param name="reverse">Whether to run backwards.</param>
    /// <param name="initial">[batch, StateSize] the state before the first step; null for the cell's own.</param>
    internal static (Tensor Outputs, Tensor Final) Run(RecurrentCell cell, Tensor input, Tensor? valid, bool reverse, Tensor? initial)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() != 3 || input.shape[2] != cell.InputSize)
            throw new ArgumentException(
                $"Expected an input of shape [T, batch, {cell.InputSize}], received [{string.Join(", ", input.shape)}].",
                nameof(input)
            );
        if (valid is not null && (valid.dtype != ScalarType.Bool || !valid.shape.AsSpan().SequenceEqual(input.shape.AsSpan(0, 2))))
            throw new ArgumentException(
                $"Expected a Boolean mask of shape [{input.shape[0]}, {input.shape[1]}], received {valid.dtype} "
                    + $"[{string.Join(", ", valid.shape)}].",
                nameof(valid)
            );

        var (outputs, state) = StepLoop.Run(cell, input, valid, reverse, initial);
        Tensor final = cell.Output(state);
        return (outputs.Length > 0 ? stack(outputs, 0) : final.unsqueeze(0)[..0], final);
    }
}
