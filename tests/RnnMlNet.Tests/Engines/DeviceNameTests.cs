using NUnit.Framework;
using RnnMlNet.Engines;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Engines;

internal sealed class DeviceNameTests
{
    [TestCase("auto", DeviceKind.Auto, 0, "auto")]
    [TestCase("cpu", DeviceKind.Cpu, 0, "cpu")]
    [TestCase(" CPU ", DeviceKind.Cpu, 0, "cpu")]
    [TestCase("cuda", DeviceKind.Cuda, 0, "cuda:0")]
    [TestCase("cuda:0", DeviceKind.Cuda, 0, "cuda:0")]
    [TestCase("Cuda:12", DeviceKind.Cuda, 12, "cuda:12")]
    [TestCase("mps", DeviceKind.Mps, 0, "mps")]
    public void AName_IsRead(string text, DeviceKind kind, int index, string written)
    {
        Assert.That(DeviceName.TryParse(text, out DeviceName device));
        Assert.That(device, Is.EqualTo(new DeviceName(kind, index)));
        Assert.That(device.ToString(), Is.EqualTo(written));
    }

    [Test]
    public void WhatIsNoName_IsRefused(
        [Values("", "gpu", "cuda:", "cuda:-1", "cuda:x", "cuda: 1", "cuda:1:2", "cpu:0", "mps:0", "auto:1", "cuda:99999999999", "0")]
            string text
    ) => Assert.That(DeviceName.TryParse(text, out _), Is.False);
}
