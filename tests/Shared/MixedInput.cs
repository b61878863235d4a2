using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Tests.Support;

/// <summary>Networks and rows with times, categories, missing values and static values, drawn by a seed.</summary>
internal static class MixedInput
{
    /// <summary>Number of ids of an encoded value of a step; null for a number.</summary>
    public static int? IdsAt(this NetworkShape shape, int place)
    {
        StepColumns columns = shape.StepColumns;
        int at = place % columns.Encoded(shape.TimeStepValues) - columns.EncodedNumbers(shape.TimeStepValues);
        return at < 0 ? null : columns.Categories[at].Count;
    }

    /// <summary>Number of ids of a static value; null for a number.</summary>
    public static int? StaticIdsAt(this NetworkShape shape, int place)
    {
        int at = place - (shape.StaticSize - shape.StaticCategories.Count);
        return at < 0 ? null : shape.StaticCategories[at].Count;
    }

    /// <summary>A network of numbers with further columns.</summary>
    /// <param name="shape">The network: its features a time step are the numbers.</param>
    /// <param name="seed">Draws the columns.</param>
    public static NetworkShape Shape(NetworkShape shape, int seed)
    {
        var random = new Random(seed);
        StepColumns columns = new()
        {
            HasTime = random.Next(2) == 0,
            MissingValues = (MissingValues)random.Next(4),
            Categories = Categories(random),
        };
        int patch = shape.PerStep ? 1 : 1 + random.Next(2);
        CategoryShape[] statics = Categories(random);
        int staticNumbers = random.Next(3);
        return shape with
        {
            StepColumns = columns,
            PatchLength = patch,
            Features = patch * (shape.Features + (columns.HasTime ? StepColumns.TimeValues : 0) + columns.Categories.Count),
            StaticFeatures = staticNumbers + statics.Length,
            StaticCategories = statics,
            StaticUse = staticNumbers + statics.Length == 0 ? StaticUse.Head : (StaticUse)random.Next(3),
        };
    }

    /// <summary>None, one or two convolutions, of a tagger without strides.</summary>
    /// <param name="shape">The network.</param>
    /// <param name="seed">Draws them.</param>
    public static IReadOnlyList<ConvolutionShape> Convolutions(NetworkShape shape, int seed)
    {
        var random = new Random(seed + 1000);
        return
        [
            .. Enumerable
                .Range(0, random.Next(3))
                .Select(_ => new ConvolutionShape(1 + random.Next(6), 1 + random.Next(5), shape.PerStep ? 1 : 1 + random.Next(3))),
        ];
    }

    /// <summary>A network's parameters, with a standardisation within the categories of some columns.</summary>
    public static NetworkParameters Parameters(NetworkShape shape, int seed)
    {
        NetworkParameters network = RandomParameters.Of(shape, seed) with
        {
            StaticScaling = shape.StaticFeatures > 0 ? RandomParameters.Scaling(shape.StaticFeatures, seed + 3, shape.StaticIdsAt) : null,
        };
        if (shape.PatchLength > 1 || seed % 3 == 0)
            return network;
        List<int> columns = [.. shape.StepColumns.Categories.Select((_, k) => shape.Features - 1 - k).Take(1)];
        if (shape.StaticFeatures > 0)
            columns.Add(CategoryScaling.Statics + shape.StaticFeatures - 1);
        if (columns.Count == 0)
            columns.Add(0);
        float[][] keys = [.. Enumerable.Range(0, 3).Select(key => columns.Select(_ => (float)key).ToArray())];
        FeatureScaling[] scalings = [.. keys.Select((_, k) => RandomParameters.Scaling(shape.EncodedFeatures, seed + 20 + k, shape.IdsAt))];
        return network with { CategoryScaling = new CategoryScaling(columns, Decimals: 0, keys, scalings) };
    }

    /// <summary>The values of a row's time steps, and its static values.</summary>
    /// <param name="shape">The network.</param>
    /// <param name="timeSteps">T.</param>
    /// <param name="seed">Draws the values.</param>
    public static (float[] Steps, float[] Statics) Row(NetworkShape shape, int timeSteps, int seed)
    {
        var random = new Random(seed);
        StepColumns columns = shape.StepColumns;
        int values = shape.TimeStepValues,
            numbers = columns.Numbers(values);
        var steps = new float[timeSteps * values];
        double time = 1e5 * random.NextDouble();
        for (int t = 0; t < timeSteps; t++)
        {
            Span<float> step = steps.AsSpan(t * values, values);
            for (int i = 0; i < numbers; i++)
                step[i] =
                    columns.MissingValues != MissingValues.SkipRow && random.Next(3) == 0 ? float.NaN
                    : random.Next(2) == 0 ? random.Next(3)
                    : 2 * random.NextSingle() - 1;
            time += 3 * random.NextDouble();
            if (columns.HasTime)
                (step[numbers], step[numbers + 1]) = StepTime.Of(time);
            for (int k = 0; k < columns.Categories.Count; k++)
                step[values - columns.Categories.Count + k] = random.Next(columns.Categories[k].Count);
        }
        return (
            steps,
            [
                .. Enumerable
                    .Range(0, shape.StaticFeatures)
                    .Select(i => shape.StaticIdsAt(i) is int ids ? random.Next(ids) : random.NextSingle()),
            ]
        );
    }

    /// <summary>A row in the network's input form: patches of time steps.</summary>
    public static SequenceView View(NetworkShape shape, (float[] Steps, float[] Statics) row)
    {
        SequenceView steps = SequenceView.OfSteps(row.Steps, shape.TimeStepValues).WithStatic(row.Statics);
        return shape.PatchLength == 1 ? steps : new Patch(shape.TimeStepValues, shape.PatchLength).Of(steps);
    }

    private static CategoryShape[] Categories(Random random) =>
        [.. Enumerable.Range(0, random.Next(3)).Select(_ => new CategoryShape(2 + random.Next(5), 1 + random.Next(4)))];
}
