using NUnit.Framework;
using RnnMlNet.Engines.Torch;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>Loads native torch before any test of this folder touches it.</summary>
[SetUpFixture]
public sealed class NativeTorch
{
    [OneTimeSetUp]
    public void Load() => TorchDevice.Resolve("cpu", fallbackToCpu: false, out _);
}
