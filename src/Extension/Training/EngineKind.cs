namespace RnnMlNet;

/// <summary>The engine that computes the training steps.</summary>
public enum EngineKind
{
    /// <summary>Torch on a GPU, and for a custom cell; else Simd.</summary>
    Auto,

    /// <summary>
    /// C# on the CPU's vector instructions, with nothing native: the built-in cells. Results are bit-identical on any number of threads.
    /// </summary>
    Simd,

    /// <summary>TorchSharp: CUDA, MPS or CPU. Needs a native libtorch package in the application.</summary>
    Torch,
}
