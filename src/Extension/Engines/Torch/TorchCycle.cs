using RnnMlNet.Runtime.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>The learned cycle of a forecasting network on torch.</summary>
/// <param name="cycle">The sizes.</param>
/// <param name="table">[C, L].</param>
internal sealed class TorchCycle(CycleShape cycle, Parameter table)
{
    /// <summary>Subtracts the cycle from the first values of each step, those of the row's channel.</summary>
    /// <param name="steps">[T, B, F].</param>
    /// <param name="batch">The rows.</param>
    public Tensor Subtract(Tensor steps, TorchBatch batch)
    {
        int length = (int)steps.shape[0],
            rows = (int)steps.shape[1],
            others = (int)steps.shape[2] - cycle.Segment;
        int first = -cycle.Window - cycle.Lead;
        Tensor values = Values(batch, [.. Enumerable.Range(first, length * cycle.Segment)]);
        if (cycle.Lead > 0)
            values = cat([zeros_like(values.narrow(1, 0, cycle.Lead)), values.narrow(1, cycle.Lead, values.shape[1] - cycle.Lead)], 1);
        values = values.reshape(rows, length, cycle.Segment).transpose(0, 1);
        Tensor own = steps.narrow(2, 0, cycle.Segment) - values;
        return others == 0 ? own : cat([own, steps.narrow(2, cycle.Segment, others)], 2);
    }

    /// <summary>Adds the cycle to the outputs.</summary>
    /// <param name="outputs">[B, Outputs].</param>
    /// <param name="batch">The rows.</param>
    public Tensor Add(Tensor outputs, TorchBatch batch)
    {
        int rows = (int)outputs.shape[0];
        int[] ahead = [.. Enumerable.Range(0, (int)outputs.shape[1] / cycle.OutputsPerStep)];
        Tensor values = Values(batch, ahead);
        if (cycle.Season > 0)
            values = values - Values(batch, [.. ahead.Select(cycle.Base)]);
        return (outputs.reshape(rows, ahead.Length, cycle.OutputsPerStep) + values.unsqueeze(2)).reshape(rows, -1);
    }

    // [B, n] the cycle of each row's channel at some steps, counted from the horizon's first.
    private Tensor Values(TorchBatch batch, int[] ahead)
    {
        Tensor steps = tensor(ahead, ScalarType.Int64, table.device);
        Tensor positions = (batch.Phases.unsqueeze(1) + steps.unsqueeze(0)).remainder((long)cycle.Length);
        Tensor places = batch.Channels.unsqueeze(1) * (long)cycle.Length + positions;
        return table.reshape(-1).index_select(0, places.reshape(-1)).reshape(-1, ahead.Length);
    }
}
