using System.Collections;
using System.Globalization;
using Microsoft.ML.Data;

namespace RnnMlNet.Tests.Peer;

/// <summary>A column's value in one row, copied out of ML.NET's buffers: a number, text, or an array of them.</summary>
internal static class CellValue
{
    private const double SingleTolerance = 1e-6;
    private const double DoubleTolerance = 1e-9;

    /// <summary>A copy that stays as it is when the cursor moves on: text as string, vectors dense, as arrays.</summary>
    public static object Own(object value)
    {
        if (value is ReadOnlyMemory<char> text)
            return text.ToString();
        Type type = value.GetType();
        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>) ? Dense((dynamic)value) : value;
    }

    /// <summary>
    /// Whether two owned values are the same: numbers within 1e-6 (Single) or 1e-9 (Double) or bit by bit, all else exactly.
    /// </summary>
    public static bool Same(object? left, object? right) =>
        (left, right) switch
        {
            (float x, float y) => SameSingle(x, y),
            (double x, double y) => SameDouble(x, y),
            (Array x, Array y) => x.GetType() == y.GetType()
                && x.Length == y.Length
                && Pairs(x, y).All(pair => Same(pair.Left, pair.Right)),
            _ => Equals(left, right),
        };

    public static string Show(object? value) =>
        value switch
        {
            null => "nothing",
            Array array => $"[{string.Join(", ", array.Cast<object>().Select(Show))}]",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static object Dense<T>(VBuffer<T> vector) =>
        vector is VBuffer<ReadOnlyMemory<char>> text
            ? text.DenseValues().Select(item => item.ToString()).ToArray()
            : vector.DenseValues().ToArray();

    // Bits as well as distance: infinity minus infinity, and NaN minus NaN, are not 0.
    private static bool SameSingle(float x, float y) =>
        BitConverter.SingleToInt32Bits(x) == BitConverter.SingleToInt32Bits(y) || Math.Abs(x - y) < SingleTolerance;

    private static bool SameDouble(double x, double y) =>
        BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y) || Math.Abs(x - y) < DoubleTolerance;

    private static IEnumerable<(object? Left, object? Right)> Pairs(IEnumerable left, IEnumerable right) =>
        left.Cast<object?>().Zip(right.Cast<object?>());
}
