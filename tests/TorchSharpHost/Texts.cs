using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace TorchSharpHost;

/// <summary>A row with every column that a trainer of Microsoft.ML.TorchSharp may want.</summary>
internal sealed class Texts
{
    public string Text { get; set; } = "the cat sat";
    public string Other { get; set; } = "who sat";
    public string Answer { get; set; } = "cat";
    public int Place { get; set; } = 4;
    public float Number { get; set; } = 1;

    [KeyType(2)]
    public uint Key { get; set; } = 1;

    [VectorType, KeyType(2)]
    public uint[] Tags { get; set; } = [1, 2, 1];

    [VectorType]
    public float[] Boxes { get; set; } = [0, 0, 4, 4];

    [ImageType(2, 2)]
    public MLImage Plot { get; set; } = MLImage.CreateFromPixels(2, 2, MLPixelFormat.Bgra32, new byte[16]);

    public static IDataView Load(MLContext ml) => ml.Data.LoadFromEnumerable(new[] { new Texts() });
}
