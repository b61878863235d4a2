namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// The sizes of a forecasting network's <see cref="LearnedCycle"/>. Steps are counted from the first of the horizon, whose position in the
/// cycle, the phase of a row, is a value of each row.
/// </summary>
/// <param name="Length">L, steps of the cycle.</param>
/// <param name="Channels">C: each row is of one of so many channels, which have a cycle each.</param>
/// <param name="Window">Steps of the series that are read.</param>
/// <param name="Segment">w, steps of the series that are one step of the network: the first w values of each of its steps are the
/// channel's. The first step may start before the window, with zeros there.</param>
/// <param name="Season">Outputs are differences from the window's last values, of so many steps in turn; 0 where they are values.</param>
/// <param name="OutputsPerStep">Outputs of each step of the horizon.</param>
internal sealed record CycleShape(int Length, int Channels, int Window, int Segment, int Season, int OutputsPerStep)
{
    /// <summary>Steps before the window in the network's first step.</summary>
    public int Lead => (Segment - Window % Segment) % Segment;

    /// <summary>The position in the cycle of a step, in [0, L).</summary>
    /// <param name="phase">The position of the horizon's first step.</param>
    /// <param name="ahead">The step, counted from that one: negative in the window.</param>
    public int Position(int phase, int ahead)
    {
        int position = (phase + ahead) % Length;
        return position < 0 ? position + Length : position;
    }

    /// <summary>The step of the window that an output is a difference from, counted from the horizon's first step: negative.</summary>
    /// <param name="ahead">The output's step.</param>
    public int Base(int ahead) => ahead % Season - Season;

    /// <summary>Subtracts the cycle from the channel's values of a step of the network.</summary>
    /// <param name="cycle">[L] of the row's channel.</param>
    /// <param name="phase">The row's.</param>
    /// <param name="step">The step, 0 for the first.</param>
    /// <param name="values">[w, or more] its values, the channel's first.</param>
    public void Subtract(ReadOnlySpan<float> cycle, int phase, int step, Span<float> values)
    {
        int ahead = FirstOf(step);
        for (int i = Missing(ahead); i < Segment; i++)
            values[i] -= cycle[Position(phase, ahead + i)];
    }

    /// <summary>The backward pass of <see cref="Subtract"/>.</summary>
    /// <param name="back">[w, or more] the gradient of the step's values.</param>
    /// <param name="phase">The row's.</param>
    /// <param name="step">The step.</param>
    /// <param name="gradient">[L] that of the cycle of the row's channel, added to.</param>
    public void SubtractBackward(ReadOnlySpan<float> back, int phase, int step, Span<float> gradient)
    {
        int ahead = FirstOf(step);
        for (int i = Missing(ahead); i < Segment; i++)
            gradient[Position(phase, ahead + i)] -= back[i];
    }

    /// <summary>Adds the cycle to some outputs.</summary>
    /// <param name="cycle">[L] of the row's channel.</param>
    /// <param name="phase">The row's.</param>
    /// <param name="first">The step of the first of them, counted from the horizon's first.</param>
    /// <param name="outputs">[steps, <see cref="OutputsPerStep"/>].</param>
    public void Add(ReadOnlySpan<float> cycle, int phase, int first, Span<float> outputs)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            int ahead = first + i / OutputsPerStep;
            outputs[i] += cycle[Position(phase, ahead)];
            if (Season > 0)
                outputs[i] -= cycle[Position(phase, Base(ahead))];
        }
    }

    /// <summary>The backward pass of <see cref="Add"/>.</summary>
    /// <param name="back">[steps, <see cref="OutputsPerStep"/>] the gradient of the outputs.</param>
    /// <param name="phase">The row's.</param>
    /// <param name="first">The step of the first of them.</param>
    /// <param name="gradient">[L] that of the cycle of the row's channel, added to.</param>
    public void AddBackward(ReadOnlySpan<float> back, int phase, int first, Span<float> gradient)
    {
        for (int i = 0; i < back.Length; i++)
        {
            int ahead = first + i / OutputsPerStep;
            gradient[Position(phase, ahead)] += back[i];
            if (Season > 0)
                gradient[Position(phase, Base(ahead))] -= back[i];
        }
    }

    private int FirstOf(int step) => step * Segment - Lead - Window;

    private int Missing(int ahead) => Math.Max(0, -Window - ahead);
}

/// <summary>
/// A recurrent cycle that a forecasting network learns together with its other weights: <c>cycle.weight [C, L]</c>, initially 0. Each step
/// of a window reads its value less that of the cycle at the step's position, and the cycle's values of the horizon are added to the
/// outputs (Lin et al., "CycleNet: Enhancing Time Series Forecasting through Modeling Periodic Patterns", 2024, arXiv 2409.18479).
/// </summary>
/// <param name="sizes">The sizes; null for no cycle.</param>
internal sealed class LearnedCycle(CycleShape? sizes) : NetworkModule
{
    public const string Weight = "cycle.weight";

    public override string Name => "a learned cycle";

    public override IEnumerable<TensorSpec> Tensors => sizes is null ? [] : [new TensorSpec(Weight, [sizes.Channels, sizes.Length])];

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random) { }
}
