using System.Text;
using RnnMlNet.Exchange;

namespace RnnMlNet.Tests.Support;

/// <summary>Small models of SentencePiece in its format, sentencepiece_model.proto.</summary>
internal static class SentencePieceModel
{
    private const byte Normal = 1,
        Unknown = 2,
        Control = 3;
    private const int Unigram = 1,
        Bpe = 2;

    /// <summary>A model of pieces, the earlier ones the more probable.</summary>
    public static byte[] Bytes(bool isBpe, string[] pieces)
    {
        var model = new ProtoMessage();
        foreach (byte[] mark in (byte[][])[Piece("<unk>", 0, Unknown), Piece("<s>", 0, Control), Piece("</s>", 0, Control)])
            model.Bytes(1, mark);
        foreach (var (i, piece) in pieces.Index())
            model.Bytes(1, Piece(piece, -1 - i, Normal));
        model
            .Message(2, new ProtoMessage().Number(3, isBpe ? Bpe : Unigram).Number(40, 0).Number(41, 1).Number(42, 2))
            .Message(3, new ProtoMessage().Text(1, "identity"));
        using var file = new MemoryStream();
        model.WriteTo(file);
        return file.ToArray();
    }

    // Its text (field 1), score (field 2, a float) and type (field 3).
    private static byte[] Piece(string text, float score, byte type)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [0x0A, (byte)bytes.Length, .. bytes, 0x15, .. BitConverter.GetBytes(score), 0x18, type];
    }
}
