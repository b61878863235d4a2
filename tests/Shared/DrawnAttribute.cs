using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;

namespace RnnMlNet.Tests.Support;

/// <summary>
/// A number of combinations of a test's parameters, always the same: each value of each parameter occurs about as often as any other of
/// it. For code in which the parameters hardly meet, where all pairs (<see cref="PairwiseAttribute"/>) are more than it takes.
/// </summary>
/// <param name="count">Combinations; at least as many as any parameter has values.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DrawnAttribute(int count) : CombiningStrategyAttribute(new Strategy(count), new ParameterDataSourceProvider())
{
    private sealed class Strategy(int count) : ICombiningStrategy
    {
        public IEnumerable<ITestCaseData> GetTestCases(System.Collections.IEnumerable[] sources)
        {
            object?[][] columns = [.. sources.Select((source, place) => Column([.. source.Cast<object?>()], place))];
            return Enumerable.Range(0, count).Select(row => new TestCaseParameters([.. columns.Select(column => column[row])]));
        }

        // The values again and again, in an order of the parameter's own.
        private object?[] Column(object?[] values, int place)
        {
            if (values.Length > count)
                throw new ArgumentException(
                    $"Parameter {place + 1} has {values.Length} values, more than the {count} combinations to draw."
                );
            object?[] column = [.. Enumerable.Range(0, count).Select(row => values[row % values.Length])];
            new Random(place).Shuffle(column);
            return column;
        }
    }
}
