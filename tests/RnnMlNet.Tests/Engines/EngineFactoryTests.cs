using NUnit.Framework;
using RnnMlNet.Engines;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using TorchSharp;

namespace RnnMlNet.Tests.Engines;

/// <summary>Which engine computes.</summary>
[TestFixture]
public class EngineFactoryTests
{
    [TestCase("cpu")]
    [TestCase("auto")]
    public void On_a_CPU_Auto_is_the_engine_in_CSharp(string device)
    {
        if (device == "auto" && (torch.cuda.is_available() || torch.mps_is_available()))
            Assert.Ignore("This machine has a GPU.");
        Assert.That(Describe(EngineKind.Auto, device, out string? warning), Does.StartWith("C# on "));
        Assert.That(warning, Is.Null);
    }

    [Test]
    public void Auto_falls_back_to_the_engine_in_CSharp_and_says_so()
    {
        Assert.That(Describe(EngineKind.Auto, "cuda:99", out string? warning, fallback: true), Does.StartWith("C# on "));
        Assert.That(
            warning,
            Does.Match("^Device is 'cuda:99', but this machine has cpu.*; training on the CPU instead, because FallbackToCpu is set\\.$")
        );
    }

    [Test]
    public void A_device_that_is_not_there_is_an_error_without_fallback() =>
        Assert.That(
            () => Describe(EngineKind.Auto, "cuda:99", out _),
            Throws.InvalidOperationException.With.Message.StartsWith("Device is 'cuda:99', but this machine has cpu")
        );

    [Test]
    public void Auto_says_where_it_does_not_train_in_bfloat16()
    {
        const string Sentence =
            "TrainingPrecision is BFloat16, but training on the CPU is in C#, which computes with 32-bit numbers; set Engine to Torch to "
            + "train so on the CPU too.";
        Assert.That(Describe(EngineKind.Auto, "cpu", out string? warning, precision: TrainingPrecision.BFloat16), Does.StartWith("C# on "));
        Assert.That(warning, Is.EqualTo(Sentence));
        Describe(EngineKind.Auto, "cuda:99", out warning, fallback: true, TrainingPrecision.BFloat16);
        Assert.That(warning, Does.StartWith("Device is 'cuda:99'").And.EndsWith($"because FallbackToCpu is set. {Sentence}"));
        Describe(EngineKind.Torch, "cpu", out warning, precision: TrainingPrecision.BFloat16);
        Assert.That(warning, Is.Null);
    }

    [Test]
    public void Torch_stays_on_a_CPU_where_it_is_asked_for() =>
        Assert.That(Describe(EngineKind.Torch, "cpu", out _), Is.EqualTo("Torch on cpu"));

    [Category("Cuda")]
    [Test]
    public void On_a_GPU_Auto_is_torch()
    {
        if (!torch.cuda.is_available())
            Assert.Ignore("This machine, or the libtorch of the tests (TorchBackend), has no CUDA device.");
        Assert.That(Describe(EngineKind.Auto, "auto", out _), Is.EqualTo("Torch on cuda:0"));
    }

    private static string Describe(
        EngineKind kind,
        string device,
        out string? warning,
        bool fallback = false,
        TrainingPrecision precision = TrainingPrecision.Full
    )
    {
        EngineSettings settings = RandomNetwork.Settings(RandomNetwork.Shape(CellKind.Gru)) with
        {
            Device = device,
            FallbackToCpu = fallback,
            Precision = precision,
        };
        using ITrainingEngine engine = EngineFactory.Create(kind, settings, out warning);
        return engine.Description;
    }
}
