using Microsoft.ML.Runtime;
using Microsoft.Win32.SafeHandles;
using RnnMlNet.Data;

namespace RnnMlNet.Tests.Support;

/// <summary>A store's file on a disk that has room for so many writes and no more.</summary>
internal sealed class FullDisk(IExceptionContext ectx, string directory, int writes) : StoreFile(ectx, directory)
{
    private int _left = writes;

    protected override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long place)
    {
        if (_left-- == 0)
            throw new IOException("No space left on device.");
        base.Write(file, bytes, place);
    }
}
