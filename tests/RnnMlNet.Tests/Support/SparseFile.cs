using Microsoft.ML.Runtime;
using Microsoft.Win32.SafeHandles;
using RnnMlNet.Data;

namespace RnnMlNet.Tests.Support;

/// <summary>
/// A store's file that may become large without taking room: of all it is given to write, it writes the first kilobyte and leaves a hole
/// for the others.
/// </summary>
internal sealed class SparseFile(IExceptionContext ectx, string directory) : StoreFile(ectx, directory)
{
    protected override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long place)
    {
        base.Write(file, bytes[..Math.Min(bytes.Length, 1024)], place);
        RandomAccess.SetLength(file, place + bytes.Length);
    }
}
