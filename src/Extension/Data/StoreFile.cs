using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;
using Microsoft.Win32.SafeHandles;
using RnnMlNet.Text;

namespace RnnMlNet.Data;

/// <summary>
/// The temporary file of a store: written sequentially, then mapped and read at random. Once open it has no name (on Windows: the system
/// deletes it on close), so nothing is left of it however the process ends, and no other process can shorten it under the mapping. It is
/// written completely before it is mapped, so a full disk is an error of a write, never of a read.
/// </summary>
internal unsafe class StoreFile : IDisposable
{
    // A span's length in bytes must fit an int.
    private const int NumbersPerWrite = 1 << 24;

    private readonly IExceptionContext _ectx;
    private readonly FileStream _file;
    private MemoryMappedFile? _map;
    private MemoryMappedViewAccessor? _view;
    private float* _numbers;
    private long _mapped;

    protected StoreFile(IExceptionContext ectx, string directory)
    {
        _ectx = ectx;
        Directory = directory;
        _file = Open(StoreFolder.NewPath(directory));
    }

    /// <summary>The file's folder.</summary>
    public string Directory { get; }

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>Creates a file, after removing those that ended processes left in the folder.</summary>
    /// <param name="ectx">Marks the errors.</param>
    /// <param name="directory">The folder.</param>
    /// <param name="bytes">Bytes to be written at once, for the error.</param>
    /// <exception cref="IOException">The folder does not exist, or no file can be created in it.</exception>
    public static StoreFile Create(IExceptionContext ectx, string directory, long bytes)
    {
        try
        {
            StoreFolder.RemoveStale(directory);
            return new StoreFile(ectx, directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ectx.ExceptIO(
                e,
                $"The rows need more memory than StoreMemoryLimit allows, and no temporary file can be made for the others in "
                    + $"'{directory}', where {ByteSize.Text(bytes)} or more are needed "
                    + $"({Reason(e)}). Set StoreDirectory to an existing, writable folder, or raise StoreMemoryLimit."
            );
        }
    }

    /// <summary>Appends values, and returns their offset, in floats.</summary>
    /// <exception cref="IOException">The disk is full, or the file cannot be written any more.</exception>
    public long Append(ReadOnlySpan<float> values)
    {
        long start = Length / sizeof(float),
            bytes = values.Length * (long)sizeof(float);
        try
        {
            for (; values.Length > 0; values = values[Math.Min(values.Length, NumbersPerWrite)..])
            {
                ReadOnlySpan<byte> piece = MemoryMarshal.AsBytes(values[..Math.Min(values.Length, NumbersPerWrite)]);
                Write(_file.SafeFileHandle, piece, Length);
                Length += piece.Length;
            }
            return start;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw _ectx.ExceptIO(
                e,
                $"The rows need more memory than StoreMemoryLimit allows, and the temporary file for the others in '{Directory}' cannot "
                    + $"grow: it holds {ByteSize.Text(start * sizeof(float))} and needs "
                    + $"{ByteSize.Text(bytes)} or more on top ({Reason(e)}). Free room on that disk, set StoreDirectory to a folder on a "
                    + $"larger one, or raise StoreMemoryLimit."
            );
        }
    }

    /// <summary>Maps all that was written for reading.</summary>
    /// <exception cref="IOException">The process has no address space left for the mapping.</exception>
    public void Map()
    {
        try
        {
            _map = MemoryMappedFile.CreateFromFile(
                _file.SafeFileHandle,
                mapName: null,
                capacity: 0,
                MemoryMappedFileAccess.Read,
                HandleInheritability.None,
                leaveOpen: true
            );
            _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            throw _ectx.ExceptIO(
                e,
                $"The temporary file of the rows in '{Directory}', of {ByteSize.Text(Length)}, cannot be mapped into memory "
                    + $"({Reason(e)}). Give the process more address space, or raise StoreMemoryLimit."
            );
        }
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _numbers = (float*)start;
        _mapped = Length / sizeof(float);
    }

    /// <summary>Values in the mapping; valid until the file is disposed.</summary>
    public ReadOnlySpan<float> Read(long start, int count)
    {
        // Also before Map and after Dispose, when nothing is mapped: no memory outside the mapping may be read.
        if (start < 0 || count < 0 || start + count > _mapped)
            throw _ectx.Except($"Numbers {start} to {start + count} of the store's file were requested, but {_mapped} are mapped.");
        return new ReadOnlySpan<float>(_numbers + start, count);
    }

    public void Dispose()
    {
        if (_mapped > 0)
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        _mapped = 0;
        _view?.Dispose();
        _map?.Dispose();
        _file.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes bytes at an offset; overridden in a test to fail.</summary>
    protected virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long place) => RandomAccess.Write(file, bytes, place);

    /// <summary>A new file that only this process can open, and that is deleted on close.</summary>
    internal static FileStream Open(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            Options = FileOptions.DeleteOnClose,
        };
        // The rows may be confidential.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        try
        {
            // Elsewhere an open file can be unlinked, so that even a killed process leaves nothing.
            if (!OperatingSystem.IsWindows())
                File.Delete(path);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static string Reason(Exception e) => e.Message.TrimEnd('.');
}
