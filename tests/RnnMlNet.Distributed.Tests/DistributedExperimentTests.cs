using Microsoft.Extensions.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using Orleans;
using Orleans.Hosting;
using Orleans.TestingHost;
using RnnMlNet.Distributed.Queue;
using RnnMlNet.Distributed.Tests.Support;
using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Tests;

/// <summary>
/// Experiments on a cluster of silos in the test's own process: the first is the coordinator's, those that join are workers.
/// </summary>
[CancelAfter(180_000)]
public class DistributedExperimentTests
{
    private InProcessTestCluster _cluster = null!;
    private Action<ISiloBuilder> _next = null!;

    [SetUp]
    public async Task StartAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        // Only the first may hold the queue.
        builder.Options.AssumeHomogenousSilosForTesting = false;
        _next = _ => { };
        builder.ConfigureSilo((_, silo) => _next(silo));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task Workers_come_to_what_one_machine_comes_to_though_one_is_killed(CancellationToken end)
    {
        ExperimentResult<MulticlassClassificationMetrics> one = Execute(Settings(seed: 1));

        using ScriptedRunner runner = ScriptedRunner.Endless();
        InProcessSiloHandle doomed = await JoinAsync(silo => silo.Services.AddRunner(_ => runner, options => Set(options, "doomed")));
        var progress = new ListProgress();
        Task<ExperimentResult<MulticlassClassificationMetrics>> distributed = ExecuteAsync(Settings(seed: 1, Executor(progress)));
        await runner.Began.Task.WaitAsync(end);
        await _cluster.KillSiloAsync(doomed, end);
        await JoinAsync(seed: 1);
        await JoinAsync(seed: 1);

        Assert.That(Texts(await distributed.WaitAsync(end)), Is.EqualTo(Texts(one)));
        Assert.That(
            progress.Reports.Where(report => report.Progress == TrialTaskProgress.Lost).Select(report => report.Worker),
            Does.Contain("doomed")
        );
        Assert.That(
            progress.Reports.Where(report => report.Progress == TrialTaskProgress.Done).Select(report => report.Worker),
            Is.All.EqualTo("seed 1")
        );
    }

    [Test]
    public async Task A_worker_with_another_seed_is_refused_and_Execute_says_so(CancellationToken end)
    {
        await JoinAsync(seed: 2);
        Assert.That(
            async () => await ExecuteAsync(Settings(seed: 1, Executor())).WaitAsync(end),
            Throws.InvalidOperationException.With.Message.Matches(
                "^The worker seed 2 cannot run trial 0, fold 0, up to epoch 9: The task is of the experiment .+, but the data and "
                    + "settings here are those of .+: open the worker with the same data, columns, options, search space and seed.$"
            )
        );
    }

    [Test]
    public void Without_workers_the_time_limit_ends_the_experiment()
    {
        MulticlassExperimentSettings settings = Settings(seed: 1, Executor());
        settings.MaxExperimentTimeInSeconds = 2;
        Assert.That(
            () => Execute(settings),
            Throws
                .InstanceOf<TimeoutException>()
                .With.Message.StartsWith("Not one epoch of the first trial was done within the experiment's 2 seconds")
        );
    }

    [Test]
    public async Task The_queue_is_in_the_silo_that_is_no_worker(CancellationToken end)
    {
        await JoinAsync(seed: 1);
        await JoinAsync(seed: 1);
        for (int queue = 0; queue < 8; queue++)
        {
            var grain = _cluster.Client.GetGrain<ITrialQueueGrain>($"queue {queue}");
            await grain.WorkersAsync().WaitAsync(end);
            var host = await _cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(grain, end);
            Assert.That(host, Is.EqualTo(_cluster.Silos[0].SiloAddress));
        }
    }

    private Task<InProcessSiloHandle> JoinAsync(int seed) =>
        JoinAsync(silo =>
            silo.AddRnnTrialWorker(
                _ => Experiment(Settings(seed)).OpenWorker(Rows(), preFeaturizer: Labels()),
                options => Set(options, $"seed {seed}")
            )
        );

    private Task<InProcessSiloHandle> JoinAsync(Action<ISiloBuilder> configure)
    {
        _next = configure;
        return _cluster.StartAdditionalSiloAsync();
    }

    private static void Set(TrialWorkerOptions options, string name) =>
        (options.Name, options.Slots, options.Heartbeat, options.Lease) = (name, 1, TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(3));

    private OrleansTrialExecutor Executor(ListProgress? progress = null) =>
        new(_cluster.Client, new OrleansTrialExecutorOptions { Progress = progress });

    private static MulticlassExperimentSettings Settings(int seed, ITrialExecutor? executor = null)
    {
        var settings = new MulticlassExperimentSettings
        {
            MaxModels = 4,
            MaxEpochs = 9,
            Folds = 2,
            Seed = seed,
            OptimizingMetric = MulticlassClassificationMetric.LogLoss,
            SearchSpace = new SearchSpace()
                .Range(nameof(RnnOptions.HiddenSize), 2, 8)
                .Range(nameof(RnnOptions.LearningRate), 1e-3, 0.1, isLogarithmic: true),
            Executor = executor,
        };
        (settings.Options.FeatureColumnName, settings.Options.FeaturesPerStep, settings.Options.HiddenSize) = ("Series", 1, 4);
        return settings;
    }

    private static MulticlassExperiment Experiment(MulticlassExperimentSettings settings) =>
        new MLContext(seed: 1).Rnn().CreateMulticlassExperiment(settings);

    private static ExperimentResult<MulticlassClassificationMetrics> Execute(MulticlassExperimentSettings settings) =>
        Experiment(settings).Execute(Rows(), preFeaturizer: Labels());

    private static Task<ExperimentResult<MulticlassClassificationMetrics>> ExecuteAsync(MulticlassExperimentSettings settings) =>
        Task.Factory.StartNew(() => Execute(settings), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static IEstimator<ITransformer> Labels() =>
        new MLContext(seed: 1).Transforms.Conversion.MapValueToKey("Label", nameof(Row.Shape));

    private static IDataView Rows()
    {
        var random = new Random(1);
        return new MLContext(seed: 1).Data.LoadFromEnumerable(
            Enumerable
                .Range(0, 80)
                .Select(row =>
                {
                    double phase = random.NextDouble() * 6;
                    float[] series =
                    [
                        .. Enumerable
                            .Range(0, 8)
                            .Select(step => (float)(Math.Sin(step * (1 + row % 2) / 2.0 + phase) + random.NextDouble())),
                    ];
                    return new Row { Series = series, Shape = $"{row % 2}" };
                })
                .ToArray()
        );
    }

    // All results except durations, exactly.
    private static string[] Texts(ExperimentResult<MulticlassClassificationMetrics> result) =>
        [
            $"best {result.BestRun.Trial}",
            .. result.RunDetails.Select(run =>
                $"{run.Trial} {run.Epochs} {run.IsComplete} {string.Join(' ', run.Parameters)} {run.ValidationLoss:R} "
                + $"{run.ValidationMetrics!.LogLoss:R} {run.ValidationMetrics.MicroAccuracy:R}"
            ),
            .. result
                .BestRun.Model!.Transform(Rows())
                .GetColumn<float[]>("Score")
                .SelectMany(scores => scores)
                .Select(score => $"{BitConverter.SingleToInt32Bits(score):x}"),
        ];

    private sealed class Row
    {
        [VectorType(8)]
        public float[] Series { get; set; } = [];

        public string Shape { get; set; } = "";
    }
}
