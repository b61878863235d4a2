using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// Sets whether an NVIDIA GPU may multiply matrices with TensorFloat-32, and sets it back when the last engine that asked is gone. Torch
/// has one setting for its own products and one for cuDNN's layers, each for the process.
/// </summary>
internal sealed class TensorFloat32 : IDisposable
{
    private static readonly Lock _gate = new();
    private static int _engines;
    private static (bool Products, bool Layers) _before;
    private readonly bool _asks;
    private bool _disposed;

    /// <param name="allowed">Whether it may, or null to leave torch's settings as they are.</param>
    public TensorFloat32(bool? allowed)
    {
        if (allowed is not bool both)
            return;
        _asks = true;
        lock (_gate)
        {
            if (_engines++ == 0)
                _before = Setting;
            Setting = (both, both);
        }
    }

    /// <summary>Torch's settings as they are.</summary>
    public static (bool Products, bool Layers) Setting
    {
        get => (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32);
        private set => (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = value;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_asks || _disposed)
                return;
            _disposed = true;
            if (--_engines == 0)
                Setting = _before;
        }
    }
}
