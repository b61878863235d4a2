using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.Data;
using RnnMlNet;

namespace Accuracy.Sets;

/// <summary>Half an hour of the electricity demand of Victoria.</summary>
internal sealed class HalfHour
{
    /// <summary>When it begins, in universal time.</summary>
    public DateTime Time { get; set; }

    /// <summary>In MW.</summary>
    public float Demand { get; set; }
}

/// <summary>vic_electricity (Hyndman, tsibbledata): the half hours of 2012 to 2014 in universal time, and holidays by local date.</summary>
internal static class ElectricityFile
{
    public const string TimeZone = "Australia/Melbourne";

    public const int DaysToTest = 364,
        HalfHoursOfDay = 48;

    public static (HalfHour[] HalfHours, CalendarDay[] Holidays) Read(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        string[][] rows =
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')),
        ];
        HalfHour[] halfHours =
        [
            .. rows.Select(cells => new HalfHour
            {
                Time = DateTime.Parse(
                    cells[0],
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal
                ),
                Demand = float.Parse(cells[1], CultureInfo.InvariantCulture),
            }),
        ];
        CalendarDay[] holidays =
        [
            .. rows.Where(cells => cells[4].Trim() == "TRUE")
                .Select(cells => DateOnly.Parse(cells[3], CultureInfo.InvariantCulture))
                .Distinct()
                .Select(date => new CalendarDay(date)),
        ];
        return (halfHours, holidays);
    }
}

/// <summary>A week of a branch of a bank.</summary>
internal sealed class BranchWeek
{
    public string Branch { get; set; } = "";

    public DateTime Week { get; set; }

    /// <summary>Transactions of the kind that is forecast.</summary>
    public float Transactions { get; set; }

    /// <summary>Those of the other kinds.</summary>
    [VectorType(BranchFile.OtherKinds)]
    public float[] Others { get; set; } = [];

    /// <summary>Bank holidays in the week.</summary>
    public float Holidays { get; set; }

    /// <summary>Which of two regions it is in.</summary>
    [VectorType(2)]
    public float[] Region { get; set; } = [];
}

/// <summary>bank_branch_transactions (Ready Tensor, synthetic): 32 branches of 169 weeks; its schema states the target.</summary>
internal static class BranchFile
{
    public const int OtherKinds = 5,
        Horizon = 13,
        Season = 52;

    public static BranchWeek[] Read(string path) =>
        [
            .. File.ReadLines(path)
                .Skip(1)
                .Select(line => line.Split(','))
                .Select(cells =>
                {
                    float[] values = [.. cells[2..].Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))];
                    return new BranchWeek
                    {
                        Branch = cells[0],
                        Week = DateTime.Parse(cells[1], CultureInfo.InvariantCulture),
                        Transactions = values[0],
                        Others = values[1..(1 + OtherKinds)],
                        Holidays = values[1 + OtherKinds],
                        Region = values[(2 + OtherKinds)..],
                    };
                }),
        ];
}
