using Microsoft.ML.Runtime;

namespace RnnMlNet.Estimators;

/// <summary>The device that a context names for all of its trainers: MLContext's GpuDeviceId and FallbackToCpu.</summary>
internal static class ContextDevice
{
    private const string Unset = "auto";

    /// <summary>
    /// Where the options leave the device open and the context names a GPU, trains on that, or on the CPU where it is not there and the
    /// context says so. A device of the options'
    /// own wins.
    /// </summary>
    /// <param name="env">The context, or a host of its.</param>
    /// <param name="options">The trainer's own copy.</param>
    public static void Apply(IHostEnvironment env, RnnTrainingOptions options)
    {
        if (options.Device != Unset || env is not IHostEnvironmentInternal { GpuDeviceId: int gpu } context)
            return;
        options.Device = FormattableString.Invariant($"cuda:{gpu}");
        options.FallbackToCpu |= context.FallbackToCpu;
    }
}
