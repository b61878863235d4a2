using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>Runs a cell step by step.</summary>
internal static class StepLoop
{
    /// <summary>Runs it over all steps.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="input">[T, batch, InputSize].</param>
    /// <param name="valid">[T, batch] Boolean: a row without a step keeps its state; null where all rows have all T.</param>
    /// <param name="reverse">Whether to run backwards.</param>
    /// <param name="initial">[batch, StateSize] the state before the first step; null for the cell's own.</param>
    /// <returns>[batch, H] the output at each t, and the state after the last step.</returns>
    public static (Tensor[] Outputs, Tensor State) Run(RecurrentCell cell, Tensor input, Tensor? valid, bool reverse, Tensor? initial)
    {
        int steps = (int)input.shape[0];
        var outputs = new Tensor[steps];
        Tensor state = initial ?? cell.InitialState(input, input.shape[1]);
        for (int step = 0; step < steps; step++)
        {
            int t = reverse ? steps - 1 - step : step;
            Tensor next = cell.forward(input[t], state);
            state = valid is null ? next : where(valid[t].unsqueeze(1), next, state);
            outputs[t] = cell.Output(state);
        }
        return (outputs, state);
    }
}
