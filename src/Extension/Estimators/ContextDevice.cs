using Microsoft.ML.Runtime;

namespace RnnMlNet.Estimators;

/// <summary>The device of all trainers of a context: MLContext's GpuDeviceId and FallbackToCpu.</summary>
internal static class ContextDevice
{
    private const string Unset = "auto";

    /// <summary>
    /// Where the options leave the device open and the context has a GPU, trains on that, or on the CPU if the GPU is missing and the
    /// context allows it. A device of the options takes precedence.
    /// </summary>
    /// <param name="env">The context, or a host of it.</param>
    /// <param name="options">The trainer's own copy.</param>
    public static void Apply(IHostEnvironment env, RnnTrainingOptions options)
    {
        if (options.Device != Unset || env is not IHostEnvironmentInternal { GpuDeviceId: int gpu } context)
            return;
        options.Device = FormattableString.Invariant($"cuda:{gpu}");
        options.FallbackToCpu |= context.FallbackToCpu;
    }
}
