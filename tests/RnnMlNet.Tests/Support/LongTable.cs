using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet.Tests.Peer;

namespace RnnMlNet.Tests.Support;

/// <summary>A row of a long table: a time step of a unit.</summary>
internal sealed class LongRow
{
    public string Unit { get; set; } = "";

    public int Run { get; set; }

    public int Cycle { get; set; }

    public DateTime Time { get; set; }

    public DateTimeOffset Moment { get; set; }

    public double Seconds { get; set; }

    public float A { get; set; }

    public double B { get; set; }

    public bool C { get; set; }

    [VectorType(2)]
    public float[] V { get; set; } = [0, 0];

    public string Word { get; set; } = "";

    public string Tag { get; set; } = "";

    public string Site { get; set; } = "";

    public float Y { get; set; }

    public bool Failed { get; set; }
}

/// <summary>Long tables, and views as text.</summary>
internal static class LongTable
{
    public static readonly DateTime Start = new(2026, 3, 1);

    /// <summary>A row at a cycle, whose other times are that of the hour.</summary>
    public static LongRow Row(string unit, int cycle, float a = 0) =>
        new()
        {
            Unit = unit,
            Cycle = cycle,
            Time = Start.AddHours(cycle),
            Moment = new DateTimeOffset(Start.AddHours(cycle), TimeSpan.FromHours(2)),
            Seconds = cycle,
            A = a,
            Site = $"site of {unit}",
        };

    /// <summary>Units of different lengths, with gaps, in the order of unit and cycle.</summary>
    public static LongRow[] Draw(int seed, int units, int mostSteps = 12)
    {
        var random = new Random(seed);
        var rows = new List<LongRow>();
        for (int unit = 0; unit < units; unit++)
        {
            int cycle = random.Next(3),
                steps = 1 + random.Next(mostSteps);
            for (int step = 0; step < steps; step++)
            {
                LongRow row = Row($"u{unit}", cycle, random.NextSingle());
                row.Run = unit % 2;
                (row.B, row.C, row.V) = (random.Next(100), random.Next(2) == 0, [random.NextSingle(), step]);
                (row.Word, row.Tag) = ($"word{random.Next(5)}", $"tag{random.Next(3)}");
                (row.Y, row.Failed) = (random.NextSingle(), random.Next(6) == 0);
                rows.Add(row);
                cycle += random.Next(4) == 0 ? 1 + random.Next(3) : 1;
            }
        }
        return [.. rows];
    }

    /// <summary>The rows without gaps: each unit's cycles are counted from 0.</summary>
    public static LongRow[] WithoutGaps(IEnumerable<LongRow> rows) =>
        [
            .. rows.GroupBy(row => row.Unit)
                .SelectMany(unit =>
                    unit.Select(
                        (row, step) =>
                        {
                            LongRow at = Row(row.Unit, step);
                            (row.Cycle, row.Time, row.Moment, row.Seconds) = (at.Cycle, at.Time, at.Moment, at.Seconds);
                            return row;
                        }
                    )
                ),
        ];

    public static LongRow[] Shuffled(IEnumerable<LongRow> rows, int seed)
    {
        LongRow[] shuffled = [.. rows];
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>A view's rows as text: <c>Unit=u1; Features=[1, 2]; Label=3</c>.</summary>
    public static string[] Lines(IDataView view)
    {
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        var copier = new RowCopier(cursor);
        var lines = new List<string>();
        while (cursor.MoveNext())
            lines.Add(Line(view.Schema.Zip(copier.Copy().Values, (column, value) => (column.Name, value))));
        return [.. lines];
    }

    public static string Line(IEnumerable<(string Name, object? Value)> cells) =>
        string.Join("; ", cells.Select(cell => $"{cell.Name}={Show(cell.Value)}"));

    private static string Show(object? value) =>
        value switch
        {
            DateTime time => time.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture),
            DateTimeOffset time => time.ToString("MM-dd HH:mm zzz", CultureInfo.InvariantCulture),
            _ => CellValue.Show(value),
        };
}
