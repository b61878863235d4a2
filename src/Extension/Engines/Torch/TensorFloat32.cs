using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// Sets whether an NVIDIA GPU may multiply matrices with TensorFloat-32, and restores the setting when the last engine that changed it is
/// disposed. Torch has one setting for its own products and one for cuDNN's layers, each for the process.
/// </summary>
internal sealed class TensorFloat32 : IDisposable
{
    private static readonly Lock _gate = new();
    private static int _engines;
    private static (bool Products, bool Layers) _before;
    private readonly bool _asks;
    private bool _disposed;

    /// <param name="allowed">Whether it may; null leaves torch's settings unchanged.</param>
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

    /// <summary>Torch's current settings.</summary>
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
