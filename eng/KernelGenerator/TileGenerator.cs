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
        Tiles(code, "Tile", "A tile of 1 to <see cref=\"ILanes{T}.TileRows\"/> rows.", Vectors);
        Tiles(code, "HalfTile", "The same of the first half of a panel of four vectors.", Vectors / 2);
        Rows(code);
        code.Close();
        return code.ToString();
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
        Products(code, rows, "a.Hidden", "a.StateStride", "a.HiddenSize", vectors, third: 3);
        Finish(code, name, rows, vectors);
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
        code.Open("if (TMath.Vectors == 4)").Brace();
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

    // One row: its products depend on each other, so there must be several sums at a time to keep the processor busy: eight vectors, be it of
    // two panels, of even and odd units of the state, or, where a panel's second half is empty, of every fourth.
    private static void Rows(Code code)
    {
        code.Line("/// <summary>One row, one panel: the state's part of a step, on top of what the input gave.</summary>");
        Row(code, "Row1", panels: 1, [0, 1, 2, 3], ways: 2, waysOfThree: 2);
        code.Line("/// <summary>One row, two panels.</summary>");
        Row(code, "Row2", panels: 2, [0, 1, 2, 3], ways: 1, waysOfThree: 2);
        code.Line("/// <summary>One row, the first half of a panel of four vectors.</summary>");
        Row(code, "RowOfHalf", panels: 1, [0, 1], ways: 4, waysOfThree: 0);
    }

    private static void Row(Code code, string name, int panels, int[] vectors, int ways, int waysOfThree)
    {
        Method(code, $"public static void {name}(in RowArguments a)");
        code.Line($"float* h = a.Hidden, {Join(panels, p => $"w{p} = a.Weights{(p == 0 ? "" : " + a.PanelStride")}")};");
        code.Line("nint k = 0, count = a.HiddenSize;");
        for (int p = 0; p < panels; p++)
            code.Line($"T {Join(vectors.Length, v => $"a{p}{v} = {Load("a.Start", p * Vectors + v)}")};");
        if (waysOfThree > 0)
        {
            code.Open("if (TMath.Vectors == 4)").Brace();
            RowLoop(code, panels, Vectors, vectors, ways);
            code.Close();
            code.Open("else").Brace();
            RowLoop(code, panels, 3, [0, 1, 3], waysOfThree);
            code.Close();
        }
        else
        {
            RowLoop(code, panels, Vectors, vectors, ways);
        }
        for (int p = 0; p < panels; p++)
            code.Line($"TMath.Finish({string.Join(", ", Enumerable.Range(0, Vectors).Select(v => v < vectors.Length ? $"a{p}{v}" : "T.Create(0)"))}, {At("a.State", p, "PanelUnits")}, {At("a.Output", p, "PanelUnits")});");
        code.Close();
    }

    // The sums go by memory to the cell's math: inlined, it would take the registers of a tile's loops away from them.
    private static void Finish(Code code, string name, int rows, int vectors)
    {
        code.Line($"float* sums = stackalloc float[{rows * vectors} * T.Count];");
        for (int r = 0; r < rows; r++)
            for (int v = 0; v < vectors; v++)
                code.Line($"T.Store(a{r}{v}, {At("sums", r * vectors + v, "T.Count")});");
        code.Line($"Finish{name}({rows}, sums, a.State, a.StateStride, a.Output, a.OutputStride);");
    }

    /// <param name="code">Where to.</param>
    /// <param name="panels">Panels side by side.</param>
    /// <param name="stride">Vectors of a panel's weights from one unit of the state to the next.</param>
    /// <param name="accumulators">Where the first of these vectors go.</param>
    /// <param name="ways">Sums of a vector at a time: of every so many units.</param>
    private static void RowLoop(Code code, int panels, int stride, int[] accumulators, int ways)
    {
        for (int way = 1; way < ways; way++)
            code.Line($"T {Join(panels * accumulators.Length, i => $"{Sum(way, i / accumulators.Length, i % accumulators.Length)} = T.Create(0)")};");
        if (ways > 1)
        {
            code.Open($"for (; k + {ways - 1} < count; k += {ways})").Brace();
            for (int way = 0; way < ways; way++)
                code.Line($"T v{way} = T.Create(h[k{(way == 0 ? "" : $" + {way}")}]);");
            for (int p = 0; p < panels; p++)
            {
                for (int way = 0; way < ways; way++)
                    Products(way, p);
                code.Line($"w{p} += {ways * stride} * T.Count;");
            }
            code.Close();
        }
        code.Open("for (; k < count; k++)").Brace();
        code.Line("T v0 = T.Create(h[k]);");
        for (int p = 0; p < panels; p++)
        {
            Products(0, p);
            code.Line($"w{p} += {stride} * T.Count;");
        }
        code.Close();
        for (int way = 1; way < ways; way++)
            for (int p = 0; p < panels; p++)
                for (int g = 0; g < accumulators.Length; g++)
                    code.Line($"{Sum(0, p, g)} += {Sum(way, p, g)};");

        string Sum(int way, int panel, int g) => way == 0 ? $"a{panel}{accumulators[g]}" : $"b{way}{panel}{g}";

        void Products(int way, int panel)
        {
            for (int g = 0; g < accumulators.Length; g++)
                code.Line(MultiplyAdd($"v{way}", At($"w{panel}", way * stride + g, "T.Count"), Sum(way, panel, g)));
        }
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
