using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Estimators;
using RnnMlNet.Exchange;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Checks the import's options before the file is read.</summary>
internal static class SafetensorsOptionsCheck
{
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or does not go with the task or another
    /// option.</exception>
    public static void Check(IExceptionContext ectx, RnnImportOptions o, PredictionKind task)
    {
        OptionRanges.Check(ectx, o);
        OptionsCheck.CheckSequence(ectx, o.FeatureColumnName, o.ChannelColumnNames, o.FeaturesPerStep);
        OptionsCheck.CheckCell(ectx, o.Cell);
        StaticUseCheck.Check(ectx, o.StaticUse ?? StaticUse.Head, o.StaticColumnNames, customCell: null);
        if (o.Pooling is Pooling pooling)
            OptionsCheck.CheckPooling(ectx, pooling);
        CheckNames(ectx, o);
        CheckScaling(ectx, o.FeatureMeans, nameof(o.FeatureMeans), o.FeatureDeviations, nameof(o.FeatureDeviations));
        CheckScaling(ectx, o.LabelMeans, nameof(o.LabelMeans), o.LabelDeviations, nameof(o.LabelDeviations));
        CheckTask(ectx, o, task);
    }

    private static void CheckNames(IExceptionContext ectx, RnnImportOptions o)
    {
        if (
            o.HeadNames is string[] head
            && (head.Length == 0 || head.Contains(null) || head.Distinct(StringComparer.Ordinal).Count() != head.Length)
        )
            throw ectx.ExceptUserArg(
                nameof(o.HeadNames),
                "HeadNames must name each of the head's linear layers once; leave it null to have them found."
            );
        if (o.IgnoredNames is null || o.IgnoredNames.Any(string.IsNullOrEmpty))
            throw ectx.ExceptUserArg(
                nameof(o.IgnoredNames),
                "IgnoredNames must be an array of names, none of them empty; an empty array ignores nothing."
            );
    }

    private static void CheckClassNames(IExceptionContext ectx, string[] classes, PredictionKind task)
    {
        bool isSet = task == PredictionKind.Custom;
        if (classes.Length < (isSet ? 1 : 2) || classes.Contains(null))
            throw ectx.ExceptUserArg(
                nameof(RnnImportOptions.ClassNames),
                isSet
                    ? "ClassNames must name each label; leave it null to have labels without names."
                    : "ClassNames must name two classes or more; leave it null to have keys without names."
            );
        if (task is not (PredictionKind.MulticlassClassification or PredictionKind.SequenceClassification or PredictionKind.Custom))
            throw ectx.ExceptUserArg(nameof(RnnImportOptions.ClassNames), "ClassNames is for multiclass classification; leave it null.");
    }

    private static void CheckScaling(
        IExceptionContext ectx,
        float[]? means,
        string meansOption,
        float[]? deviations,
        string deviationsOption
    )
    {
        if (means is null != deviations is null)
            throw ectx.ExceptUserArg(
                means is null ? deviationsOption : meansOption,
                $"{meansOption} and {deviationsOption} go together: set both or neither."
            );
        if (means is null || deviations is null)
            return;
        if (means.Length != deviations.Length)
            throw ectx.ExceptUserArg(
                deviationsOption,
                $"{meansOption} has {means.Length} values, but {deviationsOption} has {deviations.Length}."
            );
        if (!Finite.All(means))
            throw ectx.ExceptUserArg(meansOption, $"{meansOption} is [{string.Join(", ", means)}]; all must be finite numbers.");
        if (!Array.TrueForAll(deviations, deviation => float.IsFinite(deviation) && deviation > 0))
            throw ectx.ExceptUserArg(
                deviationsOption,
                $"{deviationsOption} is [{string.Join(", ", deviations)}]; all must be finite numbers above 0."
            );
    }

    private static void CheckTask(IExceptionContext ectx, RnnImportOptions o, PredictionKind task)
    {
        if (o.ClassNames is string[] classes)
            CheckClassNames(ectx, classes, task);
        if (o.Pooling is not null && task == PredictionKind.SequenceClassification)
            throw ectx.ExceptUserArg(nameof(o.Pooling), "A sequence tagger pools nothing; leave Pooling null.");
        if (o.LabelMeans is not null && task != PredictionKind.Regression)
            throw ectx.ExceptUserArg(nameof(o.LabelMeans), "LabelMeans and LabelDeviations are for regression; leave them null.");
    }
}
