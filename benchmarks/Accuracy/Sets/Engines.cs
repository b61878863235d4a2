using System.Globalization;
using Microsoft.ML.Data;

namespace Accuracy.Sets;

/// <summary>A stretch of a turbofan engine's life, and the cycles it had left (at most the cap).</summary>
internal sealed class EngineStretch
{
    /// <summary>Settings and sensors, step-major.</summary>
    [VectorType]
    public float[] Cycles { get; set; } = [];

    public float RemainingLife { get; set; }

    /// <summary>Number of the engine, for splits that keep an engine on one side.</summary>
    public int Engine { get; set; }
}

/// <summary>What is looked at of an engine.</summary>
/// <param name="Window">Cycles, the last of them last; early windows are shorter, as the youngest test engines' are.</param>
/// <param name="Stride">A training window ends at each so many cycles.</param>
/// <param name="Columns">Which of a cycle's values, from 0: three settings, then the sensors.</param>
internal sealed record LifeView(int Window, int Stride, int[] Columns);

/// <summary>
/// NASA's C-MAPSS: "unit cycle 3 settings 21 sensors" a line; training engines run to failure, test engines are cut before it.
/// </summary>
internal static class CmapssFile
{
    /// <summary>Settings and sensors of a cycle.</summary>
    public static readonly int[] AllColumns = [.. Enumerable.Range(0, 24)];

    /// <summary>
    /// The 14 sensors that change over an engine's life, those that most published work looks at: 2, 3, 4, 7, 8, 9, 11-15, 17, 20 and 21.
    /// </summary>
    public static readonly int[] ChangingSensors =
    [
        .. new[] { 2, 3, 4, 7, 8, 9, 11, 12, 13, 14, 15, 17, 20, 21 }.Select(sensor => sensor + 2),
    ];

    /// <summary>
    /// Remaining life is capped here, in training and in test, as is customary: an engine far from failure shows no sign of it.
    /// </summary>
    public const float Cap = 125;

    private const int YoungestEnd = 20;

    /// <summary>Windows of the training engines, with the life left at their end.</summary>
    public static EngineStretch[] Train(string folder, LifeView view, string subset = "FD001") =>
        [
            .. Units(Path.Combine(folder, $"train_{subset}.txt"))
                .SelectMany(unit =>
                    Enumerable
                        .Range(1, unit.Cycles.Length)
                        .Where(end => (unit.Cycles.Length - end) % view.Stride == 0 && end >= Math.Min(view.Window, YoungestEnd))
                        .Select(end => Stretch(unit, end, view, unit.Cycles.Length - end))
                ),
        ];

    /// <summary>The last window of each test engine, with the life that was left.</summary>
    public static EngineStretch[] Test(string folder, LifeView view, string subset = "FD001")
    {
        int[] left =
        [
            .. SharedData
                .ReadLines(Path.Combine(folder, $"RUL_{subset}.txt"))
                .Where(line => line.Trim().Length > 0)
                .Select(line => int.Parse(line.Trim(), CultureInfo.InvariantCulture)),
        ];
        return [.. Units(Path.Combine(folder, $"test_{subset}.txt")).Select((unit, i) => Stretch(unit, unit.Cycles.Length, view, left[i]))];
    }

    private static EngineStretch Stretch((int Number, float[][] Cycles) unit, int end, LifeView view, int left) =>
        new()
        {
            Cycles =
            [
                .. unit.Cycles[Math.Max(0, end - view.Window)..end].SelectMany(cycle => view.Columns.Select(column => cycle[column])),
            ],
            RemainingLife = Math.Min(left, Cap),
            Engine = unit.Number,
        };

    private static IEnumerable<(int Number, float[][] Cycles)> Units(string path) =>
        SharedData
            .ReadLines(path)
            .Where(line => line.Trim().Length > 0)
            .Select(line =>
                line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => float.Parse(v, CultureInfo.InvariantCulture)).ToArray()
            )
            .GroupBy(values => (int)values[0])
            .Select(unit => (unit.Key, unit.Select(values => values[2..]).ToArray()));
}
