using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;

namespace RnnMlNet.Estimators;

/// <summary>
/// A fingerprint of the values behind a column's keys, in their order: it distinguishes vocabularies, or classes of a label, of the same
/// size. A network learns the meaning of each key, so with other values behind the same keys its scores are those of other words.
/// </summary>
internal static class KeyFingerprint
{
    private const int KeptBytes = 16;

    // A schema is bound several times in a Transform, and a vocabulary of 100,000 words takes some milliseconds.
    private static readonly ConditionalWeakTable<DataViewSchema.Annotations, string> _known = [];

    /// <summary>The fingerprint; null where the column's keys have no values.</summary>
    public static string? Of(DataViewSchema.Column column)
    {
        if (_known.TryGetValue(column.Annotations, out string? known))
            return known;
        if (LabelKeyValues.Of(column) is not LabelKeyValues values)
            return null;
        string fingerprint = Of(values);
        _known.AddOrUpdate(column.Annotations, fingerprint);
        return fingerprint;
    }

    /// <summary>The fingerprint of all keys of a row; null where none of them have values.</summary>
    public static string? OfInput(SequenceBinding binding)
    {
        string?[] all = [.. binding.KeyColumns.Select(Of)];
        return Array.TrueForAll(all, one => one is null) ? null : string.Join(' ', all);
    }

    /// <summary>Whether both are known, and differ.</summary>
    public static bool Differ(string? one, string? other) => one is not null && other is not null && one != other;

    /// <summary>Checks that two columns of the same number of keys have the same values behind them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Both have values, and they differ.</exception>
    public static void CheckSame(
        IExceptionContext ectx,
        string option,
        string role,
        DataViewSchema.Column trained,
        DataViewSchema.Column other
    )
    {
        if (Differ(Of(trained), Of(other)))
            throw ectx.ExceptUserArg(
                option,
                $"The {role} column '{other.Name}' has other values behind its keys in {option} than in the training data, or in another "
                    + $"order, although there are as many: "
                    + "map both to keys with the same fitted transformer."
            );
    }

    private static string Of(LabelKeyValues values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string value in values.ToTexts())
        {
            byte[] text = Encoding.UTF8.GetBytes(value);
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
            hash.AppendData(length);
            hash.AppendData(text);
        }
        return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, KeptBytes));
    }
}
