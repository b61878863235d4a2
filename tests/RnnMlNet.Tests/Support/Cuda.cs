using NUnit.Framework;
using RnnMlNet.Engines.Torch;

namespace RnnMlNet.Tests.Support;

/// <summary>
/// Tests of torch on a GPU. They are fixtures of a device: [TestFixture("cpu")], which runs everywhere and so proves the test itself, and
/// [TestFixture("cuda", Category = Cuda.Category)].
/// </summary>
internal static class Cuda
{
    public const string Category = "Cuda";

    /// <summary>Skips the test where its device is not there.</summary>
    public static void SkipWithout(string device)
    {
        if (device != "cpu" && TorchDevice.WhyNot("cuda") is string why)
            Assert.Ignore($"No CUDA device: {why}. On a machine with one, build with TorchBackend=cuda-linux, or use eng/pack-cuda.sh.");
    }
}
