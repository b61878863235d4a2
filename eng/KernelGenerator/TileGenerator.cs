using static KernelGenerator.Terms;

namespace KernelGenerator;

/// <summary>Register tiles: some rows times one panel.</summary>
internal static class TileGenerator
{
    private const int MostRows = 6;

    // With up to this many rows the rows' inputs are kept in registers, else the weights: fewer live registers each time.
    private const int FewRows = 3;

    public static void Write(Code code)
    {
        Tiles(code, "Tile", "A tile of 1 to <see cref=\"ILanes{T}.TileRows\"/> rows.", Vectors);
        Tiles(code, "HalfTile", "The same of the first half of a panel of four vectors.", Vectors / 2);
    }

    private static void Tiles(Code code, string name, string summary, int vectors)
    {
        code.Line($"/// <summary>{summary}</summary>");
        code.Open($"public static void {name}(int rows, in TileArguments a)").Brace();
        code.Open("switch (rows)").Brace();
        for (int rows = 1; rows <= MostRows; rows++)
        {
            code.Line(rows < MostRows ? $"case {rows}:" : "default:");
            code.Line($"    {name}{rows}(a);");
            code.Line("    break;");
        }
        code.Close();
        code.Close();
        for (int rows = 1; rows <= MostRows; rows++)
            Tile(code, name, rows, vectors);
    }

    private static void Tile(Code code, string name, int rows, int vectors)
    {
        Method(code, $"private static void {name}{rows}(in TileArguments a)");
        for (int vector = 0; vector < vectors; vector++)
            code.Line($"T {Join(rows, r => $"a{r}{vector} = {(r == 0 ? Load("a.Start", vector) : $"a0{vector}")}")};");
        code.Line("float* w = a.Weights;");
        Products(code, rows, "a.Input", "a.InputStride", "a.InputSize", vectors, third: 2);
        Products(code, rows, "a.Hidden", "a.HiddenStride", "a.HiddenSize", vectors, third: 3);
        Activate(code, name, rows, vectors);
        code.Close();
    }

    // Where a cell has three vectors of weights, the third goes to accumulator 2 from the input and to 3 from the state (GRU's n).
    private static void Products(Code code, int rows, string source, string stride, string count, int vectors, int third)
    {
        if (vectors < Vectors)
        {
            code.Brace();
            ProductLoop(code, rows, source, stride, count, Vectors, [0, 1]);
            code.Close();
            return;
        }
        code.Open("if (TForward.Vectors == 4)").Brace();
        ProductLoop(code, rows, source, stride, count, Vectors, [0, 1, 2, 3]);
        code.Close();
        code.Open("else").Brace();
        ProductLoop(code, rows, source, stride, count, 3, [0, 1, third]);
        code.Close();
    }

    private static void ProductLoop(Code code, int rows, string source, string stride, string count, int weightStride, int[] accumulators)
    {
        code.Line($"float* {Join(rows, r => $"x{r} = {(r == 0 ? source : $"x{r - 1} + {stride}")}")};");
        code.Line($"nint count = {count};");
        code.Open($"for (nint k = 0; k < count; k++, w += {weightStride} * T.Count)").Brace();
        if (rows <= FewRows)
            RowsInRegisters(code, rows, accumulators);
        else
            WeightsInRegisters(code, rows, accumulators);
        code.Close();
    }

    private static void RowsInRegisters(Code code, int rows, int[] accumulators)
    {
        code.Line($"T {Join(rows, r => $"v{r} = T.Create(x{r}[k])")};");
        for (int g = 0; g < accumulators.Length; g++)
        {
            code.Line($"T w{g} = {Load("w", g)};");
            for (int r = 0; r < rows; r++)
                code.Line(MultiplyAdd($"v{r}", $"w{g}", $"a{r}{accumulators[g]}"));
        }
    }

    private static void WeightsInRegisters(Code code, int rows, int[] accumulators)
    {
        code.Line($"T {Join(accumulators.Length, g => $"w{g} = {Load("w", g)}")};");
        for (int r = 0; r < rows; r++)
        {
            code.Line($"T v{r} = T.Create(x{r}[k]);");
            for (int g = 0; g < accumulators.Length; g++)
                code.Line(MultiplyAdd($"v{r}", $"w{g}", $"a{r}{accumulators[g]}"));
        }
    }

    // The sums go by memory to the cell's math: inlined, it would take the registers of a tile's loops away from them.
    private static void Activate(Code code, string name, int rows, int vectors)
    {
        code.Line($"float* sums = stackalloc float[{rows * vectors} * T.Count];");
        for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++)
            code.Line($"T.Store(a{r}{v}, {At("sums", r * vectors + v, "T.Count")});");
        string state = vectors < Vectors ? "" : "a.Unit, a.State, a.StateStride, ";
        code.Line($"Activate{name}({rows}, sums, {state}a.Output, a.OutputStride, a.GateStride);");
    }
}
