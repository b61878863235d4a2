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
                code.Open("internal static unsafe partial class Tiles<T, TMath>");
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
        Finish(code, rows, "a.State, a.StateStride, a.Output, a.OutputStride");
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
        code.Line($"nint count = {count};");
        code.Open($"for (nint k = 0; k < count; k++, w += {accumulators.Length} * T.Count)").Brace();
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

    // One row: its products depend on each other, so there must be several sums at a time to keep the processor busy: eight vectors, be it of
    // two panels or of even and odd units of the state.
    private static void Row(Code code, int panels)
    {
        code.Line($"/// <summary>One row, {(panels == 1 ? "one panel" : "two panels")}: the state's part of a step, on top of what the input gave.</summary>");
        Method(code, $"public static void Row{panels}(in RowArguments a)");
        code.Line($"float* h = a.Hidden, {Join(panels, p => $"w{p} = a.Weights{(p == 0 ? "" : " + a.PanelStride")}")};");
        code.Line("nint count = a.HiddenSize;");
        for (int p = 0; p < panels; p++)
            code.Line($"T {Join(Vectors, v => $"a{p}{v} = {Load("a.Start", p * Vectors + v)}")};");
        code.Open("if (TMath.Vectors == 4)").Brace();
        RowLoop(code, panels, [0, 1, 2, 3], inTwos: panels == 1);
        code.Close();
        code.Open("else").Brace();
        RowLoop(code, panels, [0, 1, 3], inTwos: true);
        code.Close();
        Finish(code, panels, "a.State, PanelUnits, a.Output, PanelUnits");
        code.Close();
    }

    // The sums go by memory to the cell's math: inlined, it would take the registers away from the loops above.
    private static void Finish(Code code, int rows, string places)
    {
        code.Line($"float* sums = stackalloc float[{rows * Vectors} * T.Count];");
        for (int r = 0; r < rows; r++)
            for (int v = 0; v < Vectors; v++)
                code.Line($"T.Store(a{r}{v}, {At("sums", r * Vectors + v, "T.Count")});");
        code.Line($"Finish({rows}, sums, {places});");
    }

    private static void RowLoop(Code code, int panels, int[] accumulators, bool inTwos)
    {
        int vectors = accumulators.Length;
        code.Line("nint k = 0;");
        if (inTwos)
        {
            code.Line($"T {Join(panels * vectors, i => $"odd{i / vectors}{i % vectors} = T.Create(0)")};");
            code.Open("for (; k + 1 < count; k += 2)").Brace();
            code.Line("T v = T.Create(h[k]), u = T.Create(h[k + 1]);");
            for (int p = 0; p < panels; p++)
            {
                RowProducts(code, p, "v", 0, accumulators, g => $"a{p}{accumulators[g]}");
                RowProducts(code, p, "u", vectors, accumulators, g => $"odd{p}{g}");
                code.Line($"w{p} += {2 * vectors} * T.Count;");
            }
            code.Close();
        }
        code.Open("for (; k < count; k++)").Brace();
        code.Line("T v = T.Create(h[k]);");
        for (int p = 0; p < panels; p++)
        {
            RowProducts(code, p, "v", 0, accumulators, g => $"a{p}{accumulators[g]}");
            code.Line($"w{p} += {vectors} * T.Count;");
        }
        code.Close();
        if (inTwos)
            for (int p = 0; p < panels; p++)
                for (int g = 0; g < vectors; g++)
                    code.Line($"a{p}{accumulators[g]} += odd{p}{g};");
    }

    private static void RowProducts(Code code, int panel, string value, int from, int[] accumulators, Func<int, string> sum)
    {
        for (int g = 0; g < accumulators.Length; g++)
            code.Line(MultiplyAdd(value, Load($"w{panel}", from + g), sum(g)));
    }

    // Optimised at once: a kernel would else run its first calls unoptimised, with its vectors in memory.
    private static void Method(Code code, string signature)
    {
        code.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]");
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
