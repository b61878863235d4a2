using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;
using RnnMlNet.Training;
using TorchSharp;

namespace RnnMlNet.Engines.Torch;

/// <summary>Finds a device, and initialises native torch for it.</summary>
internal static class TorchDevice
{
    /// <summary>The device for a name.</summary>
    /// <param name="name">A valid device name.</param>
    /// <param name="fallbackToCpu">Whether the CPU replaces a device that is not available.</param>
    /// <param name="warning">A warning where the CPU replaces the device; else null.</param>
    /// <exception cref="InvalidOperationException">The device or native torch is not available.</exception>
    public static torch.Device Resolve(string name, bool fallbackToCpu, out string? warning)
    {
        warning = null;
        if (!DeviceName.TryParse(name, out DeviceName asked))
            throw new ArgumentOutOfRangeException(nameof(name), name, "Not the name of a device.");
        if (asked.Kind == DeviceKind.Auto)
            return Ready(Best());
        if (IsThere(asked))
            return Ready(asked);
        string missing = $"Device is '{name}', but this machine has {Describe()}";
        if (!fallbackToCpu)
            throw Contracts.Except($"{missing}: choose one of these, or set FallbackToCpu to train on the CPU instead.");
        warning = $"{missing}; training on the CPU instead, because FallbackToCpu is set.";
        return Ready(new DeviceName(DeviceKind.Cpu, 0));
    }

    /// <summary>The device of a model's ScoringDevice.</summary>
    /// <param name="name">A valid device name.</param>
    /// <exception cref="InvalidOperationException">The device or native torch is not available.</exception>
    public static torch.Device ForScoring(string name)
    {
        DeviceName asked = DeviceName.Parse(name);
        return IsThere(asked)
            ? Ready(asked)
            : throw Contracts.Except($"ScoringDevice is '{name}', but this machine has {Describe()}: choose one of these.");
    }

    /// <summary>Why a device cannot be used, in a few words; null where it can.</summary>
    /// <param name="name">A valid device name other than auto.</param>
    public static string? WhyNot(string name)
    {
        if (!IsNativeTorchThere())
            return "native libtorch could not be loaded";
        return IsThere(DeviceName.Parse(name)) ? null : $"this machine has {Describe()}";
    }

    /// <summary>
    /// Whether the application has a libtorch for a GPU, and the machine a GPU for it. A libtorch for the CPU is not even loaded.
    /// </summary>
    public static bool HasGpu() =>
        (OperatingSystem.IsMacOS() || NativeLibrary.TryLoad("torch_cuda", typeof(torch).Assembly, null, out _))
        && IsNativeTorchThere()
        && Best().Kind != DeviceKind.Cpu;

    // The probe asks the runtime, by the names that TorchSharp would load. TorchSharp itself, where it finds none, copies hundreds of
    // megabytes from the machine's package cache into the application's folder, or else writes its search to the console.
    private static bool IsNativeTorchThere()
    {
        Assembly torchSharp = typeof(torch).Assembly;
        NativeLibrary.TryLoad("torch_cpu", torchSharp, null, out _);
        return NativeLibrary.TryLoad("LibTorchSharp", torchSharp, null, out _);
    }

    private static DeviceName Best()
    {
        if (CudaDevices() > 0)
            return new DeviceName(DeviceKind.Cuda, 0);
        return new DeviceName(HasMps() ? DeviceKind.Mps : DeviceKind.Cpu, 0);
    }

    private static bool IsThere(DeviceName device) =>
        device.Kind switch
        {
            DeviceKind.Cuda => device.Index < CudaDevices(),
            DeviceKind.Mps => HasMps(),
            _ => true,
        };

    private static string Describe()
    {
        int cuda = CudaDevices();
        string devices = string.Join(", ", Enumerable.Range(0, cuda).Select(i => $"cuda:{i}").Prepend("cpu"));
        return HasMps() ? devices + ", mps" : devices;
    }

    private static torch.Device Ready(DeviceName name) =>
        Native(() =>
        {
            var type = name.Kind switch
            {
                DeviceKind.Cuda => DeviceType.CUDA,
                DeviceKind.Mps => DeviceType.MPS,
                _ => DeviceType.CPU,
            };
            // This must be the first torch call: modules called before it do not find their native library.
            torch.InitializeDeviceType(type);
            return new torch.Device(type, type == DeviceType.CUDA ? name.Index : -1);
        });

    private static int CudaDevices() => Native(() => torch.cuda.is_available() ? torch.cuda.device_count() : 0);

    private static bool HasMps() => Native(torch.mps_is_available);

    private static T Native<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e)
            when (e is DllNotFoundException or TypeInitializationException or NotSupportedException or EntryPointNotFoundException)
        {
            throw new InvalidOperationException(
                "Native libtorch could not be loaded: reference one of the packages libtorch-cpu-win-x64, libtorch-cpu-linux-x64, "
                    + "libtorch-cpu-osx-arm64, TorchSharp-cuda-windows or "
                    + "TorchSharp-cuda-linux in the application (on Linux, libstdc++ must have GLIBCXX_3.4.32, as in Debian 13 and "
                    + "Ubuntu 24.04; see ./dotnetw in RnnMlNet's repository). Engine = Simd trains on the CPU without them, and "
                    + "scoring there needs none.",
                e
            );
        }
    }
}
