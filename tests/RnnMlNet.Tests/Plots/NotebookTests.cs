using Microsoft.DotNet.Interactive.Formatting;
using NUnit.Framework;

namespace RnnMlNet.Tests.Plots;

/// <summary>A notebook's display of a result at a cell's end, by the library that notebooks use.</summary>
[TestFixture]
public class NotebookTests
{
    private static readonly TrainingHistory _history = PlotSamples.History(5);
    private static readonly LearningRateCurve _curve = PlotSamples.Curve(30);

    private static IEnumerable<TestCaseData> Results()
    {
        yield return new TestCaseData(_history.Plot(), _history.Plot()).SetArgDisplayNames("Plot");
        yield return new TestCaseData(_history, _history.Plot()).SetArgDisplayNames("TrainingHistory");
        yield return new TestCaseData(_curve, _curve.Plot()).SetArgDisplayNames("LearningRateCurve");
    }

    [TestCaseSource(nameof(Results))]
    public void It_is_a_picture_without_a_call(object result, Plot plot)
    {
        Assert.That(Formatter.GetPreferredMimeTypesFor(result.GetType()), Is.EqualTo(["text/html", "text/plain"]));
        Assert.That(result.ToDisplayString("text/html"), Is.EqualTo(plot.ToHtml()));
        Assert.That(result.ToDisplayString("text/plain"), Is.EqualTo(plot.ToText(unicode: true)));
    }

    [Test]
    public void Its_HTML_is_one_SVG()
    {
        var svg = new SvgDocument(_history.ToDisplayString("text/html"));
        Assert.That(svg.Root.Name.LocalName, Is.EqualTo("svg"));
        svg.AssertLegible();
    }
}
