using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data.Series;

/// <summary>Batches whose rows are windows, each of one target.</summary>
internal static class WindowBatch
{
    /// <summary>A batch's windows, as a network scores them.</summary>
    public static WindowRows Rows(MiniBatch batch) =>
        new()
        {
            Count = batch.Count,
            Length = batch.MaxLength,
            Steps = batch.Steps,
            StaticInputs = batch.StaticInputs,
            Channels = batch.Channels,
            Phases = batch.Phases,
        };

    /// <summary>Resizes a batch's arrays for a number of rows.</summary>
    public static void Size(MiniBatch batch, WindowLayout layout, int rows)
    {
        batch.Count = rows;
        batch.MaxLength = layout.Steps;
        batch.Features = layout.Features;
        batch.LabelWidth = layout.LabelWidth;
        batch.HasLabelsPerStep = false;
        batch.Stored = null;
        Size(ref batch.Steps, checked(rows * layout.Steps * layout.Features));
        Size(ref batch.StaticInputs, rows * layout.StaticSize);
        Size(ref batch.Labels, rows * layout.LabelWidth);
        Size(ref batch.Channels, rows);
        Size(ref batch.Phases, rows);
        Size(ref batch.Lengths, rows);
        Size(ref batch.Weights, rows);
    }

    /// <summary>Fills a row from a window, except for its labels and its weight.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="row">The row in it.</param>
    /// <param name="reader">Reads windows.</param>
    /// <param name="series">The series.</param>
    /// <param name="channel">The target.</param>
    /// <param name="end">The step after the window.</param>
    /// <param name="steps">[Steps, Features] scratch.</param>
    /// <returns>The units of the row.</returns>
    public static InstanceNormalization Fill(
        MiniBatch batch,
        int row,
        WindowReader reader,
        TimeSeries series,
        int channel,
        int end,
        float[] steps
    )
    {
        WindowLayout layout = reader.Layout;
        InstanceNormalization frame = reader.Frame(series, channel, end);
        reader.ReadSteps(series, channel, end, frame, steps);
        StepCopy.Run(
            steps,
            layout.Features,
            batch.Steps.AsSpan(row * layout.Features),
            batch.Count * layout.Features,
            layout.Features,
            layout.Steps
        );
        reader.ReadStaticInputs(series, channel, end, frame, batch.StaticInputs.AsSpan(row * layout.StaticSize, layout.StaticSize));
        batch.Channels[row] = layout.EmbedsTargets || layout.CycleLength > 0 ? channel : 0;
        batch.Phases[row] = reader.Phase(series, end);
        batch.Lengths[row] = layout.Steps;
        return frame;
    }

    private static void Size<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = new T[length];
    }
}
