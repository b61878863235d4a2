using System.Globalization;
using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Grouping;

/// <summary>The sequences of drawn tables are those of a second implementation, for pairs of all options.</summary>
[TestFixture]
public class SequenceCutterTests
{
    public enum Times
    {
        None,
        Cycle,
        Seconds,
        Time,
        Moment,
    }

    private static readonly string[] _steps = [nameof(LongRow.A), nameof(LongRow.B), nameof(LongRow.C), nameof(LongRow.V)];

    private readonly MLContext _ml = new(seed: 1);

    [Test]
    [Pairwise]
    public void Rows_are_those_of_a_second_implementation(
        [Values] SequenceLabelRule rule,
        [Values("whole", "whole of 3", "last 4", "sliding 3", "sliding 5/2 from 2", "start 4/3", "start 4/4 from 1")] string windows,
        [Values(null, SequenceGapRule.Refuse, SequenceGapRule.Fill, SequenceGapRule.Mask, SequenceGapRule.NewSequence)]
            SequenceGapRule? gaps,
        [Values] Times times,
        [Values] bool isGrouped,
        [Values(1, 2, 3)] int seed,
        [Values] bool isInFile,
        [Values] bool hasRuns
    )
    {
        if (times == Times.None && gaps is not null)
            times = Times.Cycle;
        LongRow[] rows = LongTable.Draw(seed, units: 20);
        if (gaps == SequenceGapRule.Refuse)
            rows = LongTable.WithoutGaps(rows);
        // Two runs of each unit, which other key columns tell apart.
        if (hasRuns)
            foreach (LongRow row in rows)
                row.Unit = $"u{int.Parse(row.Unit[1..], CultureInfo.InvariantCulture) / 2}";
        if (!isGrouped && times != Times.None)
            rows = LongTable.Shuffled(rows, seed);
        var options = new SequenceGroupingOptions
        {
            Columns = [new SequenceStepColumns("Features", _steps)],
            KeyColumnNames = hasRuns ? [nameof(LongRow.Unit), nameof(LongRow.Run)] : [nameof(LongRow.Unit)],
            OrderColumnName = times == Times.None ? null : times.ToString(),
            StaticColumnNames = [nameof(LongRow.Site)],
            Labels = Labels(rule),
            Windows = Windows(windows),
            Gaps = gaps is SequenceGapRule given
                ? SequenceGaps.Of(given, times is Times.Cycle or Times.Seconds ? "1" : "1 hour", maxFilledSteps: 10)
                : null,
            IsGrouped = isGrouped,
            StoreMemoryLimit = isInFile ? 0 : null,
        };
        string[] expected = new NaiveGrouping(options, cycle => TimeOf(times, cycle)).Lines(rows);
        Assert.That(expected, Is.Not.Empty);
        Assert.That(LongTable.Lines(_ml.Data.GroupIntoSequences(_ml.Data.LoadFromEnumerable(rows), options)), Is.EqualTo(expected));
    }

    private static SequenceLabel[] Labels(SequenceLabelRule rule) =>
        rule switch
        {
            SequenceLabelRule.First => [SequenceLabel.First(nameof(LongRow.Y)), SequenceLabel.First(nameof(LongRow.Failed))],
            SequenceLabelRule.Last => [SequenceLabel.Last(nameof(LongRow.Y), "Label"), SequenceLabel.Last(nameof(LongRow.Failed))],
            SequenceLabelRule.Maximum => [SequenceLabel.Maximum(nameof(LongRow.Failed)), SequenceLabel.Maximum(nameof(LongRow.Y))],
            SequenceLabelRule.EveryStep => [SequenceLabel.EveryStep(nameof(LongRow.Y)), SequenceLabel.EveryStep(nameof(LongRow.V))],
            SequenceLabelRule.RemainingSteps => [SequenceLabel.RemainingSteps(5), SequenceLabel.RemainingSteps(null, "All")],
            _ => throw new ArgumentOutOfRangeException(nameof(rule)),
        };

    private static SequenceWindows Windows(string text) =>
        text switch
        {
            "whole" => SequenceWindows.Whole,
            "whole of 3" => SequenceWindows.WholeOfAtLeast(3),
            "last 4" => SequenceWindows.Last(4),
            "sliding 3" => SequenceWindows.Sliding(3),
            "sliding 5/2 from 2" => SequenceWindows.Sliding(5, stride: 2, minimumLength: 2),
            "start 4/3" => SequenceWindows.Sliding(4, stride: 3, alignment: SequenceWindowAlignment.Start),
            "start 4/4 from 1" => SequenceWindows.Sliding(4, 4, minimumLength: 1, SequenceWindowAlignment.Start),
            _ => throw new ArgumentOutOfRangeException(nameof(text)),
        };

    private static object TimeOf(Times times, int cycle)
    {
        LongRow row = LongTable.Row("", cycle);
        return times switch
        {
            Times.Cycle => row.Cycle,
            Times.Seconds => row.Seconds,
            Times.Time => row.Time,
            Times.Moment => row.Moment,
            _ => throw new ArgumentOutOfRangeException(nameof(times)),
        };
    }
}
