using NUnit.Framework;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Tests.Kernels;

/// <summary>Weights as bfloat16, two in a number: read as the kernels read them.</summary>
[TestFixture]
public unsafe class RoundedWeightsTests
{
    private const int Width = 16;

    [Test]
    public void Each_weight_is_off_by_at_most_one_part_in_256([Values(1, 2, 3, 8, 9)] int units)
    {
        float[] weights = Weights(units);
        float[] read = ReadBack(weights, units);
        for (int i = 0; i < weights.Length; i++)
            Assert.That(read[i], Is.EqualTo(weights[i]).Within(MathF.Abs(weights[i]) / 256 + 1e-38), $"weight {i}");
        Assert.That(read, Is.Not.EqualTo(weights), "Nothing was rounded.");
    }

    [Test]
    public void The_unit_beyond_an_odd_number_of_them_weighs_nothing()
    {
        float[] read = ReadBack(Weights(3), 3);
        Assert.That(read[(3 * Width)..].Select(MathF.Abs), Has.All.LessThan(1e-38));
    }

    [TestCase(0f)]
    [TestCase(-0f)]
    [TestCase(1f)]
    [TestCase(-2.5f)]
    [TestCase(1e-40f)]
    [TestCase(float.MaxValue)]
    [TestCase(float.MinValue)]
    public void Numbers_at_the_edges_stay_finite_and_near(float value)
    {
        // Beside each kind of neighbour, because an odd unit's number ends in its neighbour's bits.
        foreach (float neighbour in (float[])[0, 1, -1, float.MaxValue, 1.9921875f])
        {
            float[] weights = [.. Enumerable.Repeat(neighbour, Width), .. Enumerable.Repeat(value, Width)];
            float[] read = ReadBack(weights, 2);
            Assert.That(read[Width], Is.EqualTo(value).Within(MathF.Abs(value) / 256 + 1e-38), $"beside {neighbour}");
            Assert.That(float.IsFinite(read[Width]), Is.True);
        }
    }

    [Test]
    public void Panels_follow_each_other()
    {
        float[] first = Weights(5),
            second = [.. first.Select(weight => -weight)];
        fixed (
            float* a = first,
                b = second
        )
        {
            nint[] panels = [(nint)a, (nint)b];
            var rounded = new RoundedWeights(2, 5, Width, panel => panels[panel]);
            Assert.That((long)(rounded.Panel(1) - rounded.Panel(0)), Is.EqualTo((long)rounded.PanelStride));
            Assert.That(Lower(rounded.Panel(1)), Is.EqualTo(-Lower(rounded.Panel(0))));
        }
    }

    private static float[] Weights(int units)
    {
        var random = new Random(units);
        return [.. Enumerable.Range(0, units * Width).Select(i => MathF.Pow(10, random.Next(-6, 3)) * (2 * random.NextSingle() - 1))];
    }

    private static float[] ReadBack(float[] weights, int units)
    {
        int pairs = (units + 1) / 2;
        var read = new float[2 * pairs * Width];
        fixed (float* start = weights)
        {
            nint address = (nint)start;
            float* packed = new RoundedWeights(1, units, Width, _ => address).Panel(0);
            for (int pair = 0; pair < pairs; pair++)
            for (int i = 0; i < Width; i++)
            {
                float* number = packed + pair * Width + i;
                read[2 * pair * Width + i] = Lower(number);
                read[(2 * pair + 1) * Width + i] = *number;
            }
        }
        return read;
    }

    private static float Lower(float* number) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(*number) << 16);
}
