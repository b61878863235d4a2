using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Decoders;

/// <summary>A decoder's number in files.</summary>
internal enum DecoderKind
{
    /// <summary><see cref="ParallelDecoder"/>.</summary>
    Parallel,

    /// <summary><see cref="RecurrentDecoder"/>.</summary>
    Recurrent,
}

/// <summary>The registry of all decoders: the only place that lists them.</summary>
internal static class DecoderRegistry
{
    private static (DecoderKind Kind, Decoder Decoder)[] _all =
    [
        (DecoderKind.Parallel, new ParallelDecoder()),
        (DecoderKind.Recurrent, new RecurrentDecoder()),
    ];

    /// <summary>The decoder of a kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static Decoder Of(DecoderKind kind) =>
        Find(kind)
        ?? throw new ArgumentOutOfRangeException(
            nameof(kind),
            kind,
            $"There is no decoder {kind}: it must be one of {string.Join(", ", _all.Select(one => one.Kind))}."
        );

    /// <summary>The decoder of a kind; null where there is none.</summary>
    public static Decoder? Find(DecoderKind kind)
    {
        foreach (var (known, decoder) in _all)
            if (known == kind)
                return decoder;
        return null;
    }

    /// <summary>The kind of a decoder.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not registered.</exception>
    public static DecoderKind KindOf(Decoder decoder)
    {
        foreach (var (kind, known) in _all)
            if (known == decoder)
                return kind;
        throw new ArgumentOutOfRangeException(nameof(decoder), decoder, $"The decoder {decoder} is not registered.");
    }

    /// <summary>Adds a decoder, for a test of what a new one needs.</summary>
    internal static void Add(DecoderKind kind, Decoder decoder) => _all = [.. _all, (kind, decoder)];
}
