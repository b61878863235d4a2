using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Tests.Support;

/// <summary>Reads a view's scores.</summary>
internal static class Scores
{
    /// <summary>The column Score, a number or several a row.</summary>
    public static float[][] Of(IDataView scored) =>
        scored.Schema["Score"].Type is VectorDataViewType
            ? [.. scored.GetColumn<float[]>("Score")]
            : [.. scored.GetColumn<float>("Score").Select(score => new[] { score })];

    public static float[][] Of(ITransformer model, IDataView data) => Of(model.Transform(data));
}
