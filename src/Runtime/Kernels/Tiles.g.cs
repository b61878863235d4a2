// Written by eng/KernelGenerator: change it and run it, not this file.
using System.Runtime.CompilerServices;

namespace RnnMlNet.Runtime.Kernels;

internal static unsafe partial class Tiles<T, TForward>
{
    /// <summary>A tile of 1 to <see cref="ILanes{T}.TileRows"/> rows.</summary>
    public static void Tile(int rows, in TileArguments a)
    {
        switch (rows)
        {
            case 1:
                Tile1(a);
                break;
            case 2:
                Tile2(a);
                break;
            case 3:
                Tile3(a);
                break;
            case 4:
                Tile4(a);
                break;
            case 5:
                Tile5(a);
                break;
            default:
                Tile6(a);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile1(in TileArguments a)
    {
        T a00 = T.Load(a.Start);
        T a01 = T.Load(a.Start + T.Count);
        T a02 = T.Load(a.Start + 2 * T.Count);
        T a03 = T.Load(a.Start + 3 * T.Count);
        float* w = a.Weights;
        if (TForward.Vectors == 4)
        {
            float* x0 = a.Input;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T v0 = T.Create(x0[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                T w2 = T.Load(w + 2 * T.Count);
                a02 = T.MultiplyAdd(v0, w2, a02);
                T w3 = T.Load(w + 3 * T.Count);
                a03 = T.MultiplyAdd(v0, w3, a03);
            }
        }
        else
        {
            float* x0 = a.Input;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 3 * T.Count)
            {
                T v0 = T.Create(x0[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                T w2 = T.Load(w + 2 * T.Count);
                a02 = T.MultiplyAdd(v0, w2, a02);
            }
        }
        if (TForward.Vectors == 4)
        {
            float* x0 = a.Hidden;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T v0 = T.Create(x0[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                T w2 = T.Load(w + 2 * T.Count);
                a02 = T.MultiplyAdd(v0, w2, a02);
                T w3 = T.Load(w + 3 * T.Count);
                a03 = T.MultiplyAdd(v0, w3, a03);
            }
        }
        else
        {
            float* x0 = a.Hidden;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 3 * T.Count)
            {
                T v0 = T.Create(x0[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                T w2 = T.Load(w + 2 * T.Count);
                a03 = T.MultiplyAdd(v0, w2, a03);
            }
        }
        float* sums = stackalloc float[4 * T.Count];
        T.Store(a00, sums);
        T.Store(a01, sums + T.Count);
        T.Store(a02, sums + 2 * T.Count);
        T.Store(a03, sums + 3 * T.Count);
        ActivateTile(1, sums, a.Unit, a.State, a.StateStride, a.Output, a.OutputStride, a.GateStride);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile2(in TileArguments a)
    {
        T a00 = T.Load(a.Start), a10 = a00;
        T a01 = T.Load(a.Start + T.Count), a11 = a01;
        T a02 = T.Load(a.Start + 2 * T.Count), a12 = a02;
        T a03 = T.Load(a.Start + 3 * T.Count), a13 = a03;
        float* w = a.Weights;
        if (TForward.Vectors == 4)
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T v0 = T.Create(x0[k]), v1 = T.Create(x1[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a10 = T.MultiplyAdd(v1, w0, a10);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a11 = T.MultiplyAdd(v1, w1, a11);
                T w2 = T.Load(w + 2 * T.Count);
                a02 = T.MultiplyAdd(v0, w2, a02);
                a12 = T.MultiplyAdd(v1, w2, a12);
                T w3 = T.Load(w + 3 * T.Count);
                a03 = T.MultiplyAdd(v0, w3, a03);
                a13 = T.MultiplyAdd(v1, w3, a13);
            }
        }
        else
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 3 * T.Count)
            {
                T v0 = T.Create(x0[k]), v1 = T.Create(x1[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a10 = T.MultiplyAdd(v1, w0, a10);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a11 = T.MultiplyAdd(v1, w1, a11);
                T w2 = T.Load(w + 2 * T.Count);
                a02 = T.MultiplyAdd(v0, w2, a02);
                a12 = T.MultiplyAdd(v1, w2, a12);
            }
        }
        if (TForward.Vectors == 4)
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T v0 = T.Create(x0[k]), v1 = T.Create(x1[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a10 = T.MultiplyAdd(v1, w0, a10);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a11 = T.MultiplyAdd(v1, w1, a11);
                T w2 = T.Load(w + 2 * T.Count);
                a02 = T.MultiplyAdd(v0, w2, a02);
                a12 = T.MultiplyAdd(v1, w2, a12);
                T w3 = T.Load(w + 3 * T.Count);
                a03 = T.MultiplyAdd(v0, w3, a03);
                a13 = T.MultiplyAdd(v1, w3, a13);
            }
        }
        else
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 3 * T.Count)
            {
                T v0 = T.Create(x0[k]), v1 = T.Create(x1[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a10 = T.MultiplyAdd(v1, w0, a10);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a11 = T.MultiplyAdd(v1, w1, a11);
                T w2 = T.Load(w + 2 * T.Count);
                a03 = T.MultiplyAdd(v0, w2, a03);
                a13 = T.MultiplyAdd(v1, w2, a13);
            }
        }
        float* sums = stackalloc float[8 * T.Count];
        T.Store(a00, sums);
        T.Store(a01, sums + T.Count);
        T.Store(a02, sums + 2 * T.Count);
        T.Store(a03, sums + 3 * T.Count);
        T.Store(a10, sums + 4 * T.Count);
        T.Store(a11, sums + 5 * T.Count);
        T.Store(a12, sums + 6 * T.Count);
        T.Store(a13, sums + 7 * T.Count);
        ActivateTile(2, sums, a.Unit, a.State, a.StateStride, a.Output, a.OutputStride, a.GateStride);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile3(in TileArguments a)
    {
        T a00 = T.Load(a.Start), a10 = a00, a20 = a00;
        T a01 = T.Load(a.Start + T.Count), a11 = a01, a21 = a01;
        T a02 = T.Load(a.Start + 2 * T.Count), a12 = a02, a22 = a02;
        T a03 = T.Load(a.Start + 3 * T.Count), a13 = a03, a23 = a03;
        float* w = a.Weights;
        if (TForward.Vectors == 4)
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride, x2 = x1 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T v0 = T.Create(x0[k]), v1 = T.Create(x1[k]), v2 = T.Create(x2[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a20 = T.MultiplyAdd(v2, w0, a20);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a21 = T.MultiplyAdd(v2, w1, a21);
                T w2 = T.Load(w + 2 * T.Count);
                a02 = T.MultiplyAdd(v0, w2, a02);
                a12 = T.MultiplyAdd(v1, w2, a12);
                a22 = T.MultiplyAdd(v2, w2, a22);
                T w3 = T.Load(w + 3 * T.Count);
                a03 = T.MultiplyAdd(v0, w3, a03);
                a13 = T.MultiplyAdd(v1, w3, a13);
                a23 = T.MultiplyAdd(v2, w3, a23);
            }
        }
        else
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride, x2 = x1 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 3 * T.Count)
            {
                T v0 = T.Create(x0[k]), v1 = T.Create(x1[k]), v2 = T.Create(x2[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a20 = T.MultiplyAdd(v2, w0, a20);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a21 = T.MultiplyAdd(v2, w1, a21);
                T w2 = T.Load(w + 2 * T.Count);
                a02 = T.MultiplyAdd(v0, w2, a02);
                a12 = T.MultiplyAdd(v1, w2, a12);
                a22 = T.MultiplyAdd(v2, w2, a22);
            }
        }
        if (TForward.Vectors == 4)
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride, x2 = x1 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T v0 = T.Create(x0[k]), v1 = T.Create(x1[k]), v2 = T.Create(x2[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a20 = T.MultiplyAdd(v2, w0, a20);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a21 = T.MultiplyAdd(v2, w1, a21);
                T w2 = T.Load(w + 2 * T.Count);
                a02 = T.MultiplyAdd(v0, w2, a02);
                a12 = T.MultiplyAdd(v1, w2, a12);
                a22 = T.MultiplyAdd(v2, w2, a22);
                T w3 = T.Load(w + 3 * T.Count);
                a03 = T.MultiplyAdd(v0, w3, a03);
                a13 = T.MultiplyAdd(v1, w3, a13);
                a23 = T.MultiplyAdd(v2, w3, a23);
            }
        }
        else
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride, x2 = x1 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 3 * T.Count)
            {
                T v0 = T.Create(x0[k]), v1 = T.Create(x1[k]), v2 = T.Create(x2[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a20 = T.MultiplyAdd(v2, w0, a20);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a21 = T.MultiplyAdd(v2, w1, a21);
                T w2 = T.Load(w + 2 * T.Count);
                a03 = T.MultiplyAdd(v0, w2, a03);
                a13 = T.MultiplyAdd(v1, w2, a13);
                a23 = T.MultiplyAdd(v2, w2, a23);
            }
        }
        float* sums = stackalloc float[12 * T.Count];
        T.Store(a00, sums);
        T.Store(a01, sums + T.Count);
        T.Store(a02, sums + 2 * T.Count);
        T.Store(a03, sums + 3 * T.Count);
        T.Store(a10, sums + 4 * T.Count);
        T.Store(a11, sums + 5 * T.Count);
        T.Store(a12, sums + 6 * T.Count);
        T.Store(a13, sums + 7 * T.Count);
        T.Store(a20, sums + 8 * T.Count);
        T.Store(a21, sums + 9 * T.Count);
        T.Store(a22, sums + 10 * T.Count);
        T.Store(a23, sums + 11 * T.Count);
        ActivateTile(3, sums, a.Unit, a.State, a.StateStride, a.Output, a.OutputStride, a.GateStride);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile4(in TileArguments a)
    {
        T a00 = T.Load(a.Start), a10 = a00, a20 = a00, a30 = a00;
        T a01 = T.Load(a.Start + T.Count), a11 = a01, a21 = a01, a31 = a01;
        T a02 = T.Load(a.Start + 2 * T.Count), a12 = a02, a22 = a02, a32 = a02;
        T a03 = T.Load(a.Start + 3 * T.Count), a13 = a03, a23 = a03, a33 = a03;
        float* w = a.Weights;
        if (TForward.Vectors == 4)
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride, x2 = x1 + a.InputStride, x3 = x2 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count), w2 = T.Load(w + 2 * T.Count), w3 = T.Load(w + 3 * T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a02 = T.MultiplyAdd(v0, w2, a02);
                a03 = T.MultiplyAdd(v0, w3, a03);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a12 = T.MultiplyAdd(v1, w2, a12);
                a13 = T.MultiplyAdd(v1, w3, a13);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                a22 = T.MultiplyAdd(v2, w2, a22);
                a23 = T.MultiplyAdd(v2, w3, a23);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                a32 = T.MultiplyAdd(v3, w2, a32);
                a33 = T.MultiplyAdd(v3, w3, a33);
            }
        }
        else
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride, x2 = x1 + a.InputStride, x3 = x2 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 3 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count), w2 = T.Load(w + 2 * T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a02 = T.MultiplyAdd(v0, w2, a02);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a12 = T.MultiplyAdd(v1, w2, a12);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                a22 = T.MultiplyAdd(v2, w2, a22);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                a32 = T.MultiplyAdd(v3, w2, a32);
            }
        }
        if (TForward.Vectors == 4)
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride, x2 = x1 + a.HiddenStride, x3 = x2 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count), w2 = T.Load(w + 2 * T.Count), w3 = T.Load(w + 3 * T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a02 = T.MultiplyAdd(v0, w2, a02);
                a03 = T.MultiplyAdd(v0, w3, a03);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a12 = T.MultiplyAdd(v1, w2, a12);
                a13 = T.MultiplyAdd(v1, w3, a13);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                a22 = T.MultiplyAdd(v2, w2, a22);
                a23 = T.MultiplyAdd(v2, w3, a23);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                a32 = T.MultiplyAdd(v3, w2, a32);
                a33 = T.MultiplyAdd(v3, w3, a33);
            }
        }
        else
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride, x2 = x1 + a.HiddenStride, x3 = x2 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 3 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count), w2 = T.Load(w + 2 * T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a03 = T.MultiplyAdd(v0, w2, a03);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a13 = T.MultiplyAdd(v1, w2, a13);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                a23 = T.MultiplyAdd(v2, w2, a23);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                a33 = T.MultiplyAdd(v3, w2, a33);
            }
        }
        float* sums = stackalloc float[16 * T.Count];
        T.Store(a00, sums);
        T.Store(a01, sums + T.Count);
        T.Store(a02, sums + 2 * T.Count);
        T.Store(a03, sums + 3 * T.Count);
        T.Store(a10, sums + 4 * T.Count);
        T.Store(a11, sums + 5 * T.Count);
        T.Store(a12, sums + 6 * T.Count);
        T.Store(a13, sums + 7 * T.Count);
        T.Store(a20, sums + 8 * T.Count);
        T.Store(a21, sums + 9 * T.Count);
        T.Store(a22, sums + 10 * T.Count);
        T.Store(a23, sums + 11 * T.Count);
        T.Store(a30, sums + 12 * T.Count);
        T.Store(a31, sums + 13 * T.Count);
        T.Store(a32, sums + 14 * T.Count);
        T.Store(a33, sums + 15 * T.Count);
        ActivateTile(4, sums, a.Unit, a.State, a.StateStride, a.Output, a.OutputStride, a.GateStride);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile5(in TileArguments a)
    {
        T a00 = T.Load(a.Start), a10 = a00, a20 = a00, a30 = a00, a40 = a00;
        T a01 = T.Load(a.Start + T.Count), a11 = a01, a21 = a01, a31 = a01, a41 = a01;
        T a02 = T.Load(a.Start + 2 * T.Count), a12 = a02, a22 = a02, a32 = a02, a42 = a02;
        T a03 = T.Load(a.Start + 3 * T.Count), a13 = a03, a23 = a03, a33 = a03, a43 = a03;
        float* w = a.Weights;
        if (TForward.Vectors == 4)
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride, x2 = x1 + a.InputStride, x3 = x2 + a.InputStride, x4 = x3 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count), w2 = T.Load(w + 2 * T.Count), w3 = T.Load(w + 3 * T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a02 = T.MultiplyAdd(v0, w2, a02);
                a03 = T.MultiplyAdd(v0, w3, a03);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a12 = T.MultiplyAdd(v1, w2, a12);
                a13 = T.MultiplyAdd(v1, w3, a13);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                a22 = T.MultiplyAdd(v2, w2, a22);
                a23 = T.MultiplyAdd(v2, w3, a23);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                a32 = T.MultiplyAdd(v3, w2, a32);
                a33 = T.MultiplyAdd(v3, w3, a33);
                T v4 = T.Create(x4[k]);
                a40 = T.MultiplyAdd(v4, w0, a40);
                a41 = T.MultiplyAdd(v4, w1, a41);
                a42 = T.MultiplyAdd(v4, w2, a42);
                a43 = T.MultiplyAdd(v4, w3, a43);
            }
        }
        else
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride, x2 = x1 + a.InputStride, x3 = x2 + a.InputStride, x4 = x3 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 3 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count), w2 = T.Load(w + 2 * T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a02 = T.MultiplyAdd(v0, w2, a02);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a12 = T.MultiplyAdd(v1, w2, a12);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                a22 = T.MultiplyAdd(v2, w2, a22);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                a32 = T.MultiplyAdd(v3, w2, a32);
                T v4 = T.Create(x4[k]);
                a40 = T.MultiplyAdd(v4, w0, a40);
                a41 = T.MultiplyAdd(v4, w1, a41);
                a42 = T.MultiplyAdd(v4, w2, a42);
            }
        }
        if (TForward.Vectors == 4)
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride, x2 = x1 + a.HiddenStride, x3 = x2 + a.HiddenStride, x4 = x3 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count), w2 = T.Load(w + 2 * T.Count), w3 = T.Load(w + 3 * T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a02 = T.MultiplyAdd(v0, w2, a02);
                a03 = T.MultiplyAdd(v0, w3, a03);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a12 = T.MultiplyAdd(v1, w2, a12);
                a13 = T.MultiplyAdd(v1, w3, a13);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                a22 = T.MultiplyAdd(v2, w2, a22);
                a23 = T.MultiplyAdd(v2, w3, a23);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                a32 = T.MultiplyAdd(v3, w2, a32);
                a33 = T.MultiplyAdd(v3, w3, a33);
                T v4 = T.Create(x4[k]);
                a40 = T.MultiplyAdd(v4, w0, a40);
                a41 = T.MultiplyAdd(v4, w1, a41);
                a42 = T.MultiplyAdd(v4, w2, a42);
                a43 = T.MultiplyAdd(v4, w3, a43);
            }
        }
        else
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride, x2 = x1 + a.HiddenStride, x3 = x2 + a.HiddenStride, x4 = x3 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 3 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count), w2 = T.Load(w + 2 * T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a03 = T.MultiplyAdd(v0, w2, a03);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a13 = T.MultiplyAdd(v1, w2, a13);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                a23 = T.MultiplyAdd(v2, w2, a23);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                a33 = T.MultiplyAdd(v3, w2, a33);
                T v4 = T.Create(x4[k]);
                a40 = T.MultiplyAdd(v4, w0, a40);
                a41 = T.MultiplyAdd(v4, w1, a41);
                a43 = T.MultiplyAdd(v4, w2, a43);
            }
        }
        float* sums = stackalloc float[20 * T.Count];
        T.Store(a00, sums);
        T.Store(a01, sums + T.Count);
        T.Store(a02, sums + 2 * T.Count);
        T.Store(a03, sums + 3 * T.Count);
        T.Store(a10, sums + 4 * T.Count);
        T.Store(a11, sums + 5 * T.Count);
        T.Store(a12, sums + 6 * T.Count);
        T.Store(a13, sums + 7 * T.Count);
        T.Store(a20, sums + 8 * T.Count);
        T.Store(a21, sums + 9 * T.Count);
        T.Store(a22, sums + 10 * T.Count);
        T.Store(a23, sums + 11 * T.Count);
        T.Store(a30, sums + 12 * T.Count);
        T.Store(a31, sums + 13 * T.Count);
        T.Store(a32, sums + 14 * T.Count);
        T.Store(a33, sums + 15 * T.Count);
        T.Store(a40, sums + 16 * T.Count);
        T.Store(a41, sums + 17 * T.Count);
        T.Store(a42, sums + 18 * T.Count);
        T.Store(a43, sums + 19 * T.Count);
        ActivateTile(5, sums, a.Unit, a.State, a.StateStride, a.Output, a.OutputStride, a.GateStride);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile6(in TileArguments a)
    {
        T a00 = T.Load(a.Start), a10 = a00, a20 = a00, a30 = a00, a40 = a00, a50 = a00;
        T a01 = T.Load(a.Start + T.Count), a11 = a01, a21 = a01, a31 = a01, a41 = a01, a51 = a01;
        T a02 = T.Load(a.Start + 2 * T.Count), a12 = a02, a22 = a02, a32 = a02, a42 = a02, a52 = a02;
        T a03 = T.Load(a.Start + 3 * T.Count), a13 = a03, a23 = a03, a33 = a03, a43 = a03, a53 = a03;
        float* w = a.Weights;
        if (TForward.Vectors == 4)
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride, x2 = x1 + a.InputStride, x3 = x2 + a.InputStride, x4 = x3 + a.InputStride,
                x5 = x4 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count), w2 = T.Load(w + 2 * T.Count), w3 = T.Load(w + 3 * T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a02 = T.MultiplyAdd(v0, w2, a02);
                a03 = T.MultiplyAdd(v0, w3, a03);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a12 = T.MultiplyAdd(v1, w2, a12);
                a13 = T.MultiplyAdd(v1, w3, a13);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                a22 = T.MultiplyAdd(v2, w2, a22);
                a23 = T.MultiplyAdd(v2, w3, a23);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                a32 = T.MultiplyAdd(v3, w2, a32);
                a33 = T.MultiplyAdd(v3, w3, a33);
                T v4 = T.Create(x4[k]);
                a40 = T.MultiplyAdd(v4, w0, a40);
                a41 = T.MultiplyAdd(v4, w1, a41);
                a42 = T.MultiplyAdd(v4, w2, a42);
                a43 = T.MultiplyAdd(v4, w3, a43);
                T v5 = T.Create(x5[k]);
                a50 = T.MultiplyAdd(v5, w0, a50);
                a51 = T.MultiplyAdd(v5, w1, a51);
                a52 = T.MultiplyAdd(v5, w2, a52);
                a53 = T.MultiplyAdd(v5, w3, a53);
            }
        }
        else
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride, x2 = x1 + a.InputStride, x3 = x2 + a.InputStride, x4 = x3 + a.InputStride,
                x5 = x4 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 3 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count), w2 = T.Load(w + 2 * T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a02 = T.MultiplyAdd(v0, w2, a02);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a12 = T.MultiplyAdd(v1, w2, a12);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                a22 = T.MultiplyAdd(v2, w2, a22);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                a32 = T.MultiplyAdd(v3, w2, a32);
                T v4 = T.Create(x4[k]);
                a40 = T.MultiplyAdd(v4, w0, a40);
                a41 = T.MultiplyAdd(v4, w1, a41);
                a42 = T.MultiplyAdd(v4, w2, a42);
                T v5 = T.Create(x5[k]);
                a50 = T.MultiplyAdd(v5, w0, a50);
                a51 = T.MultiplyAdd(v5, w1, a51);
                a52 = T.MultiplyAdd(v5, w2, a52);
            }
        }
        if (TForward.Vectors == 4)
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride, x2 = x1 + a.HiddenStride, x3 = x2 + a.HiddenStride, x4 = x3 + a.HiddenStride,
                x5 = x4 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count), w2 = T.Load(w + 2 * T.Count), w3 = T.Load(w + 3 * T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a02 = T.MultiplyAdd(v0, w2, a02);
                a03 = T.MultiplyAdd(v0, w3, a03);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a12 = T.MultiplyAdd(v1, w2, a12);
                a13 = T.MultiplyAdd(v1, w3, a13);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                a22 = T.MultiplyAdd(v2, w2, a22);
                a23 = T.MultiplyAdd(v2, w3, a23);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                a32 = T.MultiplyAdd(v3, w2, a32);
                a33 = T.MultiplyAdd(v3, w3, a33);
                T v4 = T.Create(x4[k]);
                a40 = T.MultiplyAdd(v4, w0, a40);
                a41 = T.MultiplyAdd(v4, w1, a41);
                a42 = T.MultiplyAdd(v4, w2, a42);
                a43 = T.MultiplyAdd(v4, w3, a43);
                T v5 = T.Create(x5[k]);
                a50 = T.MultiplyAdd(v5, w0, a50);
                a51 = T.MultiplyAdd(v5, w1, a51);
                a52 = T.MultiplyAdd(v5, w2, a52);
                a53 = T.MultiplyAdd(v5, w3, a53);
            }
        }
        else
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride, x2 = x1 + a.HiddenStride, x3 = x2 + a.HiddenStride, x4 = x3 + a.HiddenStride,
                x5 = x4 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 3 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count), w2 = T.Load(w + 2 * T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a03 = T.MultiplyAdd(v0, w2, a03);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a13 = T.MultiplyAdd(v1, w2, a13);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                a23 = T.MultiplyAdd(v2, w2, a23);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                a33 = T.MultiplyAdd(v3, w2, a33);
                T v4 = T.Create(x4[k]);
                a40 = T.MultiplyAdd(v4, w0, a40);
                a41 = T.MultiplyAdd(v4, w1, a41);
                a43 = T.MultiplyAdd(v4, w2, a43);
                T v5 = T.Create(x5[k]);
                a50 = T.MultiplyAdd(v5, w0, a50);
                a51 = T.MultiplyAdd(v5, w1, a51);
                a53 = T.MultiplyAdd(v5, w2, a53);
            }
        }
        float* sums = stackalloc float[24 * T.Count];
        T.Store(a00, sums);
        T.Store(a01, sums + T.Count);
        T.Store(a02, sums + 2 * T.Count);
        T.Store(a03, sums + 3 * T.Count);
        T.Store(a10, sums + 4 * T.Count);
        T.Store(a11, sums + 5 * T.Count);
        T.Store(a12, sums + 6 * T.Count);
        T.Store(a13, sums + 7 * T.Count);
        T.Store(a20, sums + 8 * T.Count);
        T.Store(a21, sums + 9 * T.Count);
        T.Store(a22, sums + 10 * T.Count);
        T.Store(a23, sums + 11 * T.Count);
        T.Store(a30, sums + 12 * T.Count);
        T.Store(a31, sums + 13 * T.Count);
        T.Store(a32, sums + 14 * T.Count);
        T.Store(a33, sums + 15 * T.Count);
        T.Store(a40, sums + 16 * T.Count);
        T.Store(a41, sums + 17 * T.Count);
        T.Store(a42, sums + 18 * T.Count);
        T.Store(a43, sums + 19 * T.Count);
        T.Store(a50, sums + 20 * T.Count);
        T.Store(a51, sums + 21 * T.Count);
        T.Store(a52, sums + 22 * T.Count);
        T.Store(a53, sums + 23 * T.Count);
        ActivateTile(6, sums, a.Unit, a.State, a.StateStride, a.Output, a.OutputStride, a.GateStride);
    }

    /// <summary>The same of the first half of a panel of four vectors.</summary>
    public static void HalfTile(int rows, in TileArguments a)
    {
        switch (rows)
        {
            case 1:
                HalfTile1(a);
                break;
            case 2:
                HalfTile2(a);
                break;
            case 3:
                HalfTile3(a);
                break;
            case 4:
                HalfTile4(a);
                break;
            case 5:
                HalfTile5(a);
                break;
            default:
                HalfTile6(a);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void HalfTile1(in TileArguments a)
    {
        T a00 = T.Load(a.Start);
        T a01 = T.Load(a.Start + T.Count);
        float* w = a.Weights;
        {
            float* x0 = a.Input;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T v0 = T.Create(x0[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
            }
        }
        {
            float* x0 = a.Hidden;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T v0 = T.Create(x0[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
            }
        }
        float* sums = stackalloc float[2 * T.Count];
        T.Store(a00, sums);
        T.Store(a01, sums + T.Count);
        ActivateHalfTile(1, sums, a.Output, a.OutputStride, a.GateStride);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void HalfTile2(in TileArguments a)
    {
        T a00 = T.Load(a.Start), a10 = a00;
        T a01 = T.Load(a.Start + T.Count), a11 = a01;
        float* w = a.Weights;
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T v0 = T.Create(x0[k]), v1 = T.Create(x1[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a10 = T.MultiplyAdd(v1, w0, a10);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a11 = T.MultiplyAdd(v1, w1, a11);
            }
        }
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T v0 = T.Create(x0[k]), v1 = T.Create(x1[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a10 = T.MultiplyAdd(v1, w0, a10);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a11 = T.MultiplyAdd(v1, w1, a11);
            }
        }
        float* sums = stackalloc float[4 * T.Count];
        T.Store(a00, sums);
        T.Store(a01, sums + T.Count);
        T.Store(a10, sums + 2 * T.Count);
        T.Store(a11, sums + 3 * T.Count);
        ActivateHalfTile(2, sums, a.Output, a.OutputStride, a.GateStride);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void HalfTile3(in TileArguments a)
    {
        T a00 = T.Load(a.Start), a10 = a00, a20 = a00;
        T a01 = T.Load(a.Start + T.Count), a11 = a01, a21 = a01;
        float* w = a.Weights;
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride, x2 = x1 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T v0 = T.Create(x0[k]), v1 = T.Create(x1[k]), v2 = T.Create(x2[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a20 = T.MultiplyAdd(v2, w0, a20);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a21 = T.MultiplyAdd(v2, w1, a21);
            }
        }
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride, x2 = x1 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T v0 = T.Create(x0[k]), v1 = T.Create(x1[k]), v2 = T.Create(x2[k]);
                T w0 = T.Load(w);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a20 = T.MultiplyAdd(v2, w0, a20);
                T w1 = T.Load(w + T.Count);
                a01 = T.MultiplyAdd(v0, w1, a01);
                a11 = T.MultiplyAdd(v1, w1, a11);
                a21 = T.MultiplyAdd(v2, w1, a21);
            }
        }
        float* sums = stackalloc float[6 * T.Count];
        T.Store(a00, sums);
        T.Store(a01, sums + T.Count);
        T.Store(a10, sums + 2 * T.Count);
        T.Store(a11, sums + 3 * T.Count);
        T.Store(a20, sums + 4 * T.Count);
        T.Store(a21, sums + 5 * T.Count);
        ActivateHalfTile(3, sums, a.Output, a.OutputStride, a.GateStride);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void HalfTile4(in TileArguments a)
    {
        T a00 = T.Load(a.Start), a10 = a00, a20 = a00, a30 = a00;
        T a01 = T.Load(a.Start + T.Count), a11 = a01, a21 = a01, a31 = a01;
        float* w = a.Weights;
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride, x2 = x1 + a.InputStride, x3 = x2 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
            }
        }
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride, x2 = x1 + a.HiddenStride, x3 = x2 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
            }
        }
        float* sums = stackalloc float[8 * T.Count];
        T.Store(a00, sums);
        T.Store(a01, sums + T.Count);
        T.Store(a10, sums + 2 * T.Count);
        T.Store(a11, sums + 3 * T.Count);
        T.Store(a20, sums + 4 * T.Count);
        T.Store(a21, sums + 5 * T.Count);
        T.Store(a30, sums + 6 * T.Count);
        T.Store(a31, sums + 7 * T.Count);
        ActivateHalfTile(4, sums, a.Output, a.OutputStride, a.GateStride);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void HalfTile5(in TileArguments a)
    {
        T a00 = T.Load(a.Start), a10 = a00, a20 = a00, a30 = a00, a40 = a00;
        T a01 = T.Load(a.Start + T.Count), a11 = a01, a21 = a01, a31 = a01, a41 = a01;
        float* w = a.Weights;
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride, x2 = x1 + a.InputStride, x3 = x2 + a.InputStride, x4 = x3 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                T v4 = T.Create(x4[k]);
                a40 = T.MultiplyAdd(v4, w0, a40);
                a41 = T.MultiplyAdd(v4, w1, a41);
            }
        }
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride, x2 = x1 + a.HiddenStride, x3 = x2 + a.HiddenStride, x4 = x3 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                T v4 = T.Create(x4[k]);
                a40 = T.MultiplyAdd(v4, w0, a40);
                a41 = T.MultiplyAdd(v4, w1, a41);
            }
        }
        float* sums = stackalloc float[10 * T.Count];
        T.Store(a00, sums);
        T.Store(a01, sums + T.Count);
        T.Store(a10, sums + 2 * T.Count);
        T.Store(a11, sums + 3 * T.Count);
        T.Store(a20, sums + 4 * T.Count);
        T.Store(a21, sums + 5 * T.Count);
        T.Store(a30, sums + 6 * T.Count);
        T.Store(a31, sums + 7 * T.Count);
        T.Store(a40, sums + 8 * T.Count);
        T.Store(a41, sums + 9 * T.Count);
        ActivateHalfTile(5, sums, a.Output, a.OutputStride, a.GateStride);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void HalfTile6(in TileArguments a)
    {
        T a00 = T.Load(a.Start), a10 = a00, a20 = a00, a30 = a00, a40 = a00, a50 = a00;
        T a01 = T.Load(a.Start + T.Count), a11 = a01, a21 = a01, a31 = a01, a41 = a01, a51 = a01;
        float* w = a.Weights;
        {
            float* x0 = a.Input, x1 = x0 + a.InputStride, x2 = x1 + a.InputStride, x3 = x2 + a.InputStride, x4 = x3 + a.InputStride,
                x5 = x4 + a.InputStride;
            nint count = a.InputSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                T v4 = T.Create(x4[k]);
                a40 = T.MultiplyAdd(v4, w0, a40);
                a41 = T.MultiplyAdd(v4, w1, a41);
                T v5 = T.Create(x5[k]);
                a50 = T.MultiplyAdd(v5, w0, a50);
                a51 = T.MultiplyAdd(v5, w1, a51);
            }
        }
        {
            float* x0 = a.Hidden, x1 = x0 + a.HiddenStride, x2 = x1 + a.HiddenStride, x3 = x2 + a.HiddenStride, x4 = x3 + a.HiddenStride,
                x5 = x4 + a.HiddenStride;
            nint count = a.HiddenSize;
            for (nint k = 0; k < count; k++, w += 4 * T.Count)
            {
                T w0 = T.Load(w), w1 = T.Load(w + T.Count);
                T v0 = T.Create(x0[k]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w1, a01);
                T v1 = T.Create(x1[k]);
                a10 = T.MultiplyAdd(v1, w0, a10);
                a11 = T.MultiplyAdd(v1, w1, a11);
                T v2 = T.Create(x2[k]);
                a20 = T.MultiplyAdd(v2, w0, a20);
                a21 = T.MultiplyAdd(v2, w1, a21);
                T v3 = T.Create(x3[k]);
                a30 = T.MultiplyAdd(v3, w0, a30);
                a31 = T.MultiplyAdd(v3, w1, a31);
                T v4 = T.Create(x4[k]);
                a40 = T.MultiplyAdd(v4, w0, a40);
                a41 = T.MultiplyAdd(v4, w1, a41);
                T v5 = T.Create(x5[k]);
                a50 = T.MultiplyAdd(v5, w0, a50);
                a51 = T.MultiplyAdd(v5, w1, a51);
            }
        }
        float* sums = stackalloc float[12 * T.Count];
        T.Store(a00, sums);
        T.Store(a01, sums + T.Count);
        T.Store(a10, sums + 2 * T.Count);
        T.Store(a11, sums + 3 * T.Count);
        T.Store(a20, sums + 4 * T.Count);
        T.Store(a21, sums + 5 * T.Count);
        T.Store(a30, sums + 6 * T.Count);
        T.Store(a31, sums + 7 * T.Count);
        T.Store(a40, sums + 8 * T.Count);
        T.Store(a41, sums + 9 * T.Count);
        T.Store(a50, sums + 10 * T.Count);
        T.Store(a51, sums + 11 * T.Count);
        ActivateHalfTile(6, sums, a.Output, a.OutputStride, a.GateStride);
    }

    /// <summary>One row, one panel: the state's part of a step, on top of what the input gave.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void Row1(in RowArguments a)
    {
        nint count = a.HiddenSize;
        T a00 = T.Load(a.Start), a01 = T.Load(a.Start + T.Count), a02 = T.Load(a.Start + 2 * T.Count), a03 = T.Load(a.Start + 3 * T.Count);
        if (TForward.Vectors == 4)
        {
            T b100 = T.Create(0), b101 = T.Create(0), b102 = T.Create(0), b103 = T.Create(0);
            nint turns = count / 2, hop = 8 * T.Count, go = 2;
            float* h = a.Hidden, w0 = a.Weights;
            float* end = h + turns * 2, e0 = w0 + turns * hop;
            if (a.IsBackwards)
            {
                h += (turns - 1) * go;
                w0 += (turns - 1) * hop;
                (hop, go) = (-hop, -go);
            }
            for (; turns > 0; turns--, h += go)
            {
                T v0 = T.Create(h[0]);
                T v1 = T.Create(h[1]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w0 + T.Count, a01);
                a02 = T.MultiplyAdd(v0, w0 + 2 * T.Count, a02);
                a03 = T.MultiplyAdd(v0, w0 + 3 * T.Count, a03);
                b100 = T.MultiplyAdd(v1, w0 + 4 * T.Count, b100);
                b101 = T.MultiplyAdd(v1, w0 + 5 * T.Count, b101);
                b102 = T.MultiplyAdd(v1, w0 + 6 * T.Count, b102);
                b103 = T.MultiplyAdd(v1, w0 + 7 * T.Count, b103);
                w0 += hop;
            }
            for (nint k = count % 2; k > 0; k -= 1, end += 1)
            {
                T v0 = T.Create(end[0]);
                a00 = T.MultiplyAdd(v0, e0, a00);
                a01 = T.MultiplyAdd(v0, e0 + T.Count, a01);
                a02 = T.MultiplyAdd(v0, e0 + 2 * T.Count, a02);
                a03 = T.MultiplyAdd(v0, e0 + 3 * T.Count, a03);
                e0 += 4 * T.Count;
            }
            a00 += b100;
            a01 += b101;
            a02 += b102;
            a03 += b103;
        }
        else
        {
            T b100 = T.Create(0), b101 = T.Create(0), b102 = T.Create(0);
            nint turns = count / 2, hop = 6 * T.Count, go = 2;
            float* h = a.Hidden, w0 = a.Weights;
            float* end = h + turns * 2, e0 = w0 + turns * hop;
            if (a.IsBackwards)
            {
                h += (turns - 1) * go;
                w0 += (turns - 1) * hop;
                (hop, go) = (-hop, -go);
            }
            for (; turns > 0; turns--, h += go)
            {
                T v0 = T.Create(h[0]);
                T v1 = T.Create(h[1]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w0 + T.Count, a01);
                a03 = T.MultiplyAdd(v0, w0 + 2 * T.Count, a03);
                b100 = T.MultiplyAdd(v1, w0 + 3 * T.Count, b100);
                b101 = T.MultiplyAdd(v1, w0 + 4 * T.Count, b101);
                b102 = T.MultiplyAdd(v1, w0 + 5 * T.Count, b102);
                w0 += hop;
            }
            for (nint k = count % 2; k > 0; k -= 1, end += 1)
            {
                T v0 = T.Create(end[0]);
                a00 = T.MultiplyAdd(v0, e0, a00);
                a01 = T.MultiplyAdd(v0, e0 + T.Count, a01);
                a03 = T.MultiplyAdd(v0, e0 + 2 * T.Count, a03);
                e0 += 3 * T.Count;
            }
            a00 += b100;
            a01 += b101;
            a03 += b102;
        }
        ActivateRow(a00, a01, a02, a03, a.Unit, a.State, a.Output, a.GateStride);
    }

    /// <summary>One row, two panels.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void Row2(in RowArguments a)
    {
        nint count = a.HiddenSize;
        T a00 = T.Load(a.Start), a01 = T.Load(a.Start + T.Count), a02 = T.Load(a.Start + 2 * T.Count), a03 = T.Load(a.Start + 3 * T.Count);
        T a10 = T.Load(a.Start + 4 * T.Count), a11 = T.Load(a.Start + 5 * T.Count), a12 = T.Load(a.Start + 6 * T.Count),
            a13 = T.Load(a.Start + 7 * T.Count);
        if (TForward.Vectors == 4)
        {
            nint turns = count, hop = 4 * T.Count, go = 1;
            float* h = a.Hidden, w0 = a.Weights, w1 = a.Weights + a.PanelStride;
            if (a.IsBackwards)
            {
                h += (turns - 1) * go;
                w0 += (turns - 1) * hop;
                w1 += (turns - 1) * hop;
                (hop, go) = (-hop, -go);
            }
            for (; turns > 0; turns--, h += go)
            {
                T v0 = T.Create(h[0]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w0 + T.Count, a01);
                a02 = T.MultiplyAdd(v0, w0 + 2 * T.Count, a02);
                a03 = T.MultiplyAdd(v0, w0 + 3 * T.Count, a03);
                w0 += hop;
                a10 = T.MultiplyAdd(v0, w1, a10);
                a11 = T.MultiplyAdd(v0, w1 + T.Count, a11);
                a12 = T.MultiplyAdd(v0, w1 + 2 * T.Count, a12);
                a13 = T.MultiplyAdd(v0, w1 + 3 * T.Count, a13);
                w1 += hop;
            }
        }
        else
        {
            T b100 = T.Create(0), b101 = T.Create(0), b102 = T.Create(0), b110 = T.Create(0), b111 = T.Create(0), b112 = T.Create(0);
            nint turns = count / 2, hop = 6 * T.Count, go = 2;
            float* h = a.Hidden, w0 = a.Weights, w1 = a.Weights + a.PanelStride;
            float* end = h + turns * 2, e0 = w0 + turns * hop, e1 = w1 + turns * hop;
            if (a.IsBackwards)
            {
                h += (turns - 1) * go;
                w0 += (turns - 1) * hop;
                w1 += (turns - 1) * hop;
                (hop, go) = (-hop, -go);
            }
            for (; turns > 0; turns--, h += go)
            {
                T v0 = T.Create(h[0]);
                T v1 = T.Create(h[1]);
                a00 = T.MultiplyAdd(v0, w0, a00);
                a01 = T.MultiplyAdd(v0, w0 + T.Count, a01);
                a03 = T.MultiplyAdd(v0, w0 + 2 * T.Count, a03);
                b100 = T.MultiplyAdd(v1, w0 + 3 * T.Count, b100);
                b101 = T.MultiplyAdd(v1, w0 + 4 * T.Count, b101);
                b102 = T.MultiplyAdd(v1, w0 + 5 * T.Count, b102);
                w0 += hop;
                a10 = T.MultiplyAdd(v0, w1, a10);
                a11 = T.MultiplyAdd(v0, w1 + T.Count, a11);
                a13 = T.MultiplyAdd(v0, w1 + 2 * T.Count, a13);
                b110 = T.MultiplyAdd(v1, w1 + 3 * T.Count, b110);
                b111 = T.MultiplyAdd(v1, w1 + 4 * T.Count, b111);
                b112 = T.MultiplyAdd(v1, w1 + 5 * T.Count, b112);
                w1 += hop;
            }
            for (nint k = count % 2; k > 0; k -= 1, end += 1)
            {
                T v0 = T.Create(end[0]);
                a00 = T.MultiplyAdd(v0, e0, a00);
                a01 = T.MultiplyAdd(v0, e0 + T.Count, a01);
                a03 = T.MultiplyAdd(v0, e0 + 2 * T.Count, a03);
                e0 += 3 * T.Count;
                a10 = T.MultiplyAdd(v0, e1, a10);
                a11 = T.MultiplyAdd(v0, e1 + T.Count, a11);
                a13 = T.MultiplyAdd(v0, e1 + 2 * T.Count, a13);
                e1 += 3 * T.Count;
            }
            a00 += b100;
            a01 += b101;
            a03 += b102;
            a10 += b110;
            a11 += b111;
            a13 += b112;
        }
        ActivateRow(a00, a01, a02, a03, a.Unit, a.State, a.Output, a.GateStride);
        ActivateRow(a10, a11, a12, a13, a.Unit + PanelUnits, a.State + PanelUnits, a.Output + PanelUnits, a.GateStride);
    }

    /// <summary>One row, the first half of a panel of four vectors.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void RowOfHalf(in RowArguments a)
    {
        nint count = a.HiddenSize;
        T a00 = T.Load(a.Start), a01 = T.Load(a.Start + T.Count);
        T b100 = T.Create(0), b101 = T.Create(0);
        T b200 = T.Create(0), b201 = T.Create(0);
        T b300 = T.Create(0), b301 = T.Create(0);
        nint turns = count / 4, hop = 16 * T.Count, go = 4;
        float* h = a.Hidden, w0 = a.Weights;
        float* end = h + turns * 4, e0 = w0 + turns * hop;
        if (a.IsBackwards)
        {
            h += (turns - 1) * go;
            w0 += (turns - 1) * hop;
            (hop, go) = (-hop, -go);
        }
        for (; turns > 0; turns--, h += go)
        {
            T v0 = T.Create(h[0]);
            T v1 = T.Create(h[1]);
            T v2 = T.Create(h[2]);
            T v3 = T.Create(h[3]);
            a00 = T.MultiplyAdd(v0, w0, a00);
            a01 = T.MultiplyAdd(v0, w0 + T.Count, a01);
            b100 = T.MultiplyAdd(v1, w0 + 4 * T.Count, b100);
            b101 = T.MultiplyAdd(v1, w0 + 5 * T.Count, b101);
            b200 = T.MultiplyAdd(v2, w0 + 8 * T.Count, b200);
            b201 = T.MultiplyAdd(v2, w0 + 9 * T.Count, b201);
            b300 = T.MultiplyAdd(v3, w0 + 12 * T.Count, b300);
            b301 = T.MultiplyAdd(v3, w0 + 13 * T.Count, b301);
            w0 += hop;
        }
        for (nint k = count % 4; k > 0; k -= 1, end += 1)
        {
            T v0 = T.Create(end[0]);
            a00 = T.MultiplyAdd(v0, e0, a00);
            a01 = T.MultiplyAdd(v0, e0 + T.Count, a01);
            e0 += 4 * T.Count;
        }
        a00 += b100;
        a01 += b101;
        a00 += b200;
        a01 += b201;
        a00 += b300;
        a01 += b301;
        TForward.ActivateHalf(a00, a01, a.Output, a.GateStride);
    }

    /// <summary>One row, one panel: the state's part of a step, on top of what the input gave, weights as bfloat16.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void RoundedRow1(in RowArguments a)
    {
        nint count = a.HiddenSize;
        T a00 = T.Load(a.Start), a01 = T.Load(a.Start + T.Count), a02 = T.Load(a.Start + 2 * T.Count), a03 = T.Load(a.Start + 3 * T.Count);
        if (TForward.Vectors == 4)
        {
            T b100 = T.Create(0), b101 = T.Create(0), b102 = T.Create(0), b103 = T.Create(0);
            nint turns = (count + 1) / 2, hop = 4 * T.Count, go = 2;
            float* h = a.Hidden, w0 = a.Weights;
            if (a.IsBackwards)
            {
                h += (turns - 1) * go;
                w0 += (turns - 1) * hop;
                (hop, go) = (-hop, -go);
            }
            for (; turns > 0; turns--, h += go)
            {
                T v0 = T.Create(h[0]);
                T v1 = T.Create(h[1]);
                a00 = T.MultiplyAdd(v0, T.LoadLowHalves(w0), a00);
                a01 = T.MultiplyAdd(v0, T.LoadLowHalves(w0 + T.Count), a01);
                a02 = T.MultiplyAdd(v0, T.LoadLowHalves(w0 + 2 * T.Count), a02);
                a03 = T.MultiplyAdd(v0, T.LoadLowHalves(w0 + 3 * T.Count), a03);
                b100 = T.MultiplyAdd(v1, w0, b100);
                b101 = T.MultiplyAdd(v1, w0 + T.Count, b101);
                b102 = T.MultiplyAdd(v1, w0 + 2 * T.Count, b102);
                b103 = T.MultiplyAdd(v1, w0 + 3 * T.Count, b103);
                w0 += hop;
            }
            a00 += b100;
            a01 += b101;
            a02 += b102;
            a03 += b103;
        }
        else
        {
            T b100 = T.Create(0), b101 = T.Create(0), b102 = T.Create(0);
            nint turns = (count + 1) / 2, hop = 3 * T.Count, go = 2;
            float* h = a.Hidden, w0 = a.Weights;
            if (a.IsBackwards)
            {
                h += (turns - 1) * go;
                w0 += (turns - 1) * hop;
                (hop, go) = (-hop, -go);
            }
            for (; turns > 0; turns--, h += go)
            {
                T v0 = T.Create(h[0]);
                T v1 = T.Create(h[1]);
                a00 = T.MultiplyAdd(v0, T.LoadLowHalves(w0), a00);
                a01 = T.MultiplyAdd(v0, T.LoadLowHalves(w0 + T.Count), a01);
                a03 = T.MultiplyAdd(v0, T.LoadLowHalves(w0 + 2 * T.Count), a03);
                b100 = T.MultiplyAdd(v1, w0, b100);
                b101 = T.MultiplyAdd(v1, w0 + T.Count, b101);
                b102 = T.MultiplyAdd(v1, w0 + 2 * T.Count, b102);
                w0 += hop;
            }
            a00 += b100;
            a01 += b101;
            a03 += b102;
        }
        ActivateRow(a00, a01, a02, a03, a.Unit, a.State, a.Output, a.GateStride);
    }

    /// <summary>One row, two panels, weights as bfloat16.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void RoundedRow2(in RowArguments a)
    {
        nint count = a.HiddenSize;
        T a00 = T.Load(a.Start), a01 = T.Load(a.Start + T.Count), a02 = T.Load(a.Start + 2 * T.Count), a03 = T.Load(a.Start + 3 * T.Count);
        T a10 = T.Load(a.Start + 4 * T.Count), a11 = T.Load(a.Start + 5 * T.Count), a12 = T.Load(a.Start + 6 * T.Count),
            a13 = T.Load(a.Start + 7 * T.Count);
        if (TForward.Vectors == 4)
        {
            nint turns = (count + 1) / 2, hop = 4 * T.Count, go = 2;
            float* h = a.Hidden, w0 = a.Weights, w1 = a.Weights + a.PanelStride;
            if (a.IsBackwards)
            {
                h += (turns - 1) * go;
                w0 += (turns - 1) * hop;
                w1 += (turns - 1) * hop;
                (hop, go) = (-hop, -go);
            }
            for (; turns > 0; turns--, h += go)
            {
                T v0 = T.Create(h[0]);
                T v1 = T.Create(h[1]);
                a00 = T.MultiplyAdd(v0, T.LoadLowHalves(w0), a00);
                a01 = T.MultiplyAdd(v0, T.LoadLowHalves(w0 + T.Count), a01);
                a02 = T.MultiplyAdd(v0, T.LoadLowHalves(w0 + 2 * T.Count), a02);
                a03 = T.MultiplyAdd(v0, T.LoadLowHalves(w0 + 3 * T.Count), a03);
                a00 = T.MultiplyAdd(v1, w0, a00);
                a01 = T.MultiplyAdd(v1, w0 + T.Count, a01);
                a02 = T.MultiplyAdd(v1, w0 + 2 * T.Count, a02);
                a03 = T.MultiplyAdd(v1, w0 + 3 * T.Count, a03);
                w0 += hop;
                a10 = T.MultiplyAdd(v0, T.LoadLowHalves(w1), a10);
                a11 = T.MultiplyAdd(v0, T.LoadLowHalves(w1 + T.Count), a11);
                a12 = T.MultiplyAdd(v0, T.LoadLowHalves(w1 + 2 * T.Count), a12);
                a13 = T.MultiplyAdd(v0, T.LoadLowHalves(w1 + 3 * T.Count), a13);
                a10 = T.MultiplyAdd(v1, w1, a10);
                a11 = T.MultiplyAdd(v1, w1 + T.Count, a11);
                a12 = T.MultiplyAdd(v1, w1 + 2 * T.Count, a12);
                a13 = T.MultiplyAdd(v1, w1 + 3 * T.Count, a13);
                w1 += hop;
            }
        }
        else
        {
            T b100 = T.Create(0), b101 = T.Create(0), b102 = T.Create(0), b110 = T.Create(0), b111 = T.Create(0), b112 = T.Create(0);
            nint turns = (count + 1) / 2, hop = 3 * T.Count, go = 2;
            float* h = a.Hidden, w0 = a.Weights, w1 = a.Weights + a.PanelStride;
            if (a.IsBackwards)
            {
                h += (turns - 1) * go;
                w0 += (turns - 1) * hop;
                w1 += (turns - 1) * hop;
                (hop, go) = (-hop, -go);
            }
            for (; turns > 0; turns--, h += go)
            {
                T v0 = T.Create(h[0]);
                T v1 = T.Create(h[1]);
                a00 = T.MultiplyAdd(v0, T.LoadLowHalves(w0), a00);
                a01 = T.MultiplyAdd(v0, T.LoadLowHalves(w0 + T.Count), a01);
                a03 = T.MultiplyAdd(v0, T.LoadLowHalves(w0 + 2 * T.Count), a03);
                b100 = T.MultiplyAdd(v1, w0, b100);
                b101 = T.MultiplyAdd(v1, w0 + T.Count, b101);
                b102 = T.MultiplyAdd(v1, w0 + 2 * T.Count, b102);
                w0 += hop;
                a10 = T.MultiplyAdd(v0, T.LoadLowHalves(w1), a10);
                a11 = T.MultiplyAdd(v0, T.LoadLowHalves(w1 + T.Count), a11);
                a13 = T.MultiplyAdd(v0, T.LoadLowHalves(w1 + 2 * T.Count), a13);
                b110 = T.MultiplyAdd(v1, w1, b110);
                b111 = T.MultiplyAdd(v1, w1 + T.Count, b111);
                b112 = T.MultiplyAdd(v1, w1 + 2 * T.Count, b112);
                w1 += hop;
            }
            a00 += b100;
            a01 += b101;
            a03 += b102;
            a10 += b110;
            a11 += b111;
            a13 += b112;
        }
        ActivateRow(a00, a01, a02, a03, a.Unit, a.State, a.Output, a.GateStride);
        ActivateRow(a10, a11, a12, a13, a.Unit + PanelUnits, a.State + PanelUnits, a.Output + PanelUnits, a.GateStride);
    }

    /// <summary>One row, the first half of a panel of four vectors, weights as bfloat16.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void RoundedRowOfHalf(in RowArguments a)
    {
        nint count = a.HiddenSize;
        T a00 = T.Load(a.Start), a01 = T.Load(a.Start + T.Count);
        T b100 = T.Create(0), b101 = T.Create(0);
        T b200 = T.Create(0), b201 = T.Create(0);
        T b300 = T.Create(0), b301 = T.Create(0);
        nint turns = count / 4, hop = 8 * T.Count, go = 4;
        float* h = a.Hidden, w0 = a.Weights;
        float* end = h + turns * 4, e0 = w0 + turns * hop;
        if (a.IsBackwards)
        {
            h += (turns - 1) * go;
            w0 += (turns - 1) * hop;
            (hop, go) = (-hop, -go);
        }
        for (; turns > 0; turns--, h += go)
        {
            T v0 = T.Create(h[0]);
            T v1 = T.Create(h[1]);
            T v2 = T.Create(h[2]);
            T v3 = T.Create(h[3]);
            a00 = T.MultiplyAdd(v0, T.LoadLowHalves(w0), a00);
            a01 = T.MultiplyAdd(v0, T.LoadLowHalves(w0 + T.Count), a01);
            b100 = T.MultiplyAdd(v1, w0, b100);
            b101 = T.MultiplyAdd(v1, w0 + T.Count, b101);
            b200 = T.MultiplyAdd(v2, T.LoadLowHalves(w0 + 4 * T.Count), b200);
            b201 = T.MultiplyAdd(v2, T.LoadLowHalves(w0 + 5 * T.Count), b201);
            b300 = T.MultiplyAdd(v3, w0 + 4 * T.Count, b300);
            b301 = T.MultiplyAdd(v3, w0 + 5 * T.Count, b301);
            w0 += hop;
        }
        for (nint k = count % 4; k > 0; k -= 2, end += 2)
        {
            T v0 = T.Create(end[0]);
            T v1 = T.Create(end[1]);
            a00 = T.MultiplyAdd(v0, T.LoadLowHalves(e0), a00);
            a01 = T.MultiplyAdd(v0, T.LoadLowHalves(e0 + T.Count), a01);
            b100 = T.MultiplyAdd(v1, e0, b100);
            b101 = T.MultiplyAdd(v1, e0 + T.Count, b101);
            e0 += 4 * T.Count;
        }
        a00 += b100;
        a01 += b101;
        a00 += b200;
        a01 += b201;
        a00 += b300;
        a01 += b301;
        TForward.ActivateHalf(a00, a01, a.Output, a.GateStride);
    }
}

internal static unsafe partial class GradientTiles<T>
{
    /// <summary>1 to <see cref="ILanes{T}.TileRows"/> inputs times 1 to 4 vectors.</summary>
    public static void Tile(int inputs, int vectors, in GradientArguments a)
    {
        switch (inputs * 5 + vectors)
        {
            case 6:
                Tile1x1(a);
                break;
            case 7:
                Tile1x2(a);
                break;
            case 8:
                Tile1x3(a);
                break;
            case 9:
                Tile1x4(a);
                break;
            case 11:
                Tile2x1(a);
                break;
            case 12:
                Tile2x2(a);
                break;
            case 13:
                Tile2x3(a);
                break;
            case 14:
                Tile2x4(a);
                break;
            case 16:
                Tile3x1(a);
                break;
            case 17:
                Tile3x2(a);
                break;
            case 18:
                Tile3x3(a);
                break;
            case 19:
                Tile3x4(a);
                break;
            case 21:
                Tile4x1(a);
                break;
            case 22:
                Tile4x2(a);
                break;
            case 23:
                Tile4x3(a);
                break;
            case 24:
                Tile4x4(a);
                break;
            case 26:
                Tile5x1(a);
                break;
            case 27:
                Tile5x2(a);
                break;
            case 28:
                Tile5x3(a);
                break;
            case 29:
                Tile5x4(a);
                break;
            case 31:
                Tile6x1(a);
                break;
            case 32:
                Tile6x2(a);
                break;
            case 33:
                Tile6x3(a);
                break;
            default:
                Tile6x4(a);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile1x1(in GradientArguments a)
    {
        float* g0 = a.Gradient;
        T a00 = T.Load(g0);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
            }
        }
        T.Store(a00, g0);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile1x2(in GradientArguments a)
    {
        float* g0 = a.Gradient;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile1x3(in GradientArguments a)
    {
        float* g0 = a.Gradient;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count), a02 = T.Load(g0 + 2 * T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count), d2 = T.Load(d + 2 * T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                a02 = T.MultiplyAdd(v0, d2, a02);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a02, g0 + 2 * T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile1x4(in GradientArguments a)
    {
        float* g0 = a.Gradient;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count), a02 = T.Load(g0 + 2 * T.Count), a03 = T.Load(g0 + 3 * T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count), d2 = T.Load(d + 2 * T.Count), d3 = T.Load(d + 3 * T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                a02 = T.MultiplyAdd(v0, d2, a02);
                a03 = T.MultiplyAdd(v0, d3, a03);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a02, g0 + 2 * T.Count);
        T.Store(a03, g0 + 3 * T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile2x1(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride;
        T a00 = T.Load(g0);
        T a10 = T.Load(g1);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
            }
        }
        T.Store(a00, g0);
        T.Store(a10, g1);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile2x2(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile2x3(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count), a02 = T.Load(g0 + 2 * T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count), a12 = T.Load(g1 + 2 * T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count), d2 = T.Load(d + 2 * T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                a02 = T.MultiplyAdd(v0, d2, a02);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                a12 = T.MultiplyAdd(v1, d2, a12);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a02, g0 + 2 * T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a12, g1 + 2 * T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile2x4(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count), a02 = T.Load(g0 + 2 * T.Count), a03 = T.Load(g0 + 3 * T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count), a12 = T.Load(g1 + 2 * T.Count), a13 = T.Load(g1 + 3 * T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count), d2 = T.Load(d + 2 * T.Count), d3 = T.Load(d + 3 * T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                a02 = T.MultiplyAdd(v0, d2, a02);
                a03 = T.MultiplyAdd(v0, d3, a03);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                a12 = T.MultiplyAdd(v1, d2, a12);
                a13 = T.MultiplyAdd(v1, d3, a13);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a02, g0 + 2 * T.Count);
        T.Store(a03, g0 + 3 * T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a12, g1 + 2 * T.Count);
        T.Store(a13, g1 + 3 * T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile3x1(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride;
        T a00 = T.Load(g0);
        T a10 = T.Load(g1);
        T a20 = T.Load(g2);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
            }
        }
        T.Store(a00, g0);
        T.Store(a10, g1);
        T.Store(a20, g2);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile3x2(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count);
        T a20 = T.Load(g2), a21 = T.Load(g2 + T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                a21 = T.MultiplyAdd(v2, d1, a21);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a20, g2);
        T.Store(a21, g2 + T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile3x3(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count), a02 = T.Load(g0 + 2 * T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count), a12 = T.Load(g1 + 2 * T.Count);
        T a20 = T.Load(g2), a21 = T.Load(g2 + T.Count), a22 = T.Load(g2 + 2 * T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count), d2 = T.Load(d + 2 * T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                a02 = T.MultiplyAdd(v0, d2, a02);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                a12 = T.MultiplyAdd(v1, d2, a12);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                a21 = T.MultiplyAdd(v2, d1, a21);
                a22 = T.MultiplyAdd(v2, d2, a22);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a02, g0 + 2 * T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a12, g1 + 2 * T.Count);
        T.Store(a20, g2);
        T.Store(a21, g2 + T.Count);
        T.Store(a22, g2 + 2 * T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile3x4(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count), a02 = T.Load(g0 + 2 * T.Count), a03 = T.Load(g0 + 3 * T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count), a12 = T.Load(g1 + 2 * T.Count), a13 = T.Load(g1 + 3 * T.Count);
        T a20 = T.Load(g2), a21 = T.Load(g2 + T.Count), a22 = T.Load(g2 + 2 * T.Count), a23 = T.Load(g2 + 3 * T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count), d2 = T.Load(d + 2 * T.Count), d3 = T.Load(d + 3 * T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                a02 = T.MultiplyAdd(v0, d2, a02);
                a03 = T.MultiplyAdd(v0, d3, a03);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                a12 = T.MultiplyAdd(v1, d2, a12);
                a13 = T.MultiplyAdd(v1, d3, a13);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                a21 = T.MultiplyAdd(v2, d1, a21);
                a22 = T.MultiplyAdd(v2, d2, a22);
                a23 = T.MultiplyAdd(v2, d3, a23);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a02, g0 + 2 * T.Count);
        T.Store(a03, g0 + 3 * T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a12, g1 + 2 * T.Count);
        T.Store(a13, g1 + 3 * T.Count);
        T.Store(a20, g2);
        T.Store(a21, g2 + T.Count);
        T.Store(a22, g2 + 2 * T.Count);
        T.Store(a23, g2 + 3 * T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile4x1(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride, g3 = g2 + a.GradientStride;
        T a00 = T.Load(g0);
        T a10 = T.Load(g1);
        T a20 = T.Load(g2);
        T a30 = T.Load(g3);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                T v3 = T.Create(x[3]);
                a30 = T.MultiplyAdd(v3, d0, a30);
            }
        }
        T.Store(a00, g0);
        T.Store(a10, g1);
        T.Store(a20, g2);
        T.Store(a30, g3);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile4x2(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride, g3 = g2 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count);
        T a20 = T.Load(g2), a21 = T.Load(g2 + T.Count);
        T a30 = T.Load(g3), a31 = T.Load(g3 + T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                a21 = T.MultiplyAdd(v2, d1, a21);
                T v3 = T.Create(x[3]);
                a30 = T.MultiplyAdd(v3, d0, a30);
                a31 = T.MultiplyAdd(v3, d1, a31);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a20, g2);
        T.Store(a21, g2 + T.Count);
        T.Store(a30, g3);
        T.Store(a31, g3 + T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile4x3(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride, g3 = g2 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count), a02 = T.Load(g0 + 2 * T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count), a12 = T.Load(g1 + 2 * T.Count);
        T a20 = T.Load(g2), a21 = T.Load(g2 + T.Count), a22 = T.Load(g2 + 2 * T.Count);
        T a30 = T.Load(g3), a31 = T.Load(g3 + T.Count), a32 = T.Load(g3 + 2 * T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count), d2 = T.Load(d + 2 * T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                a02 = T.MultiplyAdd(v0, d2, a02);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                a12 = T.MultiplyAdd(v1, d2, a12);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                a21 = T.MultiplyAdd(v2, d1, a21);
                a22 = T.MultiplyAdd(v2, d2, a22);
                T v3 = T.Create(x[3]);
                a30 = T.MultiplyAdd(v3, d0, a30);
                a31 = T.MultiplyAdd(v3, d1, a31);
                a32 = T.MultiplyAdd(v3, d2, a32);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a02, g0 + 2 * T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a12, g1 + 2 * T.Count);
        T.Store(a20, g2);
        T.Store(a21, g2 + T.Count);
        T.Store(a22, g2 + 2 * T.Count);
        T.Store(a30, g3);
        T.Store(a31, g3 + T.Count);
        T.Store(a32, g3 + 2 * T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile4x4(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride, g3 = g2 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count), a02 = T.Load(g0 + 2 * T.Count), a03 = T.Load(g0 + 3 * T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count), a12 = T.Load(g1 + 2 * T.Count), a13 = T.Load(g1 + 3 * T.Count);
        T a20 = T.Load(g2), a21 = T.Load(g2 + T.Count), a22 = T.Load(g2 + 2 * T.Count), a23 = T.Load(g2 + 3 * T.Count);
        T a30 = T.Load(g3), a31 = T.Load(g3 + T.Count), a32 = T.Load(g3 + 2 * T.Count), a33 = T.Load(g3 + 3 * T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count), d2 = T.Load(d + 2 * T.Count), d3 = T.Load(d + 3 * T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                a02 = T.MultiplyAdd(v0, d2, a02);
                a03 = T.MultiplyAdd(v0, d3, a03);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                a12 = T.MultiplyAdd(v1, d2, a12);
                a13 = T.MultiplyAdd(v1, d3, a13);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                a21 = T.MultiplyAdd(v2, d1, a21);
                a22 = T.MultiplyAdd(v2, d2, a22);
                a23 = T.MultiplyAdd(v2, d3, a23);
                T v3 = T.Create(x[3]);
                a30 = T.MultiplyAdd(v3, d0, a30);
                a31 = T.MultiplyAdd(v3, d1, a31);
                a32 = T.MultiplyAdd(v3, d2, a32);
                a33 = T.MultiplyAdd(v3, d3, a33);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a02, g0 + 2 * T.Count);
        T.Store(a03, g0 + 3 * T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a12, g1 + 2 * T.Count);
        T.Store(a13, g1 + 3 * T.Count);
        T.Store(a20, g2);
        T.Store(a21, g2 + T.Count);
        T.Store(a22, g2 + 2 * T.Count);
        T.Store(a23, g2 + 3 * T.Count);
        T.Store(a30, g3);
        T.Store(a31, g3 + T.Count);
        T.Store(a32, g3 + 2 * T.Count);
        T.Store(a33, g3 + 3 * T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile5x1(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride, g3 = g2 + a.GradientStride,
            g4 = g3 + a.GradientStride;
        T a00 = T.Load(g0);
        T a10 = T.Load(g1);
        T a20 = T.Load(g2);
        T a30 = T.Load(g3);
        T a40 = T.Load(g4);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                T v3 = T.Create(x[3]);
                a30 = T.MultiplyAdd(v3, d0, a30);
                T v4 = T.Create(x[4]);
                a40 = T.MultiplyAdd(v4, d0, a40);
            }
        }
        T.Store(a00, g0);
        T.Store(a10, g1);
        T.Store(a20, g2);
        T.Store(a30, g3);
        T.Store(a40, g4);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile5x2(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride, g3 = g2 + a.GradientStride,
            g4 = g3 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count);
        T a20 = T.Load(g2), a21 = T.Load(g2 + T.Count);
        T a30 = T.Load(g3), a31 = T.Load(g3 + T.Count);
        T a40 = T.Load(g4), a41 = T.Load(g4 + T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                a21 = T.MultiplyAdd(v2, d1, a21);
                T v3 = T.Create(x[3]);
                a30 = T.MultiplyAdd(v3, d0, a30);
                a31 = T.MultiplyAdd(v3, d1, a31);
                T v4 = T.Create(x[4]);
                a40 = T.MultiplyAdd(v4, d0, a40);
                a41 = T.MultiplyAdd(v4, d1, a41);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a20, g2);
        T.Store(a21, g2 + T.Count);
        T.Store(a30, g3);
        T.Store(a31, g3 + T.Count);
        T.Store(a40, g4);
        T.Store(a41, g4 + T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile5x3(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride, g3 = g2 + a.GradientStride,
            g4 = g3 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count), a02 = T.Load(g0 + 2 * T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count), a12 = T.Load(g1 + 2 * T.Count);
        T a20 = T.Load(g2), a21 = T.Load(g2 + T.Count), a22 = T.Load(g2 + 2 * T.Count);
        T a30 = T.Load(g3), a31 = T.Load(g3 + T.Count), a32 = T.Load(g3 + 2 * T.Count);
        T a40 = T.Load(g4), a41 = T.Load(g4 + T.Count), a42 = T.Load(g4 + 2 * T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count), d2 = T.Load(d + 2 * T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                a02 = T.MultiplyAdd(v0, d2, a02);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                a12 = T.MultiplyAdd(v1, d2, a12);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                a21 = T.MultiplyAdd(v2, d1, a21);
                a22 = T.MultiplyAdd(v2, d2, a22);
                T v3 = T.Create(x[3]);
                a30 = T.MultiplyAdd(v3, d0, a30);
                a31 = T.MultiplyAdd(v3, d1, a31);
                a32 = T.MultiplyAdd(v3, d2, a32);
                T v4 = T.Create(x[4]);
                a40 = T.MultiplyAdd(v4, d0, a40);
                a41 = T.MultiplyAdd(v4, d1, a41);
                a42 = T.MultiplyAdd(v4, d2, a42);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a02, g0 + 2 * T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a12, g1 + 2 * T.Count);
        T.Store(a20, g2);
        T.Store(a21, g2 + T.Count);
        T.Store(a22, g2 + 2 * T.Count);
        T.Store(a30, g3);
        T.Store(a31, g3 + T.Count);
        T.Store(a32, g3 + 2 * T.Count);
        T.Store(a40, g4);
        T.Store(a41, g4 + T.Count);
        T.Store(a42, g4 + 2 * T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile5x4(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride, g3 = g2 + a.GradientStride,
            g4 = g3 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count), a02 = T.Load(g0 + 2 * T.Count), a03 = T.Load(g0 + 3 * T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count), a12 = T.Load(g1 + 2 * T.Count), a13 = T.Load(g1 + 3 * T.Count);
        T a20 = T.Load(g2), a21 = T.Load(g2 + T.Count), a22 = T.Load(g2 + 2 * T.Count), a23 = T.Load(g2 + 3 * T.Count);
        T a30 = T.Load(g3), a31 = T.Load(g3 + T.Count), a32 = T.Load(g3 + 2 * T.Count), a33 = T.Load(g3 + 3 * T.Count);
        T a40 = T.Load(g4), a41 = T.Load(g4 + T.Count), a42 = T.Load(g4 + 2 * T.Count), a43 = T.Load(g4 + 3 * T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count), d2 = T.Load(d + 2 * T.Count), d3 = T.Load(d + 3 * T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                a02 = T.MultiplyAdd(v0, d2, a02);
                a03 = T.MultiplyAdd(v0, d3, a03);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                a12 = T.MultiplyAdd(v1, d2, a12);
                a13 = T.MultiplyAdd(v1, d3, a13);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                a21 = T.MultiplyAdd(v2, d1, a21);
                a22 = T.MultiplyAdd(v2, d2, a22);
                a23 = T.MultiplyAdd(v2, d3, a23);
                T v3 = T.Create(x[3]);
                a30 = T.MultiplyAdd(v3, d0, a30);
                a31 = T.MultiplyAdd(v3, d1, a31);
                a32 = T.MultiplyAdd(v3, d2, a32);
                a33 = T.MultiplyAdd(v3, d3, a33);
                T v4 = T.Create(x[4]);
                a40 = T.MultiplyAdd(v4, d0, a40);
                a41 = T.MultiplyAdd(v4, d1, a41);
                a42 = T.MultiplyAdd(v4, d2, a42);
                a43 = T.MultiplyAdd(v4, d3, a43);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a02, g0 + 2 * T.Count);
        T.Store(a03, g0 + 3 * T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a12, g1 + 2 * T.Count);
        T.Store(a13, g1 + 3 * T.Count);
        T.Store(a20, g2);
        T.Store(a21, g2 + T.Count);
        T.Store(a22, g2 + 2 * T.Count);
        T.Store(a23, g2 + 3 * T.Count);
        T.Store(a30, g3);
        T.Store(a31, g3 + T.Count);
        T.Store(a32, g3 + 2 * T.Count);
        T.Store(a33, g3 + 3 * T.Count);
        T.Store(a40, g4);
        T.Store(a41, g4 + T.Count);
        T.Store(a42, g4 + 2 * T.Count);
        T.Store(a43, g4 + 3 * T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile6x1(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride, g3 = g2 + a.GradientStride,
            g4 = g3 + a.GradientStride, g5 = g4 + a.GradientStride;
        T a00 = T.Load(g0);
        T a10 = T.Load(g1);
        T a20 = T.Load(g2);
        T a30 = T.Load(g3);
        T a40 = T.Load(g4);
        T a50 = T.Load(g5);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                T v3 = T.Create(x[3]);
                a30 = T.MultiplyAdd(v3, d0, a30);
                T v4 = T.Create(x[4]);
                a40 = T.MultiplyAdd(v4, d0, a40);
                T v5 = T.Create(x[5]);
                a50 = T.MultiplyAdd(v5, d0, a50);
            }
        }
        T.Store(a00, g0);
        T.Store(a10, g1);
        T.Store(a20, g2);
        T.Store(a30, g3);
        T.Store(a40, g4);
        T.Store(a50, g5);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile6x2(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride, g3 = g2 + a.GradientStride,
            g4 = g3 + a.GradientStride, g5 = g4 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count);
        T a20 = T.Load(g2), a21 = T.Load(g2 + T.Count);
        T a30 = T.Load(g3), a31 = T.Load(g3 + T.Count);
        T a40 = T.Load(g4), a41 = T.Load(g4 + T.Count);
        T a50 = T.Load(g5), a51 = T.Load(g5 + T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                a21 = T.MultiplyAdd(v2, d1, a21);
                T v3 = T.Create(x[3]);
                a30 = T.MultiplyAdd(v3, d0, a30);
                a31 = T.MultiplyAdd(v3, d1, a31);
                T v4 = T.Create(x[4]);
                a40 = T.MultiplyAdd(v4, d0, a40);
                a41 = T.MultiplyAdd(v4, d1, a41);
                T v5 = T.Create(x[5]);
                a50 = T.MultiplyAdd(v5, d0, a50);
                a51 = T.MultiplyAdd(v5, d1, a51);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a20, g2);
        T.Store(a21, g2 + T.Count);
        T.Store(a30, g3);
        T.Store(a31, g3 + T.Count);
        T.Store(a40, g4);
        T.Store(a41, g4 + T.Count);
        T.Store(a50, g5);
        T.Store(a51, g5 + T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile6x3(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride, g3 = g2 + a.GradientStride,
            g4 = g3 + a.GradientStride, g5 = g4 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count), a02 = T.Load(g0 + 2 * T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count), a12 = T.Load(g1 + 2 * T.Count);
        T a20 = T.Load(g2), a21 = T.Load(g2 + T.Count), a22 = T.Load(g2 + 2 * T.Count);
        T a30 = T.Load(g3), a31 = T.Load(g3 + T.Count), a32 = T.Load(g3 + 2 * T.Count);
        T a40 = T.Load(g4), a41 = T.Load(g4 + T.Count), a42 = T.Load(g4 + 2 * T.Count);
        T a50 = T.Load(g5), a51 = T.Load(g5 + T.Count), a52 = T.Load(g5 + 2 * T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count), d2 = T.Load(d + 2 * T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                a02 = T.MultiplyAdd(v0, d2, a02);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                a12 = T.MultiplyAdd(v1, d2, a12);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                a21 = T.MultiplyAdd(v2, d1, a21);
                a22 = T.MultiplyAdd(v2, d2, a22);
                T v3 = T.Create(x[3]);
                a30 = T.MultiplyAdd(v3, d0, a30);
                a31 = T.MultiplyAdd(v3, d1, a31);
                a32 = T.MultiplyAdd(v3, d2, a32);
                T v4 = T.Create(x[4]);
                a40 = T.MultiplyAdd(v4, d0, a40);
                a41 = T.MultiplyAdd(v4, d1, a41);
                a42 = T.MultiplyAdd(v4, d2, a42);
                T v5 = T.Create(x[5]);
                a50 = T.MultiplyAdd(v5, d0, a50);
                a51 = T.MultiplyAdd(v5, d1, a51);
                a52 = T.MultiplyAdd(v5, d2, a52);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a02, g0 + 2 * T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a12, g1 + 2 * T.Count);
        T.Store(a20, g2);
        T.Store(a21, g2 + T.Count);
        T.Store(a22, g2 + 2 * T.Count);
        T.Store(a30, g3);
        T.Store(a31, g3 + T.Count);
        T.Store(a32, g3 + 2 * T.Count);
        T.Store(a40, g4);
        T.Store(a41, g4 + T.Count);
        T.Store(a42, g4 + 2 * T.Count);
        T.Store(a50, g5);
        T.Store(a51, g5 + T.Count);
        T.Store(a52, g5 + 2 * T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Tile6x4(in GradientArguments a)
    {
        float* g0 = a.Gradient, g1 = g0 + a.GradientStride, g2 = g1 + a.GradientStride, g3 = g2 + a.GradientStride,
            g4 = g3 + a.GradientStride, g5 = g4 + a.GradientStride;
        T a00 = T.Load(g0), a01 = T.Load(g0 + T.Count), a02 = T.Load(g0 + 2 * T.Count), a03 = T.Load(g0 + 3 * T.Count);
        T a10 = T.Load(g1), a11 = T.Load(g1 + T.Count), a12 = T.Load(g1 + 2 * T.Count), a13 = T.Load(g1 + 3 * T.Count);
        T a20 = T.Load(g2), a21 = T.Load(g2 + T.Count), a22 = T.Load(g2 + 2 * T.Count), a23 = T.Load(g2 + 3 * T.Count);
        T a30 = T.Load(g3), a31 = T.Load(g3 + T.Count), a32 = T.Load(g3 + 2 * T.Count), a33 = T.Load(g3 + 3 * T.Count);
        T a40 = T.Load(g4), a41 = T.Load(g4 + T.Count), a42 = T.Load(g4 + 2 * T.Count), a43 = T.Load(g4 + 3 * T.Count);
        T a50 = T.Load(g5), a51 = T.Load(g5 + T.Count), a52 = T.Load(g5 + 2 * T.Count), a53 = T.Load(g5 + 3 * T.Count);
        nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;
        for (nint step = 0; step < a.Steps; step++)
        {
            float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;
            for (nint row = 0; row < rows; row++, x += xStride, d += dStride)
            {
                T d0 = T.Load(d), d1 = T.Load(d + T.Count), d2 = T.Load(d + 2 * T.Count), d3 = T.Load(d + 3 * T.Count);
                T v0 = T.Create(x[0]);
                a00 = T.MultiplyAdd(v0, d0, a00);
                a01 = T.MultiplyAdd(v0, d1, a01);
                a02 = T.MultiplyAdd(v0, d2, a02);
                a03 = T.MultiplyAdd(v0, d3, a03);
                T v1 = T.Create(x[1]);
                a10 = T.MultiplyAdd(v1, d0, a10);
                a11 = T.MultiplyAdd(v1, d1, a11);
                a12 = T.MultiplyAdd(v1, d2, a12);
                a13 = T.MultiplyAdd(v1, d3, a13);
                T v2 = T.Create(x[2]);
                a20 = T.MultiplyAdd(v2, d0, a20);
                a21 = T.MultiplyAdd(v2, d1, a21);
                a22 = T.MultiplyAdd(v2, d2, a22);
                a23 = T.MultiplyAdd(v2, d3, a23);
                T v3 = T.Create(x[3]);
                a30 = T.MultiplyAdd(v3, d0, a30);
                a31 = T.MultiplyAdd(v3, d1, a31);
                a32 = T.MultiplyAdd(v3, d2, a32);
                a33 = T.MultiplyAdd(v3, d3, a33);
                T v4 = T.Create(x[4]);
                a40 = T.MultiplyAdd(v4, d0, a40);
                a41 = T.MultiplyAdd(v4, d1, a41);
                a42 = T.MultiplyAdd(v4, d2, a42);
                a43 = T.MultiplyAdd(v4, d3, a43);
                T v5 = T.Create(x[5]);
                a50 = T.MultiplyAdd(v5, d0, a50);
                a51 = T.MultiplyAdd(v5, d1, a51);
                a52 = T.MultiplyAdd(v5, d2, a52);
                a53 = T.MultiplyAdd(v5, d3, a53);
            }
        }
        T.Store(a00, g0);
        T.Store(a01, g0 + T.Count);
        T.Store(a02, g0 + 2 * T.Count);
        T.Store(a03, g0 + 3 * T.Count);
        T.Store(a10, g1);
        T.Store(a11, g1 + T.Count);
        T.Store(a12, g1 + 2 * T.Count);
        T.Store(a13, g1 + 3 * T.Count);
        T.Store(a20, g2);
        T.Store(a21, g2 + T.Count);
        T.Store(a22, g2 + 2 * T.Count);
        T.Store(a23, g2 + 3 * T.Count);
        T.Store(a30, g3);
        T.Store(a31, g3 + T.Count);
        T.Store(a32, g3 + 2 * T.Count);
        T.Store(a33, g3 + 3 * T.Count);
        T.Store(a40, g4);
        T.Store(a41, g4 + T.Count);
        T.Store(a42, g4 + 2 * T.Count);
        T.Store(a43, g4 + 3 * T.Count);
        T.Store(a50, g5);
        T.Store(a51, g5 + T.Count);
        T.Store(a52, g5 + 2 * T.Count);
        T.Store(a53, g5 + 3 * T.Count);
    }
}
