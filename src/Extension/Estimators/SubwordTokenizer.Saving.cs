using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet;

// In a model file: the files that the tokenizer is made of.
public sealed partial class SubwordTokenizer
{
    internal void Write(BinaryWriter payload)
    {
        payload.Write((byte)_kind);
        payload.Write(_files.Length);
        foreach (byte[] file in _files)
        {
            payload.Write(file.Length);
            payload.Write(file);
        }
        payload.Write(_texts.Length);
        foreach (string text in _texts)
            payload.Write(text);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; <see cref="Checked"/> creates the tokenizer.</summary>
    internal static SubwordTokenizer Read(PayloadReader payload)
    {
        var kind = (Kind)payload.ReadByte();
        var files = new byte[payload.ReadCount(sizeof(int), "files of a tokenizer")][];
        for (int i = 0; i < files.Length; i++)
            files[i] = payload.ReadBytes(payload.ReadCount(1, "bytes of a tokenizer's file"));
        var texts = new string[payload.ReadCount(1, "settings of a tokenizer")];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = payload.ReadString();
        var (fileCount, textCount) = kind switch
        {
            Kind.Bpe => (2, 4),
            Kind.WordPiece or Kind.Tiktoken => (1, 1),
            Kind.SentencePiece => (1, 0),
            Kind.Registered => (0, 2),
            _ => (-1, -1),
        };
        if ((files.Length, texts.Length) != (fileCount, textCount))
            throw Contracts.ExceptDecode(
                $"The model file's tokenizer is damaged: it is of kind {(byte)kind}, with {files.Length} files and {texts.Length} settings."
            );
        return new SubwordTokenizer(kind, files, texts);
    }
}
