using RnnMlNet.Engines.Torch;

namespace RnnMlNet.Engines;

/// <summary>Chooses who computes.</summary>
internal static class EngineFactory
{
    /// <summary>Builds the engine asked for on the device asked for.</summary>
    /// <param name="kind">The engine; Auto and Torch are the same as long as there is one.</param>
    /// <param name="settings">The network and its training.</param>
    /// <param name="warning">Something the user should know, such as a fallback to the CPU; else null.</param>
    /// <exception cref="InvalidOperationException">The device is not there, or libtorch is not; the message says what to do.</exception>
    public static ITrainingEngine Create(EngineKind kind, EngineSettings settings, out string? warning) => kind switch
    {
        EngineKind.Auto or EngineKind.Torch => TorchEngine.Create(settings, out warning),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
