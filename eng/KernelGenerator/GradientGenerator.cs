using static KernelGenerator.Terms;

namespace KernelGenerator;

/// <summary>Tiles of a weight gradient: some inputs times some vectors of what comes back, summed over rows and steps.</summary>
internal static class GradientGenerator
{
    private const int MostInputs = 6;

    public static void Write(Code code)
    {
        code.Line("/// <summary>1 to <see cref=\"ILanes{T}.TileRows\"/> inputs times 1 to 4 vectors.</summary>");
        code.Open("public static void Tile(int inputs, int vectors, in GradientArguments a)").Brace();
        code.Open($"switch (inputs * {Vectors + 1} + vectors)").Brace();
        for (int inputs = 1; inputs <= MostInputs; inputs++)
        for (int vectors = 1; vectors <= Vectors; vectors++)
        {
            bool isLast = inputs == MostInputs && vectors == Vectors;
            code.Line(isLast ? "default:" : $"case {inputs * (Vectors + 1) + vectors}:");
            code.Line($"    Tile{inputs}x{vectors}(a);");
            code.Line("    break;");
        }
        code.Close();
        code.Close();
        for (int inputs = 1; inputs <= MostInputs; inputs++)
        for (int vectors = 1; vectors <= Vectors; vectors++)
            Tile(code, inputs, vectors);
    }

    private static void Tile(Code code, int inputs, int vectors)
    {
        Method(code, $"private static void Tile{inputs}x{vectors}(in GradientArguments a)");
        code.Line($"float* {Join(inputs, i => $"g{i} = {(i == 0 ? "a.Gradient" : $"g{i - 1} + a.GradientStride")}")};");
        for (int i = 0; i < inputs; i++)
            code.Line($"T {Join(vectors, v => $"a{i}{v} = {Load($"g{i}", v)}")};");
        code.Line("nint xStride = a.InputStride, dStride = a.BackStride, rows = a.Rows;");
        code.Open("for (nint step = 0; step < a.Steps; step++)").Brace();
        code.Line("float* x = a.Input + step * a.InputStep, d = a.Back + step * a.BackStep;");
        code.Open("for (nint row = 0; row < rows; row++, x += xStride, d += dStride)").Brace();
        code.Line($"T {Join(vectors, v => $"d{v} = {Load("d", v)}")};");
        for (int i = 0; i < inputs; i++)
        {
            code.Line($"T v{i} = T.Create(x[{i}]);");
            for (int v = 0; v < vectors; v++)
                code.Line(MultiplyAdd($"v{i}", $"d{v}", $"a{i}{v}"));
        }
        code.Close();
        code.Close();
        for (int i = 0; i < inputs; i++)
        for (int v = 0; v < vectors; v++)
            code.Line($"T.Store(a{i}{v}, {At($"g{i}", v, "T.Count")});");
        code.Close();
    }
}
