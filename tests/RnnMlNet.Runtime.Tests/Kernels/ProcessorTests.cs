using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using NUnit.Framework;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Tests.Kernels;

/// <summary>That the kernels run on the processor's vectors, so that the other tests are tests of these.</summary>
[TestFixture]
public class ProcessorTests
{
    [Test]
    public void Kernels_on_Arm64_use_AdvSimd()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.Arm64)
            Assert.Ignore($"This processor is {RuntimeInformation.ProcessArchitecture}.");
        Assert.That(AdvSimd.Arm64.IsSupported, Is.True);
        Assert.That(Vector128.IsHardwareAccelerated, Is.True);
        Assert.That((VectorWidth.Bits, Lanes128.TileRows), Is.EqualTo((128, 6)), "Vectors of 128 bits, 32 of them.");
    }

    [Test]
    public void Kernels_on_x64_use_its_vectors()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            Assert.Ignore($"This processor is {RuntimeInformation.ProcessArchitecture}.");
        Assert.That(Vector128.IsHardwareAccelerated, Is.True);
        Assert.That(VectorWidth.Bits, Avx2.IsSupported ? Is.AnyOf(256, 512) : Is.EqualTo(128));
    }
}
