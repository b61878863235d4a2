using System.Runtime.InteropServices;
using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>The option KeepFreedMemory: its effect on the process, and its log line.</summary>
[TestFixture]
public sealed unsafe class GlibcMemoryTests
{
    private const string Kept = "KeepFreedMemory: from now on this process keeps the memory that native code frees.";
    private const int Blocks = 4,
        BlockSize = 12 << 20;

    private readonly MLContext _ml = new(seed: 1);

    // About the values of glibc's own settings in a process that frees large blocks.
    [TearDown]
    public void SetBack()
    {
        if (OperatingSystem.IsLinux())
            GlibcMemory.TrySet(32 << 20, 64 << 20, 128 << 10);
    }

    [Test]
    [Platform("Linux")]
    public void Memory_that_was_freed_is_not_faulted_in_again()
    {
        Assert.That(
            GlibcMemory.TrySet(128 << 10, 128 << 10, 0),
            Is.True,
            "every large piece is mapped for itself, and given back when it is freed"
        );
        UseMemory();
        long before = FaultsOf(UseMemory);

        Assert.That(GlibcMemory.Keep(), Is.EqualTo(Kept));
        UseMemory();
        long after = FaultsOf(UseMemory);

        if (before < 1000)
            Assert.Ignore($"This system maps memory in large pages ({before} page faults).");
        Assert.That(after, Is.LessThan(before / 10));
    }

    [Test]
    [Platform("Linux")]
    public void Fit_with_the_option_sets_it_and_says_so() => Assert.That(Messages(EngineKind.Torch, keep: true), Has.One.EndsWith(Kept));

    [Test]
    public void The_engine_in_CSharp_says_that_it_does_nothing() =>
        Assert.That(
            Messages(EngineKind.Simd, keep: true),
            Has.One.Contains("KeepFreedMemory does nothing: it is for the Torch engine on the CPU, and this is C# on ")
        );

    [Test]
    public void Without_the_option_nothing_is_said() =>
        Assert.That(Messages(EngineKind.Torch, keep: false), Has.None.Contains("KeepFreedMemory"));

    private string[] Messages(EngineKind engine, bool keep)
    {
        var log = new LogCapture(_ml);
        Tiny.Regression(_ml, configure: options => (options.Engine, options.KeepFreedMemory) = (engine, keep)).Fit(TinyData.Load(_ml));
        return log.Messages;
    }

    // As a training step does: some large pieces, touched all over, then all freed.
    private static void UseMemory()
    {
        var blocks = stackalloc void*[Blocks];
        for (int i = 0; i < Blocks; i++)
        {
            blocks[i] = NativeMemory.Alloc(BlockSize);
            NativeMemory.Fill(blocks[i], BlockSize, 1);
        }
        for (int i = 0; i < Blocks; i++)
            NativeMemory.Free(blocks[i]);
    }

    private static long FaultsOf(Action action)
    {
        long before = Faults();
        action();
        return Faults() - before;
    }

    // This thread's minor faults: the tenth field, the eighth after the program's name, which is in brackets and may contain spaces.
    private static long Faults()
    {
        string line = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(line[(line.LastIndexOf(')') + 2)..].Split(' ')[7], System.Globalization.CultureInfo.InvariantCulture);
    }
}
