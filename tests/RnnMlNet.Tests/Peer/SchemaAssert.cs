using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;

namespace RnnMlNet.Tests.Peer;

/// <summary>Whether two schemas are the same: names, types, lookup by name, and every annotation with its value.</summary>
internal static class SchemaAssert
{
    private const string UnknownKind = "NoSuchAnnotation";

    public static void Same(DataViewSchema expected, DataViewSchema actual, string what)
    {
        Assert.That(actual.Select(column => column.Name), Is.EqualTo(expected.Select(column => column.Name)), $"{what}: column names.");
        for (int i = 0; i < expected.Count; i++)
            SameColumn(expected, actual, i, $"{what}: column '{expected[i].Name}'");
    }

    private static void SameColumn(DataViewSchema expected, DataViewSchema actual, int index, string what)
    {
        DataViewSchema.Column left = expected[index],
            right = actual[index];
        Assert.That(right.Type, Is.EqualTo(left.Type), $"{what}: type.");
        Assert.That(right.IsHidden, Is.EqualTo(left.IsHidden), $"{what}: hidden.");
        Assert.That(
            actual.GetColumnOrNull(left.Name)?.Index,
            Is.EqualTo(expected.GetColumnOrNull(left.Name)?.Index),
            $"{what}: index found by name."
        );
        SameAnnotations(left.Annotations, right.Annotations, what);
        RefusesUnknownKind(left, what);
        RefusesUnknownKind(right, what);
    }

    private static void SameAnnotations(DataViewSchema.Annotations expected, DataViewSchema.Annotations actual, string what)
    {
        Assert.That(
            actual.Schema.Select(kind => kind.Name),
            Is.EquivalentTo(expected.Schema.Select(kind => kind.Name)),
            $"{what}: annotations."
        );
        foreach (DataViewSchema.Column kind in expected.Schema)
        {
            DataViewSchema.Column other = actual.Schema[kind.Name];
            Assert.That(other.Type, Is.EqualTo(kind.Type), $"{what}: type of annotation {kind.Name}.");
            object left = AnnotationValue.Of(expected, kind),
                right = AnnotationValue.Of(actual, other);
            Assert.That(
                CellValue.Same(left, right),
                Is.True,
                $"{what}: annotation {kind.Name}: expected {CellValue.Show(left)}, got {CellValue.Show(right)}."
            );
        }
    }

    private static void RefusesUnknownKind(DataViewSchema.Column column, string what)
    {
        VBuffer<ReadOnlyMemory<char>> value = default;
        Assert.That(column.Annotations.Schema.GetColumnOrNull(UnknownKind), Is.Null, what);
        Assert.That(
            () => column.Annotations.GetValue(UnknownKind, ref value),
            Throws.InvalidOperationException,
            $"{what}: an unknown annotation."
        );
    }

    private static class AnnotationValue
    {
        public static object Of(DataViewSchema.Annotations annotations, DataViewSchema.Column kind)
        {
            var read = typeof(AnnotationValue).GetMethod(nameof(Read))!.MakeGenericMethod(kind.Type.RawType);
            return read.Invoke(null, [annotations, kind.Name])!;
        }

        public static object Read<T>(DataViewSchema.Annotations annotations, string kind)
        {
            T value = default!;
            annotations.GetValue(kind, ref value);
            return CellValue.Own(value!);
        }
    }
}
