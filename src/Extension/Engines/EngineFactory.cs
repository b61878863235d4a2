using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Engines.Torch;

namespace RnnMlNet.Engines;

/// <summary>Chooses who computes.</summary>
internal static class EngineFactory
{
    /// <summary>Builds the engine asked for on the device asked for.</summary>
    /// <param name="kind">The engine; Auto is Torch.</param>
    /// <param name="settings">The network and its training.</param>
    /// <param name="warning">Something the user should know, such as a fallback to the CPU; else null.</param>
    /// <exception cref="InvalidOperationException">The device is not there, or libtorch is not; the message says what to do.</exception>
    public static ITrainingEngine Create(EngineKind kind, EngineSettings settings, out string? warning)
    {
        warning = null;
        return kind switch
        {
            EngineKind.Auto or EngineKind.Torch => CreateTorch(settings, out warning),
            EngineKind.Simd => SimdEngine.Create(settings),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }

    // Apart, so that training in C# loads nothing of TorchSharp.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static TorchEngine CreateTorch(EngineSettings settings, out string? warning) => TorchEngine.Create(settings, out warning);
}
