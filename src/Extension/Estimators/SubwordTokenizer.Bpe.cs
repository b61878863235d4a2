using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;
using RnnMlNet.Data;

namespace RnnMlNet;

/// <summary>A piece that is merged of two, by their numbers.</summary>
internal readonly record struct PieceMerge(int Piece, int Left, string LeftText, int Right, string RightText);

// Byte pair encoding, learned or given.
public sealed partial class SubwordTokenizer
{
    /// <summary>Byte pair encoding with learned merges.</summary>
    internal static SubwordTokenizer Learned(
        IReadOnlyList<string> pieces,
        IReadOnlyList<(string Left, string Right)> merges,
        string unknownPiece
    )
    {
        string[] all = [unknownPiece, .. pieces.Where(piece => piece != unknownPiece)];
        var vocabulary = all.Index().ToDictionary(piece => piece.Item, piece => piece.Index, StringComparer.Ordinal);
        string lines = string.Concat(merges.Select(merge => $"{merge.Left} {merge.Right}\n"));
        return Bpe(
            JsonSerializer.SerializeToUtf8Bytes(vocabulary),
            Encoding.UTF8.GetBytes(lines),
            SubwordSplit.Words,
            unknownPiece,
            "",
            BytePairLearner.EndOfWord
        );
    }

    private static SubwordTokenizer Bpe(
        byte[] vocabulary,
        byte[] merges,
        SubwordSplit split,
        string unknownPiece,
        string continuingPrefix,
        string endOfWordSuffix
    )
    {
        _ = Splitter(split);
        return new SubwordTokenizer(Kind.Bpe, [vocabulary, merges], $"{split}", unknownPiece, continuingPrefix, endOfWordSuffix);
    }

    private BpeTokenizer CreateBpe()
    {
        SubwordSplit split = Enum.Parse<SubwordSplit>(_texts[0]);
        return BpeTokenizer.Create(
            new BpeOptions(Vocabulary())
            {
                Merges = MergeLines(),
                PreTokenizer = Splitter(split),
                ByteLevel = split == SubwordSplit.Bytes,
                UnknownToken = NullIfEmpty(_texts[1]),
                FuseUnknownTokens = true,
                ContinuingSubwordPrefix = NullIfEmpty(_texts[2]),
                EndOfWordSuffix = NullIfEmpty(_texts[3]),
            }
        );
    }

    private Dictionary<string, int> Vocabulary() => JsonSerializer.Deserialize<Dictionary<string, int>>(WithoutMark(_files[0]))!;

    private IEnumerable<string> MergeLines() =>
        Encoding
            .UTF8.GetString(WithoutMark(_files[1]))
            .Split('\n')
            .Select(line => line.TrimEnd('\r'))
            .Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal));

    // Of several merges to one piece the first counts.
    private PieceMerge[] ReadMerges()
    {
        if (_kind != Kind.Bpe)
            return [];
        Dictionary<string, int> vocabulary = Vocabulary();
        int prefix = _texts[2].Length;
        return
        [
            .. MergeLines()
                .Select(line => line.Split(' '))
                .Select(pair => new PieceMerge(
                    vocabulary[pair[0] + pair[1][prefix..]],
                    vocabulary[pair[0]],
                    pair[0],
                    vocabulary[pair[1]],
                    pair[1]
                ))
                .DistinctBy(merge => merge.Piece),
        ];
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> file) =>
        file.StartsWith(Encoding.UTF8.Preamble) ? file[Encoding.UTF8.Preamble.Length..] : file;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
