using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Tests.Support;

/// <summary>A row whose label depends on one of its columns, or on two: numbers, categories, times, static values.</summary>
internal sealed class MixedRow
{
    /// <summary>[T] noise, with missing values.</summary>
    [VectorType]
    public float[] Noise { get; set; } = [];

    /// <summary>[T] numbers.</summary>
    [VectorType]
    public float[] Numbers { get; set; } = [];

    /// <summary>[T] keys, 0 a missing one.</summary>
    [VectorType]
    [KeyType(6)]
    public uint[] Kinds { get; set; } = [];

    [VectorType]
    public DateTime[] Times { get; set; } = [];

    public float Size { get; set; }

    [KeyType(4)]
    public uint Place { get; set; }

    /// <summary>Needs the static number and the static category.</summary>
    public bool ByStatics { get; set; }

    /// <summary>Needs the categories of the steps.</summary>
    public bool ByKinds { get; set; }

    /// <summary>Needs the elapsed time.</summary>
    public bool ByTimes { get; set; }

    /// <summary>Needs which values are missing.</summary>
    public bool ByMissing { get; set; }

    /// <summary>Rows drawn by a seed.</summary>
    public static MixedRow[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => New(random))];
    }

    public static IDataView Load(MLContext ml, int count, int seed) => ml.Data.LoadFromEnumerable(Draw(count, seed));

    private static MixedRow New(Random random)
    {
        int steps = random.Next(5, 9);
        bool isLarge = random.Next(2) == 0,
            isFast = random.Next(2) == 0,
            isMissing = random.Next(2) == 0,
            hasKind = random.Next(2) == 0;
        uint place = (uint)random.Next(1, 5);
        // A pause of an hour among minutes, or none.
        int pause = isFast ? steps : random.Next(1, steps);
        DateTime time = new DateTime(2024, 1, 1).AddMinutes(random.Next(500_000));
        var times = new DateTime[steps];
        for (int t = 0; t < steps; t++)
            times[t] = time = time.AddMinutes(t == pause ? 60 + random.Next(5) : 1 + random.Next(5));
        uint[] kinds = [.. Enumerable.Range(0, steps).Select(_ => (uint)random.Next(0, 6))];
        if (hasKind)
            kinds[random.Next(steps)] = 6;
        float[] noise = [.. Enumerable.Range(0, steps).Select(_ => random.NextSingle())];
        if (isMissing)
            noise[random.Next(steps)] = float.NaN;
        return new MixedRow
        {
            Noise = noise,
            Numbers = [.. Enumerable.Range(0, steps).Select(_ => random.NextSingle())],
            Kinds = kinds,
            Times = times,
            Size = (isLarge ? 1 : -1) * (0.2f + random.NextSingle()),
            Place = place,
            ByStatics = isLarge ^ place % 2 == 0,
            ByKinds = hasKind,
            ByTimes = !isFast,
            ByMissing = isMissing,
        };
    }
}
