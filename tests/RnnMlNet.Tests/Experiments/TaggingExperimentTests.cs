using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Experiments;

/// <summary>Experiments with sequence taggers: over tags of chunks, of which some steps have none.</summary>
[TestFixture]
public class TaggingExperimentTests
{
    private const string Label = "RaggedTagKeys";

    private readonly MLContext _ml = new(seed: 1);

    [TestCase(TaggingMetric.Accuracy)]
    [TestCase(TaggingMetric.ChunkF1)]
    [TestCase(TaggingMetric.LogLoss)]
    public void It_finds_a_tagger(TaggingMetric metric)
    {
        SequenceRow[] rows = Rows(80);
        foreach (SequenceRow row in rows.Where(row => row.RaggedTags.Length > 2))
            row.RaggedTags[1] = "?";
        TaggingExperimentSettings settings = Settings();
        settings.OptimizingMetric = metric;
        settings.SearchSpace = new SearchSpace()
            .Choice("ConditionalRandomField", false, true)
            .Range("LearningRate", 1e-2, 0.1, isLogarithmic: true)
            .AddInitialTrial(("ConditionalRandomField", true));

        ExperimentResult<SequenceTaggingMetrics> result = Execute(settings, Load(rows));

        Assert.That(result.RunDetails.Select(run => run.Exception), Is.All.Null);
        Assert.That(result.RunDetails.Select(run => run.Parameters.GetValueOrDefault("ConditionalRandomField")), Does.Contain("True"));
        SequenceTaggingMetrics metrics = result.BestRun.ValidationMetrics!;
        int missing = rows.Count(row => row.RaggedTags.Length > 2);
        Assert.That(
            (metrics.Steps, metrics.Sequences, metrics.SkippedSteps),
            Is.EqualTo(((long)rows.Sum(row => row.RaggedTags.Length) - missing, (long)rows.Length, (long)missing)),
            "All labelled steps are held out once."
        );
        Assert.That((metrics.Accuracy, metrics.Chunks.F1), Is.GreaterThan((0.9, 0.8)));
        Assert.That(result.Progress[^1].Value, Is.EqualTo(Of(metric, metrics)));
        Assert.That(result.BestRun.TrainerName, Is.EqualTo("RnnSequenceTaggerTrainer"));
        IDataView fresh = Load(Rows(60, seed: 2));
        Assert.That(
            _ml.MulticlassClassification.EvaluateSequenceTagging(result.BestRun.Model!.Transform(fresh), Label).Accuracy,
            Is.GreaterThan(0.9)
        );
    }

    // After one epoch many tags are wrong, and the most probable sequence is not that of the most probable tags.
    [Test]
    public void Trials_are_measured_as_their_models_are([Values] bool isChained)
    {
        IDataView train = Load(Rows(60)),
            validation = Load(Rows(40, seed: 2));
        TaggingExperimentSettings settings = Settings();
        (settings.MaxModels, settings.MaxEpochs, settings.Folds) = (1, 1, null);
        (settings.Options.ConditionalRandomField, settings.Options.Calibrate) = (isChained, isChained ? null : false);

        ExperimentResult<SequenceTaggingMetrics> result = _ml.Rnn().CreateTaggingExperiment(settings).Execute(train, validation, Label);

        SequenceTaggingMetrics trial = result.BestRun.ValidationMetrics!,
            model = _ml.MulticlassClassification.EvaluateSequenceTagging(result.BestRun.Model!.Transform(validation), Label);
        Assert.That(trial.Accuracy, Is.LessThan(1));
        Assert.That(
            (trial.Accuracy, trial.SequenceAccuracy, trial.Chunks, trial.Steps),
            Is.EqualTo((model.Accuracy, model.SequenceAccuracy, model.Chunks, model.Steps))
        );
        Assert.That(trial.ChunksByType, Is.EqualTo(model.ChunksByType));
        Assert.That(trial.LogLoss, Is.EqualTo(model.LogLoss).Within(1e-5));
    }

    [Test]
    public void Another_process_comes_to_the_same_and_a_journal_resumes_it()
    {
        IDataView data = Load(Rows(40));
        using var folder = new TemporaryFolder();
        TaggingExperimentSettings New(CountingExecutor? executor)
        {
            TaggingExperimentSettings settings = Settings();
            settings.SearchSpace = new SearchSpace().Choice("ConditionalRandomField", true);
            settings.Executor = executor;
            settings.CacheDirectoryName = executor is null ? null : folder.FullName;
            return settings;
        }
        (ExperimentResult<SequenceTaggingMetrics> Result, int Tasks) Elsewhere()
        {
            var executor = new CountingExecutor();
            TaggingExperiment experiment = _ml.Rnn().CreateTaggingExperiment(New(executor));
            using TrialWorker worker = experiment.OpenWorker(data, labelColumnName: Label);
            executor.Worker = worker;
            return (experiment.Execute(data, Label), executor.Tasks.Count);
        }

        ExperimentResult<SequenceTaggingMetrics> here = Execute(New(null), data);
        var (elsewhere, tasks) = Elsewhere();
        var (resumed, none) = Elsewhere();

        Assert.That(elsewhere.RunDetails.Select(Told), Is.EqualTo(here.RunDetails.Select(Told)));
        Assert.That(resumed.RunDetails.Select(Told), Is.EqualTo(here.RunDetails.Select(Told)));
        Assert.That((tasks > 0, none), Is.EqualTo((true, 0)));
        Assert.That(
            SavedModel.Entries(_ml, resumed.BestRun.Model!, data.Schema),
            Is.EqualTo(SavedModel.Entries(_ml, here.BestRun.Model!, data.Schema))
        );
    }

    [TestCase(7f)]
    [TestCase(-1f)]
    [TestCase(0.5f)]
    public void A_predicted_tag_that_is_none_ends_the_experiment(float tag)
    {
        IDataView data = Load(Rows(40));
        var executor = new CountingExecutor
        {
            After = outcome =>
            {
                byte[] scores = [.. outcome.Scores];
                BitConverter.TryWriteBytes(scores.AsSpan(7 * sizeof(float)), tag);
                return outcome with { Scores = scores };
            },
        };
        TaggingExperimentSettings settings = Settings();
        settings.Executor = executor;
        TaggingExperiment experiment = _ml.Rnn().CreateTaggingExperiment(settings);
        using TrialWorker worker = experiment.OpenWorker(data, labelColumnName: Label);
        executor.Worker = worker;

        Assert.That(
            () => experiment.Execute(data, Label),
            Throws.InvalidOperationException.With.Message.Contain(
                FormattableString.Invariant($"{tag} is no index of one of 3 tags, predicted at step 1. It was discarded.")
            )
        );
    }

    [Test]
    public void F1_of_chunks_needs_tags_of_chunks()
    {
        TaggingExperimentSettings settings = Settings();
        settings.OptimizingMetric = TaggingMetric.ChunkF1;
        Refused.Argument(
            () => Execute(settings, TinyTags.Load(_ml)),
            "OptimizingMetric is ChunkF1, but column 'RaggedTagKeys' has the tag '"
        );
        Refused.Argument(
            () => Execute(settings, TinyTags.Load(_ml)),
            "', and tags of chunks are O, B-type or I-type: set it to Accuracy, SequenceAccuracy or LogLoss."
        );
    }

    [Test]
    public void The_first_trials_are_the_defaults_of_each_family()
    {
        TaggingExperimentSettings settings = Settings();
        (settings.MaxModels, settings.MaxEpochs, settings.SearchSpace, settings.Refit) = (4, 1, null, false);
        settings.Options.HiddenSize = null;

        ExperimentResult<SequenceTaggingMetrics> result = Execute(settings, Load(Rows(30)));

        Assert.That(
            result.RunDetails.Select(run =>
                string.Join(", ", run.Parameters.OrderBy(option => option.Key).Select(option => $"{option.Key} {option.Value}"))
            ),
            Is.EqualTo(["", "Cell Lstm", "Cell MinGru, Layers 2", "ConditionalRandomField True"]),
            "Two layers of 128 units of a GRU are the defaults of a tagger."
        );
        Assert.That(result.RunDetails.Select(run => run.Exception), Is.All.Null);
    }

    [Test]
    public void What_options_exclude_is_not_searched_and_the_log_says_so()
    {
        var log = new LogCapture(_ml);
        TaggingExperimentSettings settings = Settings();
        (settings.MaxModels, settings.MaxEpochs, settings.SearchSpace, settings.Refit) = (1, 1, null, false);
        (settings.Options.LabelSmoothing, settings.Options.RecurrentDropout, settings.Options.ForStreaming) = (0.1f, 0.1f, true);

        Execute(settings, Load(Rows(30)));

        Assert.That(
            log.Messages,
            Has.One.Contains(
                "Not searched, because it does not apply to the rows and options: Cell MinGru, Cell MinLstm, Bidirectional, "
                    + "EmbeddingSize, MinTokenCount, StaticUse, CategoryEmbeddingSize, ConditionalRandomField."
            )
        );
    }

    [Test]
    public void A_field_whose_temperature_was_asked_for_is_refused()
    {
        TaggingExperimentSettings settings = Settings();
        (settings.Options.ConditionalRandomField, settings.Options.Calibrate) = (true, true);
        Refused.Argument(
            () => Execute(settings, Load(Rows(30))),
            "Calibrate is true, but ConditionalRandomField is true, whose temperature Fit finds and an experiment does not: leave "
                + "Calibrate null, or train the experiment's best options by Fit."
        );
    }

    [Test]
    public void What_a_trial_chooses_of_the_task_counts()
    {
        double Loss(float smoothing)
        {
            TaggingExperimentSettings settings = Settings();
            (settings.MaxModels, settings.Refit) = (2, false);
            settings.SearchSpace = new SearchSpace().Choice("LabelSmoothing", smoothing);
            return Execute(settings, Load(Rows(30))).RunDetails[1].ValidationLoss;
        }

        Assert.That(Loss(0.4f), Is.Not.EqualTo(Loss(0.1f)));
    }

    private static double Of(TaggingMetric metric, SequenceTaggingMetrics metrics) =>
        metric switch
        {
            TaggingMetric.Accuracy => metrics.Accuracy,
            TaggingMetric.ChunkF1 => metrics.Chunks.F1,
            _ => metrics.LogLoss,
        };

    private static (int, int, double, double?, double?) Told(RunDetail<SequenceTaggingMetrics> run) =>
        (run.Trial, run.Epochs, run.ValidationLoss, run.ValidationMetrics?.Accuracy, run.ValidationMetrics?.LogLoss);

    private static TaggingExperimentSettings Settings()
    {
        var settings = new TaggingExperimentSettings
        {
            MaxModels = 3,
            MaxEpochs = 12,
            Folds = 2,
            Seed = 1,
            SearchSpace = new SearchSpace().Range("LearningRate", 1e-2, 0.1, isLogarithmic: true),
        };
        RnnSequenceTaggerTrainer.Options options = settings.Options;
        (options.FeatureColumnName, options.FeaturesPerStep, options.HiddenSize, options.BatchSize, options.Device) = (
            nameof(SequenceRow.Ragged),
            SequenceRow.Features,
            8,
            8,
            "cpu"
        );
        options.LearningRate = 0.02f;
        return settings;
    }

    private ExperimentResult<SequenceTaggingMetrics> Execute(TaggingExperimentSettings settings, IDataView data) =>
        _ml.Rnn().CreateTaggingExperiment(settings).Execute(data, Label);

    // Steps of which feature 1 is above 0 are a chunk.
    private static SequenceRow[] Rows(int count, int seed = 1)
    {
        SequenceRow[] rows = TinyData.Rows(count, seed);
        foreach (SequenceRow row in rows)
            row.RaggedTags =
            [
                .. row.RaggedTags.Select(
                    (tag, step) =>
                        tag == "down" ? "O"
                        : step > 0 && row.RaggedTags[step - 1] == "up" ? "I-up"
                        : "B-up"
                ),
            ];
        return rows;
    }

    // A tag that is not among those of other rows is a missing key.
    private IDataView Load(SequenceRow[] rows) =>
        _ml
            .Transforms.Conversion.MapValueToKey(
                Label,
                nameof(SequenceRow.RaggedTags),
                keyData: _ml.Data.LoadFromEnumerable([new Tag { Name = "B-up" }, new Tag { Name = "I-up" }, new Tag { Name = "O" }])
            )
            .Fit(_ml.Data.LoadFromEnumerable(rows))
            .Transform(_ml.Data.LoadFromEnumerable(rows));

    private sealed class Tag
    {
        public string Name { get; set; } = "";
    }
}
