using Microsoft.ML.Data;
using NUnit.Framework;

namespace RnnMlNet.Tests.Plots;

[TestFixture]
public class ConfusionPlotTests
{
    private static readonly ConfusionMatrix _matrix = Confusions.Of(["cat", "dog", "owl"], [8, 2, 0], [1, 9, 0], [0, 0, 0]);

    [Test]
    public void Counts_names_recalls_and_precisions_are_there()
    {
        var texts = SvgDocument.Texts(new SvgDocument(_matrix.Plot().ToSvg()).Groups("matrix").Single());
        Assert.That(texts.Count(text => text is "cat" or "dog" or "owl"), Is.EqualTo(6), "each name over a column and before a row");
        Assert.That(texts, Is.SupersetOf(new[] { "8", "2", "1", "9", "0.800", "0.900", "0.89", "0.82", "recall", "rows", "precision" }));
        Assert.That(texts.Count(text => text == "-"), Is.EqualTo(2), "an owl is neither there nor predicted: no recall, no precision");
    }

    [Test]
    public void The_larger_its_share_of_the_row_the_darker_a_cell()
    {
        var cells = Cells(_matrix.Plot());
        double Shade(int row, int column) =>
            double.Parse(cells[3 * row + column].Attribute("fill-opacity")!.Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(Shade(1, 1), Is.GreaterThan(Shade(0, 0)));
        Assert.That(Shade(0, 0), Is.GreaterThan(Shade(0, 1)));
        Assert.That(Shade(0, 1), Is.GreaterThan(Shade(1, 0)));
        Assert.That(Shade(0, 2), Is.Zero);
    }

    [Test]
    public void What_is_right_is_outlined_besides_its_colour()
    {
        var cells = Cells(_matrix.Plot());
        Assert.That(cells.Select(cell => cell.Attribute("stroke") is not null), Is.EqualTo(Enumerable.Range(0, 9).Select(i => i % 4 == 0)));
    }

    [Test]
    public void The_summary_names_the_most_frequent_mistake() =>
        Assert.That(
            _matrix.Plot().Summary,
            Is.EqualTo(
                "17 of 20 rows are predicted right (accuracy 0.850), in 3 classes. The most frequent mistake: 'cat' taken for 'dog' (2)."
            )
        );

    [Test]
    public void Without_a_mistake_none_is_named() =>
        Assert.That(
            Confusions.Of(["only"], [7]).Plot().Summary,
            Is.EqualTo("7 of 7 rows are predicted right (accuracy 1.000), in 1 class.")
        );

    [Test]
    public void Names_may_be_given()
    {
        Plot plot = _matrix.Plot(["A", "B", "C"], "Pets");
        Assert.That(plot.Title, Is.EqualTo("Pets"));
        Assert.That(SvgDocument.Texts(new SvgDocument(plot.ToSvg()).Root), Has.None.EqualTo("cat").And.Some.EqualTo("A"));
    }

    [Test]
    public void Names_of_another_number_are_refused() =>
        Assert.That(
            () => _matrix.Plot(["A"]),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.StartsWith(
                    "There are 1 names in classNames, but the confusion matrix has 3 classes: give one for each, in the order of the "
                        + "label's keys, or null for ML.NET's own names."
                )
        );

    [Test]
    public void Of_many_classes_there_is_a_table_that_begins_with_the_worst()
    {
        Plot plot = Confusions.Many(100, c => $"class {c}").Plot();
        var svg = new SvgDocument(plot.ToSvg());
        Assert.That(svg.Groups("matrix"), Is.Empty);
        Assert.That(svg.Names("table"), Is.EqualTo(["The 60 of 100 classes with the most mistakes"]));
        var texts = SvgDocument.Texts(svg.Groups("table").Single());
        Assert.That(
            texts.SkipWhile(text => text != "mostly taken for").Skip(1).Take(6),
            Is.EqualTo(["class 99", "1989", "999", "0.502", "0.505", "class 0 (990)"])
        );
    }

    [Test]
    public void Long_names_are_cut_and_whole_where_the_mouse_is()
    {
        string name = new('n', 60);
        var svg = new SvgDocument(Confusions.Of([name, "b"], [1, 0], [0, 1]).Plot().ToSvg());
        var cut = svg.All("text").Where(text => SvgDocument.Text(text).StartsWith("nnn", StringComparison.Ordinal)).ToList();
        Assert.That(cut, Has.Count.EqualTo(2));
        Assert.That(cut.Select(SvgDocument.Text), Has.All.Contains("…"));
        Assert.That(cut.Select(text => text.Elements().Single().Value), Has.All.EqualTo(name));
    }

    [Test]
    public void As_text_it_is_this()
    {
        Assert.That(
            _matrix.Plot().ToText(80, unicode: false),
            Is.EqualTo(
                """
                Confusion matrix
                17 of 20 rows are predicted right (accuracy 0.850), in 3 classes. The most
                frequent mistake: 'cat' taken for 'dog' (2).

                true \ predicted  cat  dog  owl   recall
                             cat    8    2    .    0.800
                             dog    1    9    .    0.900
                             owl    .    .    .        -
                       precision 0.89 0.82    -

                """.ReplaceLineEndings("\n")
            )
        );
        Assert.That(_matrix.Plot().ToText(80, unicode: true).Split('\n')[5], Is.EqualTo("             cat    8█   2░   .    0.800"));
    }

    [Test]
    public void As_text_numbers_stand_over_columns_that_have_no_room_for_names() =>
        Assert.That(
            Confusions.Of(["a black cat", "a black dog"], [8, 2], [1, 9]).Plot().ToText(80, unicode: false).Split('\n')[4..7],
            Is.EqualTo([
                "true \\ predicted    1    2   recall",
                "   1 a black cat    8    2    0.800",
                "   2 a black dog    1    9    0.900",
            ])
        );

    [Test]
    public void As_text_of_more_classes_than_a_line_has_room_for_it_is_a_table() =>
        Assert.That(
            Confusions.Many(20, c => $"{c}").Plot().ToText(60, unicode: false).Split('\n')[5..10],
            Is.EqualTo(
                """
                Classes, those with the most mistakes first
                true class  rows  right  recall  precision  mostly taken for
                ----------  ----  -----  ------  ---------  ----------------
                19          1109    919   0.829      0.836  0 (190)
                18          1098    918   0.836      0.844  19 (180)
                """.ReplaceLineEndings("\n").Split('\n')
            )
        );

    private static IReadOnlyList<System.Xml.Linq.XElement> Cells(Plot plot) =>
        [.. new SvgDocument(plot.ToSvg()).All("rect").Where(rect => rect.Elements().Any())];
}
