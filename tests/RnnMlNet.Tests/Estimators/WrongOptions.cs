using NUnit.Framework;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Options of all trainers out of their range, or that exclude each other: the change, the option, what the error says.</summary>
internal static partial class WrongOptions
{
    public static IEnumerable<TestCaseData> All() => [.. Columns(), .. Network(), .. Training()];

    private static TestCaseData Case(Action<RnnOptions> configure, string option, string sentence) =>
        new TestCaseData(configure, option, sentence).SetArgDisplayNames(sentence.Split(';', ',')[0]);

    private static TestCaseData AtLeastOne(string option, Action<RnnOptions, int> set, int value = 0) =>
        Case(o => set(o, value), option, $"{option} is {value}; it must be at least 1.");

    private static TestCaseData Share(string option, Action<RnnOptions, float> set, float value) =>
        Case(o => set(o, value), option, $"{option} is {value}; it must be in [0, 1).");

    private static TestCaseData NotNegative(string option, Action<RnnOptions, double> set, double value) =>
        Case(o => set(o, value), option, $"{option} is {value}; it must be 0 or more.");
}
