using System.Text;
using NUnit.Framework;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Tests.Plots;

[TestFixture]
public class GlyphsTests
{
    [TestCase("utf-8", true)]
    [TestCase("utf-16", true)]
    [TestCase("utf-32", true)]
    [TestCase("us-ascii", false)]
    [TestCase("iso-8859-1", false)]
    public void Only_encodings_of_Unicode_show_all_characters(string encoding, bool shows) =>
        Assert.That(Glyphs.IsOfUnicode(Encoding.GetEncoding(encoding)), Is.EqualTo(shows));

    [Test]
    public void By_default_text_has_the_characters_that_the_console_shows()
    {
        // The console's encoding is wrapped in a class of its own, so its type tells nothing.
        Plot plot = PlotSamples.History(3).Plot();
        Assert.That(plot.ToText(), Is.EqualTo(plot.ToText(unicode: Console.OutputEncoding.CodePage == Encoding.UTF8.CodePage)));
    }
}
