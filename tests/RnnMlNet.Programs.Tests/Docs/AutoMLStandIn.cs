namespace RnnMlNet.Programs.Tests.Docs;

/// <summary>
/// The signatures of Microsoft.ML.AutoML (ML.NET 5.0.0) that docs/automl.md uses, so that its snippets can be compiled: the package is no
/// dependency of these tests.
/// </summary>
internal static class AutoMLStandIn
{
    public const string Source = """
        namespace Microsoft.ML.SearchSpace
        {
            public sealed class Parameter
            {
                public Parameter this[string key] { get => throw null!; set { } }
                public T AsType<T>() => throw null!;
            }

            public abstract class OptionBase;

            public class SearchSpace : OptionBase
            {
                public OptionBase this[string key] { get => throw null!; set { } }
                public bool Remove(string key) => throw null!;
            }

            public sealed class SearchSpace<T> : SearchSpace where T : class, new()
            {
                public SearchSpace() { }
                public SearchSpace(T defaultOption) { }
            }
        }

        namespace Microsoft.ML.SearchSpace.Option
        {
            public sealed class UniformIntOption(int min, int max, bool logBase = false, int? defaultValue = null) : OptionBase
            {
                public int Sum => min + max + (logBase ? 1 : 0) + (defaultValue ?? 0);
            }

            public sealed class ChoiceOption(params object[] choices) : OptionBase
            {
                public int Count => choices.Length;
            }
        }

        namespace Microsoft.ML.AutoML
        {
            using System;
            using Microsoft.ML.SearchSpace;

            public class SweepableEstimator;
            public class SweepablePipeline;
            public enum MulticlassClassificationMetric { MicroAccuracy, MacroAccuracy, LogLoss, LogLossReduction, TopKAccuracy }

            public class TrialSettings
            {
                public Parameter Parameter { get; set; } = null!;
            }

            public class TrialResult
            {
                public TrialSettings TrialSettings { get; set; } = null!;
                public ITransformer Model { get; set; } = null!;
                public double Loss { get; set; }
                public double Metric { get; set; }
            }

            public interface ITrialRunner : IDisposable
            {
                System.Threading.Tasks.Task<TrialResult> RunAsync(TrialSettings settings, System.Threading.CancellationToken ct);
            }

            public sealed class AutoCatalog
            {
                public SweepableEstimator CreateSweepableEstimator<T>(
                    Func<MLContext, T, IEstimator<ITransformer>> factory, SearchSpace<T> ss = null!)
                    where T : class, new()
                    => throw null!;
                public AutoMLExperiment CreateExperiment() => throw null!;
            }

            public class AutoMLExperiment
            {
                public AutoMLExperiment AddSearchSpace(string key, SearchSpace searchSpace) => this;
                public AutoMLExperiment SetTrialRunner<TTrialRunner>(TTrialRunner runner) where TTrialRunner : class, ITrialRunner => this;
                public AutoMLExperiment SetMaxModelToExplore(int maxModel) => this;
                public AutoMLExperiment SetTrainingTimeInSeconds(uint trainingTimeInSeconds) => this;
                public TrialResult Run() => throw null!;
            }

            public static class AutoMLExtensions
            {
                public static AutoCatalog Auto(this MLContext mlContext) => throw null!;
                public static SweepablePipeline Append(this IEstimator<ITransformer> estimator, SweepableEstimator sweepable)
                    => throw null!;
                public static AutoMLExperiment SetPipeline(this AutoMLExperiment experiment, SweepablePipeline pipeline) => experiment;
                public static AutoMLExperiment SetDataset(
                    this AutoMLExperiment experiment, IDataView train, IDataView validation, bool subSamplingTrainDataset = false)
                    => experiment;
                public static AutoMLExperiment SetMulticlassClassificationMetric(
                    this AutoMLExperiment experiment, MulticlassClassificationMetric metric, string labelColumn = "label",
                    string predictedColumn = "PredictedLabel")
                    => experiment;
                public static AutoMLExperiment SetCostFrugalTuner(this AutoMLExperiment experiment) => experiment;
            }
        }
        """;
}
