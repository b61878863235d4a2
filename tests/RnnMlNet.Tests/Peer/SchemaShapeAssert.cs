using Microsoft.ML;
using NUnit.Framework;

namespace RnnMlNet.Tests.Peer;

/// <summary>Asserts that a transformer delivers the columns that its estimator promised, annotations included.</summary>
internal static class SchemaShapeAssert
{
    public static void PromiseKept(SchemaShape promised, SchemaShape delivered)
    {
        Assert.That(Names(delivered), Is.EqualTo(Names(promised)), "The columns delivered are not those promised.");
        foreach (SchemaShape.Column promise in promised)
        {
            delivered.TryFindColumn(promise.Name, out SchemaShape.Column found);
            // What a column is compatible with has at least the column's own annotations.
            Assert.That(
                found.IsCompatibleWith(promise),
                Is.True,
                $"Column '{promise.Name}': something was delivered that was not promised. {Both(promise, found)}"
            );
            Assert.That(
                promise.IsCompatibleWith(found),
                Is.True,
                $"Column '{promise.Name}': something was promised and not delivered. {Both(promise, found)}"
            );
        }
    }

    private static IEnumerable<string> Names(SchemaShape shape) => shape.Select(column => column.Name).Order(StringComparer.Ordinal);

    private static string Both(SchemaShape.Column promised, SchemaShape.Column delivered) =>
        $"Promised {Show(promised)}, delivered {Show(delivered)}.";

    private static string Show(SchemaShape.Column column) =>
        $"{column.GetTypeString()} with annotations "
        + $"[{string.Join(", ", column.Annotations.Select(a => $"{a.Name}: {a.GetTypeString()}").Order(StringComparer.Ordinal))}]";
}
