using static KernelGenerator.Terms;

namespace KernelGenerator;

/// <summary>
/// The state's part of one row's step. A row's products depend on each other, so there must be several sums at a time to keep the processor
/// busy: eight vectors, be it of two panels, of even and odd units of the state, or, where a panel's second half is empty, of every fourth.
/// </summary>
internal static class RowGenerator
{
    public static void Write(Code code)
    {
        foreach (bool rounded in (bool[])[false, true])
        {
            string prefix = rounded ? "Rounded" : "",
                weights = rounded ? ", weights as bfloat16" : "";
            code.Line($"/// <summary>One row, one panel: the state's part of a step, on top of what the input gave{weights}.</summary>");
            Row(code, prefix + "Row1", rounded, panels: 1, [0, 1, 2, 3], ways: 2, waysOfThree: 2);
            code.Line($"/// <summary>One row, two panels{weights}.</summary>");
            Row(code, prefix + "Row2", rounded, panels: 2, [0, 1, 2, 3], ways: 1, waysOfThree: 2);
            code.Line($"/// <summary>One row, the first half of a panel of four vectors{weights}.</summary>");
            Row(code, prefix + "RowOfHalf", rounded, panels: 1, [0, 1], ways: 4, waysOfThree: 0);
        }
    }

    private static void Row(Code code, string name, bool rounded, int panels, int[] vectors, int ways, int waysOfThree)
    {
        Method(code, $"public static void {name}(in RowArguments a)");
        code.Line("nint count = a.HiddenSize;");
        for (int p = 0; p < panels; p++)
            code.Line($"T {Join(vectors.Length, v => $"a{p}{v} = {Load("a.Start", p * Vectors + v)}")};");
        if (waysOfThree > 0)
        {
            code.Open("if (TForward.Vectors == 4)").Brace();
            Loops(code, new RowLoop(rounded, panels, Vectors, vectors, ways));
            code.Close();
            code.Open("else").Brace();
            Loops(code, new RowLoop(rounded, panels, 3, [0, 1, 3], waysOfThree));
            code.Close();
        }
        else
        {
            Loops(code, new RowLoop(rounded, panels, Vectors, vectors, ways));
        }
        for (int p = 0; p < panels; p++)
            code.Line(
                vectors.Length < Vectors
                    ? $"TForward.ActivateHalf(a{p}0, a{p}1, {At("a.Output", p, "PanelUnits")}, a.GateStride);"
                    : $"ActivateRow({Join(Vectors, v => $"a{p}{v}")}, {At("a.Unit", p, "PanelUnits")}, {At("a.State", p, "PanelUnits")}, "
                        + $"{At("a.Output", p, "PanelUnits")}, a.GateStride);"
            );
        code.Close();
    }

    // Several units of the state at a time, then the rest; of rounded weights always two, which lie together.
    private static void Loops(Code code, RowLoop loop)
    {
        for (int way = 1; way < loop.Ways; way++)
            code.Line($"T {string.Join(", ", loop.Sums(way).Select(sum => $"{sum} = T.Create(0)"))};");
        int least = loop.Rounded ? 2 : 1,
            most = Math.Max(least, loop.Ways);
        // The state is padded: the last of an odd number of units meets a weight of 0 there.
        string turns =
            most == 1 ? "count"
            : most == least ? "(count + 1) / 2"
            : $"count / {most}";
        code.Line($"nint turns = {turns}, hop = {WeightsOf(loop, most)} * T.Count, go = {most};");
        code.Line($"float* h = a.Hidden, {Join(loop.Panels, p => $"w{p} = {Weights(p)}")};");
        if (most > least)
            code.Line($"float* end = h + turns * {most}, {Join(loop.Panels, p => $"e{p} = w{p} + turns * hop")};");
        code.Open("if (a.IsBackwards)").Brace();
        code.Line("h += (turns - 1) * go;");
        for (int p = 0; p < loop.Panels; p++)
            code.Line($"w{p} += (turns - 1) * hop;");
        code.Line("(hop, go) = (-hop, -go);");
        code.Close();
        code.Open("for (; turns > 0; turns--, h += go)").Brace();
        Body(code, loop, most, "h", "w", "hop");
        code.Close();
        if (most > least)
        {
            code.Open($"for (nint k = count % {most}; k > 0; k -= {least}, end += {least})").Brace();
            Body(code, loop, least, "end", "e", $"{WeightsOf(loop, least)} * T.Count");
            code.Close();
        }
        for (int way = 1; way < loop.Ways; way++)
            foreach (var (sum, part) in loop.Sums(0).Zip(loop.Sums(way)))
                code.Line($"{sum} += {part};");
    }

    private static void Body(Code code, RowLoop loop, int units, string state, string weights, string hop)
    {
        for (int unit = 0; unit < units; unit++)
            code.Line($"T v{unit} = T.Create({state}[{unit}]);");
        for (int p = 0; p < loop.Panels; p++)
        {
            for (int unit = 0; unit < units; unit++)
            for (int g = 0; g < loop.Accumulators.Length; g++)
                code.Line(Product(loop, weights + p, p, unit, g));
            code.Line($"{weights}{p} += {hop};");
        }
    }

    private static string Weights(int panel) => panel == 0 ? "a.Weights" : "a.Weights + a.PanelStride";

    private static int WeightsOf(RowLoop loop, int units) => (loop.Rounded ? units / 2 : units) * loop.Stride;

    private static string Product(RowLoop loop, string weights, int panel, int unit, int g)
    {
        string sum = loop.Sum(unit % loop.Ways, panel, g),
            at = At(weights, (loop.Rounded ? unit / 2 : unit) * loop.Stride + g, "T.Count");
        return MultiplyAdd($"v{unit}", loop.Rounded && unit % 2 == 0 ? $"T.LoadLowHalves({at})" : at, sum);
    }

    /// <param name="Rounded">Whether two units' weights lie in the halves of one number.</param>
    /// <param name="Panels">Panels side by side.</param>
    /// <param name="Stride">Vectors of a panel's weights from one unit of the state, or two rounded, to the next.</param>
    /// <param name="Accumulators">Where the first of these vectors go.</param>
    /// <param name="Ways">Sums of a vector at a time: of every so many units.</param>
    private sealed record RowLoop(bool Rounded, int Panels, int Stride, int[] Accumulators, int Ways)
    {
        public string Sum(int way, int panel, int g) => way == 0 ? $"a{panel}{Accumulators[g]}" : $"b{way}{panel}{g}";

        public IEnumerable<string> Sums(int way) =>
            from panel in Enumerable.Range(0, Panels)
            from g in Enumerable.Range(0, Accumulators.Length)
            select Sum(way, panel, g);
    }
}
