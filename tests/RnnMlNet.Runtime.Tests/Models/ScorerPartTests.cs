using NUnit.Framework;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Runtime.Tests.Support;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Models;

/// <summary>The words of a model file: written, read, and refused where they cannot be.</summary>
[TestFixture]
public class ScorerPartTests
{
    private const SequenceTask Task = SequenceTask.Regression;

    [TestCase(SequenceTask.MultiLabelClassification, 2)]
    [TestCase(SequenceTask.MultiLabelClassification, 0)]
    [TestCase(SequenceTask.MultiLabelTagging, 2)]
    [TestCase(SequenceTask.MultiLabelTagging, 0)]
    [TestCase(SequenceTask.MulticlassClassification, 3)]
    public void Another_number_of_thresholds_is_damage(SequenceTask task, int thresholds)
    {
        var part = new ScorerPart(task, [], new float[thresholds], RowInput.None);
        Assert.That(
            () => Load(new RuntimeModel(part, RandomModels.Networks(task, RandomModels.Shape(task)))),
            Throws
                .InstanceOf<FormatException>()
                .With.Message.EqualTo(
                    $"The model file's part 'scorer' is damaged: it has {thresholds} thresholds for a network of 3 outputs ({task})."
                )
        );
    }

    [Test]
    public void A_threshold_that_is_no_number_is_damage()
    {
        const SequenceTask Labels = SequenceTask.MultiLabelClassification;
        var part = new ScorerPart(Labels, [], [0, float.NaN, 1], RowInput.None);
        Assert.That(
            () => Load(new RuntimeModel(part, RandomModels.Networks(Labels, RandomModels.Shape(Labels)))),
            Throws.InstanceOf<FormatException>().With.Message.Contains("is damaged: thresholds [0, NaN, 1]")
        );
    }

    private static readonly string[] _words = ["<unknown>", "a", "b0", "c", "d", "e", "f"];

    [Test]
    public void Words_map_as_their_rules_say([Values] bool lowers, [Values] bool folds, [Values] bool hasUnknown)
    {
        SequenceModel model = Load(_words, new WordForm(lowers, folds), hasUnknown);
        int? unknown = hasUnknown ? 0 : null;
        Assert.That(model.Input.Words, Is.EqualTo(_words));
        Assert.That(model.Input.TokenOf("b0"), Is.EqualTo(2));
        Assert.That(model.Input.TokenOf("C"), Is.EqualTo(lowers ? 3 : unknown));
        Assert.That(model.Input.TokenOf("b7"), Is.EqualTo(folds ? 2 : unknown));
        Assert.That(model.Input.TokenOf("B7"), Is.EqualTo(folds && lowers ? 2 : unknown));
        Assert.That(model.Input.TokenOf(""), Is.Null);
        var tokens = new List<int>();
        model.Input.Tokenize("a  never c", tokens);
        Assert.That(tokens, Is.EqualTo(hasUnknown ? new[] { 1, 0, 3 } : [1, 3]));
    }

    [Test]
    public void A_tagger_has_a_token_for_empty_words_too()
    {
        NetworkShape shape = RandomModels.Shape(SequenceTask.SequenceTagging, tokens: true);
        RowInput input = Input(_words[..^1], default, hasUnknown: true);
        var part = new ScorerPart(SequenceTask.SequenceTagging, ["low", "middle", "high"], [], input);
        SequenceModel model = Load(new RuntimeModel(part, RandomModels.Networks(SequenceTask.SequenceTagging, shape)));
        string[] words = ["a", "never", ""];
        Assert.That(words.Select(word => model.Input.TokenOf(word)), Is.EqualTo(new int?[] { 1, 0, RandomModels.Vocabulary - 1 }));
    }

    [Test]
    public void Rules_without_words_are_damage() =>
        Assert.That(
            Assert.Throws<FormatException>(() => Load([], new WordForm(true, false), hasUnknown: false))!.Message,
            Is.EqualTo("The model file's part 'scorer' is damaged: it has rules of words, but no words.")
        );

    private static SequenceModel Load(string[] words, WordForm form, bool hasUnknown)
    {
        NetworkParameters[] networks = RandomModels.Networks(Task, RandomModels.Shape(Task, tokens: true));
        return Load(new RuntimeModel(new ScorerPart(Task, [], [], Input(words, form, hasUnknown)), networks));
    }

    private static SequenceModel Load(RuntimeModel model) => SequenceModel.Load(new MemoryStream(Blocks.Written(model.Write)));

    private static RowInput Input(string[] words, WordForm form, bool hasUnknown) =>
        new()
        {
            Separators = [' '],
            Words = words,
            WordForm = form,
            HasUnknownWord = hasUnknown,
        };
}
