namespace KernelGenerator;

/// <summary>
/// The generated file. C# has no arrays of registers, so a tile of R rows times four vectors is 4 R variables, and that is all this spells
/// out; the rest (width of the vectors, cell, weights) is ordinary generic code.
/// </summary>
internal static class KernelFile
{
    public static string Generate()
    {
        var code = new Code();
        code.Line("// Written by eng/KernelGenerator: change it and run it, not this file.");
        code.Line("using System.Runtime.CompilerServices;");
        code.Line();
        code.Line("namespace RnnMlNet.Runtime.Kernels;");
        code.Line();
        code.Open("internal static unsafe partial class Tiles<T, TForward>").Brace();
        TileGenerator.Write(code);
        RowGenerator.Write(code);
        code.Close();
        code.Line();
        code.Open("internal static unsafe partial class GradientTiles<T>").Brace();
        GradientGenerator.Write(code);
        code.Close();
        return code.ToString();
    }
}
