namespace RnnMlNet.Runtime.Kernels;

/// <summary>Floats at a fixed address, the first at the start of a cache line. The garbage collector frees them.</summary>
internal sealed unsafe class AlignedBuffer
{
    private const int Alignment = 64;

    private float[] _array = [];
    private float* _start;

    public AlignedBuffer(long length = 0) => Reserve(length);

    public float* Start => _start;

    /// <summary>Reserves at least so many elements; their values are lost where the buffer must grow, and new elements are 0.</summary>
    /// <exception cref="InvalidOperationException">There are more than an array can hold.</exception>
    public float* Reserve(long length)
    {
        int slack = Alignment / sizeof(float);
        if (length + slack <= _array.Length)
            return _start;
        if (length + slack > Array.MaxLength)
            throw new InvalidOperationException(
                $"Rows are too long to be computed together: their states are {length} numbers, and {Array.MaxLength - slack} are the "
                    + "most. Split them, or in training set a smaller BatchSize."
            );
        _array = GC.AllocateArray<float>((int)Math.Max(length + slack, Math.Min(2L * _array.Length, Array.MaxLength)), pinned: true);
        fixed (float* first = _array)
            _start = (float*)(((nint)first + Alignment - 1) & -Alignment);
        return _start;
    }

    /// <summary>Sets the first elements to 0.</summary>
    public void Clear(int length) => new Span<float>(_start, length).Clear();
}
