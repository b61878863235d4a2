using NUnit.Framework;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using TorchSharp;

namespace RnnMlNet.Tests.Engines.Torch;

public sealed class TorchDeviceTests
{
    [Test]
    public void Cpu_IsAlwaysThere()
    {
        Assert.That(TorchDevice.Resolve("cpu", fallbackToCpu: false, out string? warning).type, Is.EqualTo(DeviceType.CPU));
        Assert.That(warning, Is.Null);
    }

    [Test]
    public void Auto_IsTheBestThereIs()
    {
        torch.Device device = TorchDevice.Resolve("auto", fallbackToCpu: false, out string? warning);

        Assert.That(
            device.type,
            Is.EqualTo(
                torch.cuda.is_available() ? DeviceType.CUDA
                : torch.mps_is_available() ? DeviceType.MPS
                : DeviceType.CPU
            )
        );
        Assert.That(warning, Is.Null);
    }

    [Test]
    public void ADeviceThatIsNotThere_IsAnError()
    {
        Assert.That(
            () => TorchDevice.Resolve("cuda:99", fallbackToCpu: false, out _),
            Throws.InvalidOperationException.With.Message.EqualTo(
                $"Device is 'cuda:99', but this machine has {Devices}: choose one of these, or set FallbackToCpu to "
                    + $"train on the CPU instead."
            )
        );
    }

    [Test]
    public void ADeviceThatIsNotThere_WithFallback_IsAWarning()
    {
        torch.Device device = TorchDevice.Resolve("cuda:99", fallbackToCpu: true, out string? warning);

        Assert.That(device.type, Is.EqualTo(DeviceType.CPU));
        Assert.That(
            warning,
            Is.EqualTo($"Device is 'cuda:99', but this machine has {Devices}; training on the CPU instead, because FallbackToCpu is set.")
        );
    }

    [Test]
    public void TheWarning_ReachesWhoMakesTheEngine()
    {
        EngineSettings settings = RandomNetwork.Settings(RandomNetwork.Shape(CellKind.Elman)) with
        {
            Device = "cuda:99",
            FallbackToCpu = true,
        };

        using ITrainingEngine engine = EngineFactory.Create(EngineKind.Torch, settings, out string? warning);

        Assert.That(engine.Description, Is.EqualTo("Torch on cpu"));
        Assert.That(warning, Does.StartWith("Device is 'cuda:99'"));
    }

    [Test]
    public void WhatIsNoDevice_IsRefused() =>
        Assert.That(() => TorchDevice.Resolve("abacus", fallbackToCpu: true, out _), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test, Category("Cuda")]
    public void Cuda_ComputesWhatTheCpuDoes([Values] CellKind cell, [Values] bool ragged)
    {
        Cuda.SkipWithout("cuda");
        NetworkShape shape = RandomNetwork.Shape(cell, layers: 2, bidirectional: true);
        var batch = RandomNetwork.Batch(shape, LossKind.Squared, ragged ? [6, 0, 1, 3] : [6, 6]);
        EngineSettings settings = RandomNetwork.Settings(shape) with { GradientClipNorm = 1, AllowTensorFloat32 = false };
        using ITrainingEngine onCpu = TorchEngine.Create(settings, out _),
            onCuda = TorchEngine.Create(settings with { Device = "cuda:0" }, out _);

        Assert.That(onCuda.Description, Is.EqualTo("Torch on cuda:0"));
        for (int step = 0; step < 3; step++)
            Assert.That(onCuda.TrainStep(batch, 0.01f), Is.EqualTo(onCpu.TrainStep(batch, 0.01f)).Within(1e-4));
        float[] cpu = new float[2 * batch.Count],
            cuda = new float[2 * batch.Count];
        onCpu.Score(batch, cpu);
        onCuda.Score(batch, cuda);
        Assert.That(cuda, Is.EqualTo(cpu).Within(1e-3));
    }

    private static string Devices
    {
        get
        {
            int cuda = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
            return string.Join(
                ", ",
                Enumerable.Range(0, cuda).Select(i => $"cuda:{i}").Prepend("cpu").Concat(torch.mps_is_available() ? ["mps"] : [])
            );
        }
    }
}
