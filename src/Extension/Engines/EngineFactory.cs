using System.Runtime.CompilerServices;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Training;

namespace RnnMlNet.Engines;

/// <summary>Chooses the training engine.</summary>
internal static class EngineFactory
{
    /// <summary>Builds an engine on a device.</summary>
    /// <param name="kind">The engine; Auto is Torch on a GPU and for a custom cell, else Simd.</param>
    /// <param name="settings">The network and its training.</param>
    /// <param name="warning">A warning for the user, such as a fallback to the CPU; else null.</param>
    /// <exception cref="InvalidOperationException">The device or libtorch is not available; the message states the remedy.</exception>
    public static ITrainingEngine Create(EngineKind kind, EngineSettings settings, out string? warning)
    {
        warning = null;
        if (settings.Shape.IsChained && kind != EngineKind.Torch)
        {
            warning = NotOnDevice(settings);
            return SimdEngine.Create(settings);
        }
        return kind switch
        {
            EngineKind.Auto when settings.Shape.CustomCell is null => CreateBest(settings, out warning),
            EngineKind.Auto or EngineKind.Torch => CreateTorch(settings, out warning),
            EngineKind.Simd => SimdEngine.Create(settings),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }

    /// <summary>Whether the engine would be the one in C#, of which several can run side by side in one process.</summary>
    /// <param name="kind">The requested engine.</param>
    /// <param name="device">The requested device.</param>
    /// <param name="customCell">The custom cell, or null.</param>
    public static bool IsSimd(EngineKind kind, string device, string? customCell) =>
        kind switch
        {
            EngineKind.Simd => true,
            EngineKind.Auto when customCell is null => DeviceName.Parse(device).Kind is var asked
                && (asked == DeviceKind.Cpu || (asked == DeviceKind.Auto && !HasGpu())),
            _ => false,
        };

    private static ITrainingEngine CreateBest(EngineSettings settings, out string? warning)
    {
        warning = null;
        DeviceKind device = DeviceName.Parse(settings.Device).Kind;
        if (device == DeviceKind.Cpu || (device == DeviceKind.Auto && !HasGpu()))
        {
            warning = InFull(settings);
            return SimdEngine.Create(settings);
        }
        if (device == DeviceKind.Auto || !settings.FallbackToCpu || WhyNot(settings.Device) is not string why)
            return CreateTorch(settings, out warning);
        warning = $"Device is '{settings.Device}', but {why}; training on the CPU instead, because FallbackToCpu is set.";
        if (InFull(settings) is string more)
            warning = $"{warning} {more}";
        return SimdEngine.Create(settings);
    }

    // Of a conditional random field: what of the options it does without.
    private static string? NotOnDevice(EngineSettings settings)
    {
        string? device = DeviceName.Parse(settings.Device).Kind is DeviceKind.Cuda or DeviceKind.Mps
            ? $"Device is '{settings.Device}', but a ConditionalRandomField is trained in C#, on the CPU."
            : null;
        string?[] all = [device, settings.Precision == TrainingPrecision.Full ? null : "It is trained with 32-bit numbers."];
        return all.All(part => part is null) ? null : string.Join(' ', all.OfType<string>());
    }

    private static string? InFull(EngineSettings settings) =>
        settings.Precision == TrainingPrecision.Full
            ? null
            : $"TrainingPrecision is {settings.Precision}, but training on the CPU is in C#, which computes with 32-bit numbers; set "
                + $"Engine to Torch to train so on the CPU too.";

    // TorchSharp is referenced in a method of its own, so that training in C# does not load it.

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TorchEngine CreateTorch(EngineSettings settings, out string? warning) => TorchEngine.Create(settings, out warning);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool HasGpu() => TorchDevice.HasGpu();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string? WhyNot(string device) => TorchDevice.WhyNot(device);
}
