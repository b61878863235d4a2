using System.Globalization;
using System.Text;

namespace KernelGenerator;

/// <summary>
/// Writes the register tiles. C# has no arrays of registers, so a tile of R rows times four vectors is 4 R variables, and that is all this
/// spells out; the rest (width of the vectors, cell, weights) is ordinary generic code.
/// </summary>
internal static class TileGenerator
{
    private const int MostRows = 6;
    private const int Vectors = 4;

    // With up to this many rows the rows' inputs are kept in registers, else the weights: fewer live registers each time.
    private const int FewRows = 3;

    public static string Generate()
    {
        var code = new Code();
        code.Line("// Written by eng/KernelGenerator: change TileGenerator.cs and run it, not this file.");
        code.Line("using System.Runtime.CompilerServices;");
        code.Line();
        code.Line("namespace RnnMlNet.Engines.Simd;");
        code.Line();
        code.Line("/// <summary>Matrix products in registers, and the cell's math on what they leave there.</summary>");
        code.Open("internal static unsafe class Tiles<T, TMath>");
        code.Line("where T : unmanaged, ILanes<T>");
        code.Line("where TMath : unmanaged, ICellMath");
        code.Brace();
        Choice(code);
        for (int rows = 1; rows <= MostRows; rows++)
            Tile(code, rows);
        for (int panels = 1; panels <= 2; panels++)
            Row(code, panels);
        code.Close();
        return code.ToString();
    }

    private static void Choice(Code code)
    {
        code.Line("/// <summary>A tile of 1 to <see cref=\"ILanes{T}.TileRows\"/> rows.</summary>");
        code.Open("public static void Tile(int rows, in TileArguments a)").Brace();
        code.Open("switch (rows)").Brace();
        for (int rows = 1; rows <= MostRows; rows++)
        {
            code.Line(rows < MostRows ? $"case {rows}:" : "default:");
            code.Line($"    Tile{rows}(a);");
            code.Line("    break;");
        }
        code.Close();
        code.Close();
    }

    private static void Tile(Code code, int rows)
    {
        Method(code, $"private static void Tile{rows}(in TileArguments a)");
        for (int vector = 0; vector < Vectors; vector++)
            code.Line($"T {Join(rows, r => $"a{r}{vector} = {(r == 0 ? Load("a.Start", vector) : $"a0{vector}")}")};");
        code.Line("float* w = a.Weights;");
        Products(code, rows, "a.Input", "a.InputStride", "a.InputSize", third: 2);
        Products(code, rows, "a.Hidden", "a.StateStride", "a.HiddenSize", third: 3);
        for (int r = 0; r < rows; r++)
            code.Line($"TMath.Finish(a{r}0, a{r}1, a{r}2, a{r}3, {At("a.State", r, "a.StateStride")}, {At("a.Output", r, "a.OutputStride")});");
        code.Close();
    }

    // Where a cell has three vectors of weights, the third goes to accumulator 2 from the input and to 3 from the state (GRU's n).
    private static void Products(Code code, int rows, string source, string stride, string count, int third)
    {
        code.Open("if (TMath.Vectors == 4)").Brace();
        ProductLoop(code, rows, source, stride, count, [0, 1, 2, 3]);
        code.Close();
        code.Open("else").Brace();
        ProductLoop(code, rows, source, stride, count, [0, 1, third]);
        code.Close();
    }

    private static void ProductLoop(Code code, int rows, string source, string stride, string count, int[] accumulators)
    {
        code.Line($"float* {Join(rows, r => $"x{r} = {(r == 0 ? source : $"x{r - 1} + {stride}")}")};");
        code.Open($"for (nint k = 0; k < {count}; k++, w += {accumulators.Length} * T.Count)").Brace();
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

    // One row: its products depend on each other, so there are two sets of sums, either of two panels or of even and odd units of the state.
    private static void Row(Code code, int panels)
    {
        code.Line($"/// <summary>One row, {(panels == 1 ? "one panel" : "two panels")}: the state's part of a step, on top of what the input gave.</summary>");
        Method(code, $"public static void Row{panels}(in RowArguments a)");
        code.Line($"float* {Join(panels, p => $"w{p} = a.Weights{(p == 0 ? "" : " + a.PanelStride")}")};");
        for (int p = 0; p < panels; p++)
            code.Line($"T {Join(Vectors, v => $"a{p}{v} = {Load("a.Start", p * Vectors + v)}")};");
        code.Open("if (TMath.Vectors == 4)").Brace();
        RowLoop(code, panels, [0, 1, 2, 3]);
        code.Close();
        code.Open("else").Brace();
        RowLoop(code, panels, [0, 1, 3]);
        code.Close();
        for (int p = 0; p < panels; p++)
        {
            string state = p == 0 ? "" : " + T.Count * TMath.Vectors / TMath.Gates";
            code.Line($"TMath.Finish({Join(Vectors, v => $"a{p}{v}")}, a.State{state}, a.Output{state});");
        }
        code.Close();
    }

    private static void RowLoop(Code code, int panels, int[] accumulators)
    {
        if (panels == 1)
            EvenAndOdd(code, accumulators);
        else
            Panels(code, panels, accumulators);
    }

    private static void Panels(Code code, int panels, int[] accumulators)
    {
        code.Open("for (nint k = 0; k < a.HiddenSize; k++)").Brace();
        code.Line("T v = T.Create(a.Hidden[k]);");
        for (int p = 0; p < panels; p++)
        {
            for (int g = 0; g < accumulators.Length; g++)
                code.Line(MultiplyAdd("v", Load($"w{p}", g), $"a{p}{accumulators[g]}"));
            code.Line($"w{p} += {accumulators.Length} * T.Count;");
        }
        code.Close();
    }

    private static void EvenAndOdd(Code code, int[] accumulators)
    {
        int vectors = accumulators.Length;
        code.Line($"T {Join(vectors, g => $"odd{g} = T.Create(0)")};");
        code.Line("nint k = 0;");
        code.Open($"for (; k + 1 < a.HiddenSize; k += 2, w0 += {2 * vectors} * T.Count)").Brace();
        code.Line("T v = T.Create(a.Hidden[k]), u = T.Create(a.Hidden[k + 1]);");
        for (int g = 0; g < vectors; g++)
            code.Line(MultiplyAdd("v", Load("w0", g), $"a0{accumulators[g]}"));
        for (int g = 0; g < vectors; g++)
            code.Line(MultiplyAdd("u", Load("w0", vectors + g), $"odd{g}"));
        code.Close();
        code.Open("if (k < a.HiddenSize)").Brace();
        code.Line("T v = T.Create(a.Hidden[k]);");
        for (int g = 0; g < vectors; g++)
            code.Line(MultiplyAdd("v", Load("w0", g), $"a0{accumulators[g]}"));
        code.Close();
        for (int g = 0; g < vectors; g++)
            code.Line($"a0{accumulators[g]} += odd{g};");
    }

    // Optimised at once: a kernel would else run its first calls unoptimised, with its vectors in memory.
    private static void Method(Code code, string signature)
    {
        code.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
        code.Open(signature).Brace();
    }

    private static string MultiplyAdd(string a, string b, string sum) => $"{sum} = T.MultiplyAdd({a}, {b}, {sum});";

    private static string Load(string from, int vector) => $"T.Load({At(from, vector, "T.Count")})";

    private static string At(string from, int index, string stride) => index switch { 0 => from, 1 => $"{from} + {stride}", _ => $"{from} + {index} * {stride}" };

    private static string Join(int count, Func<int, string> part) => string.Join(", ", Enumerable.Range(0, count).Select(part));

    /// <summary>Text with an indentation.</summary>
    private sealed class Code
    {
        private readonly StringBuilder _text = new();
        private int _depth;

        public void Line(string text = "") => _text.Append(text.Length == 0 ? "" : new string(' ', 4 * _depth)).Append(text).Append('\n');

        /// <summary>A head whose block follows.</summary>
        public Code Open(string head)
        {
            Line(head);
            return this;
        }

        public void Brace()
        {
            Line("{");
            _depth++;
        }

        public void Close()
        {
            _depth--;
            Line("}");
            if (_depth == 1)
                Line();
        }

        public override string ToString() => _text.ToString().Replace("}\n\n}\n", "}\n}\n", StringComparison.Ordinal).ToString(CultureInfo.InvariantCulture);
    }
}
