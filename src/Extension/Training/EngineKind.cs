namespace RnnMlNet;

/// <summary>Who computes the training steps.</summary>
public enum EngineKind
{
    /// <summary>Torch on a GPU, and for a cell of the user's own; else Simd.</summary>
    Auto,

    /// <summary>
    /// C# on the CPU's vector instructions, with nothing native: the built-in cells. The same on any number of threads, to the bit.
    /// </summary>
    Simd,

    /// <summary>TorchSharp: CUDA, MPS or CPU. Needs a native libtorch package in the application.</summary>
    Torch,
}
