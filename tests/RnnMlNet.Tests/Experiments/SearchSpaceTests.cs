using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Estimators;
using RnnMlNet.Experiments;

namespace RnnMlNet.Tests.Experiments;

public class SearchSpaceTests
{
    private readonly IHost _host = ((IHostEnvironment)new MLContext()).Register("Test");

    [Test]
    public void What_is_drawn_is_in_its_range_and_on_its_steps()
    {
        SearchSpace space = new SearchSpace()
            .Range("HiddenSize", 16, 64, isLogarithmic: true, step: 16)
            .Range("Dropout", 0, 0.5, step: 0.1)
            .Range("LearningRate", 1e-4, 1e-2, isLogarithmic: true);
        for (int seed = 0; seed < 200; seed++)
        {
            IReadOnlyDictionary<string, object> values = RandomProposals.Draw(space, new Random(seed)).Values;
            Assert.That(values["HiddenSize"], Is.AnyOf(16, 32, 48, 64));
            Assert.That((double)values["Dropout"] * 10 % 1, Is.EqualTo(0).Within(1e-9).Or.EqualTo(1).Within(1e-9));
            Assert.That(values["LearningRate"], Is.InRange(1e-4, 1e-2));
        }
    }

    [Test]
    public void A_logarithmic_range_has_its_middle_at_the_geometric_mean()
    {
        SearchSpace space = new SearchSpace().Range("LearningRate", 1e-4, 1e-2, isLogarithmic: true);

        int below = Enumerable
            .Range(0, 1000)
            .Count(seed => (double)RandomProposals.Draw(space, new Random(seed)).Values["LearningRate"] < 1e-3);

        Assert.That(below, Is.InRange(400, 600));
    }

    [Test]
    public void An_option_is_searched_only_where_its_condition_holds()
    {
        SearchSpace space = new SearchSpace().Choice("Layers", 1, 2).Range("Dropout", 0.1, 0.5).When("Layers", 2);
        var drawn = Enumerable.Range(0, 100).Select(seed => RandomProposals.Draw(space, new Random(seed)).Values).ToArray();

        Assert.That(
            drawn.Where(values => (int)values["Layers"] == 1).Select(values => values.ContainsKey("Dropout")),
            Is.Not.Empty.And.All.False
        );
        Assert.That(
            drawn.Where(values => (int)values["Layers"] == 2).Select(values => values.ContainsKey("Dropout")),
            Is.Not.Empty.And.All.True
        );
    }

    [Test]
    public void It_begins_with_what_it_is_told_as_far_as_that_is_searched()
    {
        SearchSpace space = new SearchSpace()
            .Choice("Layers", 1, 2)
            .Range("Dropout", 0, 0.5, step: 0.1)
            .When("Layers", 2)
            .Range("HiddenSize", 16, 64, step: 16)
            .Range("LearningRate", 1e-4, 1e-2, isLogarithmic: true)
            .AddInitialTrial(("Layers", 2), ("Dropout", 0.3), ("HiddenSize", 48), ("LearningRate", 3e-3))
            .AddInitialTrial(("Layers", 1), ("Dropout", 0.3), ("HiddenSize", 128), ("LearningRate", 2e-3f));

        Assert.That(
            space.InitialTrials.Select(start => $"{start}"),
            Is.EqualTo(["options as given", "Layers 2, Dropout 0.3, HiddenSize 48, LearningRate 0.003", "Layers 1, LearningRate 0.002"])
        );
        Assert.That(
            $"{space}".Split(Environment.NewLine)[^2..],
            Is.EqualTo([
                "begins with: Layers 2, Dropout 0.3, HiddenSize 48, LearningRate 0.003",
                "begins with: Layers 1, LearningRate 0.002",
            ])
        );
        Assert.That(
            space.Remove("LearningRate").Remove("Layers").Clone().InitialTrials.Select(start => $"{start}"),
            Is.EqualTo(["options as given", "HiddenSize 48"]),
            "What is taken out is left out."
        );
        Assert.That(
            () => space.AddInitialTrial(("Layers", 1)),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "AddInitialTrial names Layers, which is not searched: add it with Choice or Range before. Searched are: HiddenSize."
            )
        );
        Assert.That(space.ClearInitialTrials().InitialTrials, Is.EqualTo([Configuration.Empty]));
    }

    [Test]
    public void The_usual_space_begins_with_what_is_chosen_from_the_rows_and_the_same_of_each_family()
    {
        SearchSpace space = SearchSpace.ForSequences();

        Assert.That(
            space.InitialTrials.Select(start => $"{start}"),
            Is.EqualTo(["options as given", "HiddenSize 128", "Layers 2", "Cell Gru", "Cell Lstm", "Cell MinGru, Layers 2"])
        );
        foreach (Configuration start in space.InitialTrials)
            Assert.That(() => start.ApplyTo(new RnnMulticlassTrainer.Options()), Throws.Nothing);
    }

    // Rows of few steps, of many, of many values a step, and of tokens.
    [TestCase(10, 2, 0, "1, 2")]
    [TestCase(5, 2, 0, null)]
    [TestCase(500, 1, 0, "1, 2, 4, 8, 16, 32")]
    [TestCase(500, 12, 0, "1, 2, 4")]
    [TestCase(500, 100, 0, null)]
    [TestCase(500, 0, 80, null)]
    public void The_usual_space_leaves_out_what_the_rows_have_none_of(double meanLength, int features, int vocabulary, string? patches)
    {
        SearchSpace space = SearchSpace.ForSequences().For(Profile(meanLength, features, vocabulary), new RnnMulticlassTrainer.Options());

        string[] lines = [.. space.Dimensions.Select(dimension => $"{dimension}")];
        Assert.That(
            lines.FirstOrDefault(line => line.StartsWith("PatchLength", StringComparison.Ordinal)),
            Is.EqualTo(patches is null ? null : $"PatchLength: {patches}")
        );
        Assert.That(
            lines.Count(line =>
                line.StartsWith("EmbeddingSize", StringComparison.Ordinal) || line.StartsWith("MinTokenCount", StringComparison.Ordinal)
            ),
            Is.EqualTo(vocabulary > 0 ? 2 : 0)
        );
    }

    [TestCase(0, false, null, "")]
    [TestCase(2, false, null, "StaticUse: Head, InitialState, Both")]
    [TestCase(2, true, null, "StaticUse: Head, InitialState, Both; CategoryEmbeddingSize: 4, 8, 16")]
    [TestCase(0, true, null, "CategoryEmbeddingSize: 4, 8, 16")]
    [TestCase(2, true, "mine", "CategoryEmbeddingSize: 4, 8, 16")]
    public void The_usual_space_has_what_reads_static_values_and_keys_where_there_are_some(
        int statics,
        bool hasCategories,
        string? customCell,
        string expected
    )
    {
        DataProfile data = Profile(10, 2, 0) with { StaticFeatures = statics, HasCategories = hasCategories };
        var options = new RnnMulticlassTrainer.Options { CustomCell = customCell };
        if (statics > 0)
            options.StaticColumnNames = ["a", "b"];

        SearchSpace space = Fitting(SearchSpace.ForSequences().For(data, options), options);

        Assert.That(
            string.Join("; ", space.Dimensions.Where(one => one.Option is "StaticUse" or "CategoryEmbeddingSize")),
            Is.EqualTo(expected)
        );
        Assert.That(space.Dimensions.Any(one => one.Option == "Cell"), Is.EqualTo(customCell is null));
    }

    // What is added by the user stays, and trials that fail say why.
    [Test]
    public void What_the_trainer_rejects_with_the_other_options_is_left_out_of_the_usual_space_alone()
    {
        var options = new RnnMulticlassTrainer.Options
        {
            RecurrentDropout = 0.2f,
            Dropout = 0.3f,
            ForStreaming = true,
        };
        SearchSpace usual = SearchSpace.ForSequences(),
            own = new SearchSpace().Choice("Cell", CellKind.Gru, CellKind.MinGru).Choice("Bidirectional", false, true);

        SearchSpace fitting = Fitting(usual, options);

        Assert.That(usual.Without(fitting), Is.EqualTo(["Cell MinGru", "Cell MinLstm", "Layers 1", "Bidirectional", "StaticUse"]));
        Assert.That(Fitting(own, options).ToString(), Is.EqualTo(own.ToString()));
        Assert.That(
            Fitting(usual.Choice("Bidirectional", true), options).Dimensions.Select(one => $"{one}"),
            Does.Contain("Bidirectional: True")
        );
    }

    [Test]
    public void Of_the_usual_initial_trials_those_of_other_families_than_the_options_stay()
    {
        string[] Starts(SearchSpace space, RnnMulticlassTrainer.Options options) =>
            [.. Fitting(space, options).InitialTrials.Select(start => $"{start}")];

        Assert.That(
            Starts(SearchSpace.ForSequences(), new RnnMulticlassTrainer.Options()),
            Is.EqualTo(["options as given", "HiddenSize 128", "Layers 2", "Cell Lstm", "Cell MinGru, Layers 2"])
        );
        Assert.That(
            Starts(
                SearchSpace.ForSequences(),
                new()
                {
                    Cell = CellKind.Lstm,
                    HiddenSize = 128,
                    RecurrentDropout = 0.1f,
                }
            ),
            Is.EqualTo(["options as given", "Layers 2", "Cell Gru"]),
            "Two layers of MinGru without MinGru are two layers."
        );
        Assert.That(
            Starts(new SearchSpace().Choice("Cell", CellKind.Gru).AddInitialTrial(("Cell", CellKind.Gru)), new()),
            Is.EqualTo(["options as given", "Cell Gru"])
        );
    }

    private static SearchSpace Fitting(SearchSpace space, RnnMulticlassTrainer.Options options)
    {
        TaskSpec task = ((ISequenceTrainer)new MLContext().MulticlassClassification.Trainers.Rnn(new RnnMulticlassTrainer.Options())).Task;
        return space.For(
            options,
            trial => new MLContext().MulticlassClassification.Trainers.Rnn((RnnMulticlassTrainer.Options)trial),
            new SequenceDefaults(options, task, Profile(10, 2, 0), previous: null).Resolve()
        );
    }

    private static DataProfile Profile(double meanLength, int features, int vocabulary) =>
        new()
        {
            Rows = 100,
            MeanLength = meanLength,
            ShortestLength = 1,
            LongestLength = 1000,
            Features = features,
            Vocabulary = vocabulary,
            Classes = 2,
            HasValidationRows = false,
        };

    [Test]
    public void Options_get_what_was_chosen_by_way_of_text()
    {
        var configuration = new Configuration(
            new Dictionary<string, object>
            {
                ["Cell"] = CellKind.Gru,
                ["Pooling"] = Pooling.Last | Pooling.Max,
                ["Bidirectional"] = true,
                ["HiddenSize"] = 48,
                ["LearningRate"] = 0.00125,
                ["EarlyStoppingPatience"] = 7,
            }
        );
        var options = new RnnMulticlassTrainer.Options();

        configuration.ApplyTo(options);

        Assert.That(
            (options.Cell, options.Pooling, options.Bidirectional, options.HiddenSize),
            Is.EqualTo((CellKind.Gru, Pooling.Last | Pooling.Max, true, 48))
        );
        Assert.That((options.LearningRate, options.EarlyStoppingPatience), Is.EqualTo((0.00125f, 7)));
        Assert.That(configuration.Texts["LearningRate"], Is.EqualTo("0.00125"));
    }

    [Test]
    public void All_that_the_usual_spaces_can_draw_are_options_that_trainers_take()
    {
        var ml = new MLContext(seed: 1);
        for (int seed = 0; seed < 100; seed++)
        {
            var options = new RnnMulticlassTrainer.Options { StaticColumnNames = ["a"] };
            RandomProposals.Draw(SearchSpace.ForSequences(), new Random(seed)).ApplyTo(options);
            Assert.That(() => ml.MulticlassClassification.Trainers.Rnn(options), Throws.Nothing);
            var tagging = new RnnSequenceTaggerTrainer.Options { StaticColumnNames = ["a"] };
            RandomProposals.Draw(SearchSpace.ForTagging(), new Random(seed)).ApplyTo(tagging);
            Assert.That(() => ml.MulticlassClassification.Trainers.RnnSequenceTagger(tagging), Throws.Nothing);
            var forecasting = Support.TinySeries.Options();
            RandomProposals.Draw(SearchSpace.ForForecasting(16), new Random(seed)).ApplyTo(forecasting);
            Assert.That(() => ml.Forecasting.ForecastByRnn(forecasting), Throws.Nothing);
        }
    }

    [Test]
    public void It_reads_as_what_it_is()
    {
        SearchSpace space = new SearchSpace()
            .Choice("Layers", 1, 2)
            .Range("Dropout", 0, 0.5, step: 0.1)
            .When("Layers", 2)
            .Range("LearningRate", 1e-4, 1e-2, isLogarithmic: true);

        Assert.That(
            $"{space}".Split(Environment.NewLine),
            Is.EqualTo([
                "Layers: 1, 2",
                "Dropout: 0 to 0.5, in steps of 0.1 where Layers is 2",
                "LearningRate: 0.0001 to 0.01, logarithmic",
            ])
        );
    }

    [Test]
    public void An_option_that_is_added_again_is_replaced_and_one_that_is_removed_takes_those_that_depend_on_it_along()
    {
        SearchSpace space = new SearchSpace().Choice("Layers", 1, 2).Range("Dropout", 0, 0.5).When("Layers", 2).Choice("Layers", 3);
        Assert.That(space.Dimensions.Select(dimension => dimension.Option), Is.EqualTo(["Layers", "Dropout"]));

        space.Remove("Layers");

        Assert.That(space.Dimensions, Is.Empty);
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return new TestCaseData(
            new SearchSpace(),
            "The SearchSpace is empty: add options with Choice and Range, or leave it null for the usual ones."
        ).SetArgDisplayNames("empty");
        yield return new TestCaseData(
            new SearchSpace().Choice("Hidden", 1),
            "The SearchSpace has 'Hidden', but RnnMulticlassTrainer.Options has no such property: use the names of its properties, such "
                + "as LearningRate."
        ).SetArgDisplayNames("no such option");
        yield return new TestCaseData(
            new SearchSpace().Choice("FeaturesPerStep", 1, 2),
            "The SearchSpace has 'FeaturesPerStep', which all trials of an experiment have in common: set it in the settings, or in "
                + "their Options."
        ).SetArgDisplayNames("read once");
        yield return new TestCaseData(
            new SearchSpace().Choice("CharacterColumnName", "Words"),
            "The SearchSpace has 'CharacterColumnName', which all trials of an experiment have in common: set it in the settings, or in "
                + "their Options."
        ).SetArgDisplayNames("a column");
        yield return new TestCaseData(
            new SearchSpace().Choice("Cell", "Gru"),
            "The SearchSpace has values for 'Cell' that a CellKind cannot be: Cell: Gru."
        ).SetArgDisplayNames("another type");
        yield return new TestCaseData(
            new SearchSpace().Range("HiddenSize", 8.5, 64),
            "The SearchSpace has values for 'HiddenSize' that a Int32 cannot be: HiddenSize: 8.5 to 64."
        ).SetArgDisplayNames("fractions of a whole number");
    }

    [TestCaseSource(nameof(Wrong))]
    public void What_the_options_cannot_be_is_refused(SearchSpace space, string sentence)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => space.Check(_host, typeof(RnnMulticlassTrainer.Options)));

        Assert.That(error!.Message, Does.Contain(sentence));
    }

    [Test]
    public void Impossible_ranges_are_refused()
    {
        Assert.That(
            () => new SearchSpace().Range("HiddenSize", 8, 8),
            Throws
                .TypeOf<ArgumentOutOfRangeException>()
                .With.Message.Contain("The range of HiddenSize is from 8 to 8: its end must be above its beginning.")
        );
        Assert.That(
            () => new SearchSpace().Range("LearningRate", 0, 1.0, isLogarithmic: true),
            Throws
                .TypeOf<ArgumentOutOfRangeException>()
                .With.Message.Contain("The range of LearningRate is logarithmic and begins at 0: it must begin above 0.")
        );
        Assert.That(
            () => new SearchSpace().Range("HiddenSize", 8, 16, step: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contain("The step of HiddenSize is 0: it must be 1 or more.")
        );
        Assert.That(
            () => new SearchSpace().Choice<int>("Layers"),
            Throws.ArgumentException.With.Message.Contain("There are no values to choose Layers from: give one or more.")
        );
        Assert.That(
            () => new SearchSpace().Range("Dropout", 0, 0.5).When("Layers", 2),
            Throws.InvalidOperationException.With.Message.Contain(
                "Dropout is to depend on Layers, which is not among the choices added before"
            )
        );
    }
}
