using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Runtime.Models;

/// <summary>The only reader and writer of a series' state.</summary>
/// <remarks>
/// *** Binary format ***
/// of each network: long: time steps; its pending values, its encoder's state, its static values and its numbers (float), its sums
/// (double), their counts given by its sizes
/// </remarks>
internal static class SeriesStateFormat
{
    public static void Write(BinaryWriter writer, EnsembleState state)
    {
        foreach (SeriesState member in state.Members)
        {
            writer.Write(member.Steps);
            foreach (float[] values in (float[][])[member.Pending, member.Encoder, member.Static, member.Numbers])
            foreach (float value in values)
                writer.Write(value);
            foreach (double value in member.Sums)
                writer.Write(value);
        }
    }

    /// <summary>Bytes of a state.</summary>
    public static long BytesOf(EnsembleState state) =>
        state.Members.Sum(member =>
            sizeof(long)
            + ((long)member.Pending.Length + member.Encoder.Length + member.Static.Length + member.Numbers.Length) * sizeof(float)
            + (long)member.Sums.Length * sizeof(double)
        );

    /// <param name="reader">At the state.</param>
    /// <param name="shape">The networks' sizes.</param>
    /// <param name="networks">Number of networks.</param>
    /// <param name="what">What is read, for messages.</param>
    /// <exception cref="FormatException">The state is damaged.</exception>
    public static EnsembleState Read(PayloadReader reader, NetworkShape shape, int networks, string what)
    {
        var empty = new SeriesState(shape);
        var members = new SeriesState[networks];
        for (int member = 0; member < networks; member++)
        {
            long steps = reader.ReadInt64();
            if (steps < 0)
                throw ModelErrors.Format($"{what} is damaged: a series of {steps} steps.");
            if (member > 0 && steps != members[0].Steps)
                throw ModelErrors.Format(
                    $"{what} is damaged: a series of {members[0].Steps} steps in the first network, and of {steps} in network {member + 1}."
                );
            float[] pending = reader.ReadSingles(empty.Pending.Length, "a series' patch");
            float[] encoder = reader.ReadSingles(empty.Encoder.Length, "a series' encoder");
            float[] statics = reader.ReadSingles(empty.Static.Length, "a series' static values");
            float[] numbers = reader.ReadSingles(empty.Numbers.Length, "a series' state");
            double[] sums = reader.ReadDoubles(empty.Sums.Length, "a series' sums");
            members[member] = SeriesState.Of(shape, steps, pending, encoder, statics, numbers, sums);
        }
        return new EnsembleState(members);
    }
}
