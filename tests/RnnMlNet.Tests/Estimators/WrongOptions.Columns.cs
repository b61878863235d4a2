using NUnit.Framework;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Estimators;

// Columns and what is read of them.
internal static partial class WrongOptions
{
    private static IEnumerable<TestCaseData> Columns()
    {
        yield return Case(
            o => o.LabelColumnName = " ",
            nameof(RnnOptions.LabelColumnName),
            "LabelColumnName is empty; it must name a column."
        );
        yield return Case(
            o => o.FeatureColumnName = "",
            nameof(RnnOptions.FeatureColumnName),
            "FeatureColumnName is empty; it must name a column."
        );
        yield return Case(
            o => o.ExampleWeightColumnName = "",
            nameof(RnnOptions.ExampleWeightColumnName),
            "ExampleWeightColumnName is empty; it must name a column."
        );
        yield return Case(
            o => o.GroupColumnNames = ["A", " "],
            nameof(RnnOptions.GroupColumnNames),
            "GroupColumnNames is empty; it must name a column."
        );
        yield return Case(
            o => o.GroupColumnNames = [],
            nameof(RnnOptions.GroupColumnNames),
            "GroupColumnNames is empty: name at least one column, or leave it null."
        );
        yield return Case(
            o => o.GroupColumnNames = ["A", "B", "A"],
            nameof(RnnOptions.GroupColumnNames),
            "GroupColumnNames names a column twice: A, B, A."
        );
        yield return Case(
            o => o.ChannelColumnNames = [],
            nameof(RnnOptions.ChannelColumnNames),
            "ChannelColumnNames is empty: name at least one column"
        );
        yield return Case(
            o => o.ChannelColumnNames = ["A", ""],
            nameof(RnnOptions.ChannelColumnNames),
            "ChannelColumnNames is empty; it must name a column."
        );
        yield return Case(
            o => o.ChannelColumnNames = ["A", "B", "A"],
            nameof(RnnOptions.ChannelColumnNames),
            "ChannelColumnNames names a column twice: A, B, A."
        );
        yield return Case(
            o => o.StaticColumnNames = ["A", "A"],
            nameof(RnnOptions.StaticColumnNames),
            "StaticColumnNames names a column twice: A, A."
        );
        yield return Case(
            o => o.StaticUse = (StaticUse)3,
            nameof(RnnOptions.StaticUse),
            "StaticUse is 3; it must be one of Head, InitialState, Both."
        );
        yield return Case(
            o => o.StaticUse = StaticUse.InitialState,
            nameof(RnnOptions.StaticUse),
            "StaticUse is InitialState, but StaticColumnNames is null, so that there are no static values: name their columns, or leave "
                + "StaticUse Head."
        );
        yield return Case(
            o => (o.StaticUse, o.StaticColumnNames, o.CustomCell) = (StaticUse.Both, ["A"], "mine"),
            nameof(RnnOptions.StaticUse),
            "StaticUse is Both, but the cell is 'mine', and what its state consists of only the cell itself knows: leave StaticUse Head, "
                + "or set Cell to a built-in one."
        );
        yield return Case(o => o.TimeColumnName = "", nameof(RnnOptions.TimeColumnName), "TimeColumnName is empty; it must name a column.");
        yield return Case(
            o => o.NormalizeBy = [],
            nameof(RnnOptions.NormalizeBy),
            "NormalizeBy is empty: name at least one column, or leave it null."
        );
        yield return Case(
            o => o.NormalizeBy = [.. "ABCDEFGHI".Select(letter => $"{letter}")],
            nameof(RnnOptions.NormalizeBy),
            "NormalizeBy names 9 columns; 8 are the most: make one key of them."
        );
        yield return Case(
            o => (o.NormalizeBy, o.Normalize) = (["A"], false),
            nameof(RnnOptions.NormalizeBy),
            "NormalizeBy is set, but Normalize is false"
        );
        yield return Case(
            o => (o.NormalizeBy, o.PatchLength) = (["A"], 4),
            nameof(RnnOptions.NormalizeBy),
            "NormalizeBy standardises single time steps, but PatchLength is 4"
        );
        yield return Case(
            o => o.NormalizeByDecimals = 7,
            nameof(RnnOptions.NormalizeByDecimals),
            "NormalizeByDecimals is 7; it must be at most 6."
        );
        yield return Case(
            o => o.MissingValues = (MissingValues)4,
            nameof(RnnOptions.MissingValues),
            "MissingValues is 4; it must be one of SkipRow, Zero, LastValue, Mean."
        );
        yield return AtLeastOne(nameof(RnnOptions.CategoryEmbeddingSize), (o, value) => o.CategoryEmbeddingSize = value);
        yield return AtLeastOne(nameof(RnnOptions.CharacterEmbeddingSize), (o, value) => o.CharacterEmbeddingSize = value);
        yield return AtLeastOne(nameof(RnnOptions.CharacterFilters), (o, value) => o.CharacterFilters = value);
        yield return Case(
            o => (o.CharacterColumnName, o.CharacterFilters) = ("Words", 1025),
            nameof(RnnOptions.CharacterFilters),
            "CharacterFilters is 1025; it must be at most 1024."
        );
        yield return Case(
            o => o.CharacterEmbeddingSize = 8,
            nameof(RnnOptions.CharacterEmbeddingSize),
            "CharacterEmbeddingSize and CharacterFilters are sizes of the vectors of words' characters, but CharacterColumnName is null"
        );
        yield return Case(o => o.CharacterColumnName = " ", nameof(RnnOptions.CharacterColumnName), "CharacterColumnName is empty");
        yield return Case(
            o => (o.CharacterColumnName, o.ChannelColumnNames) = ("Words", ["A"]),
            nameof(RnnOptions.CharacterColumnName),
            "CharacterColumnName is 'Words', but ChannelColumnNames is set"
        );
        yield return Case(
            o => (o.ChannelColumnNames, o.FeaturesPerStep) = (["A", "B"], 3),
            nameof(RnnOptions.FeaturesPerStep),
            "FeaturesPerStep is 3, but ChannelColumnNames names 2 channels"
        );
        yield return AtLeastOne(nameof(RnnOptions.FeaturesPerStep), (o, value) => o.FeaturesPerStep = value);
        yield return Case(
            o => o.Layout = (SequenceLayout)5,
            nameof(RnnOptions.Layout),
            "Layout is 5; it must be one of StepMajor, FeatureMajor."
        );

        yield return AtLeastOne(nameof(RnnOptions.MinTokenCount), (o, value) => o.MinTokenCount = value);
        foreach (string file in (string[])["/no/such file", " ", ""])
            yield return Case(
                o => o.PretrainedEmbeddingsPath = file,
                nameof(RnnOptions.PretrainedEmbeddingsPath),
                $"PretrainedEmbeddingsPath is '{file}', and there is no such file; name a file of word vectors, or leave it null."
            );
    }
}
