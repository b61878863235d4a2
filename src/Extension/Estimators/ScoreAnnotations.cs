using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Estimators;

/// <summary>The annotations by which ML.NET's evaluators find score columns: set, task, value.</summary>
internal static class ScoreAnnotations
{
    /// <summary>The builder of a score column's annotations, with the three that every score column has.</summary>
    public static DataViewSchema.Annotations.Builder Start(uint setId, string task, string value)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, setId);
        annotations.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnKind, TextDataViewType.Instance, task.AsMemory());
        annotations.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreValueKind, TextDataViewType.Instance, value.AsMemory());
        return annotations;
    }

    /// <summary>The next free set id in a schema.</summary>
    public static uint NextSetId(DataViewSchema schema) => schema.GetMaxAnnotationKind(out _, AnnotationUtils.Kinds.ScoreColumnSetId) + 1;
}
