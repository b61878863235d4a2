using NUnit.Framework;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Estimators;

// Training, devices and scoring.
internal static partial class WrongOptions
{
    private static IEnumerable<TestCaseData> Training()
    {
        yield return AtLeastOne(nameof(RnnOptions.MaxEpochs), (o, value) => o.MaxEpochs = value);
        yield return AtLeastOne(nameof(RnnOptions.BatchSize), (o, value) => o.BatchSize = value);
        yield return AtLeastOne(nameof(RnnOptions.GradientAccumulationSteps), (o, value) => o.GradientAccumulationSteps = value);
        foreach (float rate in new[] { 0, -1e-3f, float.NaN, float.PositiveInfinity })
            yield return Case(o => o.LearningRate = rate, nameof(RnnOptions.LearningRate), $"LearningRate is {rate}; it must be");
        yield return Case(
            o => o.LearningRateSchedule = (LearningRateSchedule)9,
            nameof(RnnOptions.LearningRateSchedule),
            "LearningRateSchedule is 9; it must be one of Constant, OneCycle, Cosine, ReduceOnPlateau, Exponential."
        );
        foreach (float decay in new[] { 0, -1f, 1.5f, float.NaN })
            yield return Case(
                o => o.LearningRateDecay = decay,
                nameof(RnnOptions.LearningRateDecay),
                $"LearningRateDecay is {decay}; it must be in (0, 1]."
            );
        yield return Case(
            o => o.Optimizer = (OptimizerKind)9,
            nameof(RnnOptions.Optimizer),
            "Optimizer is 9; it must be one of Adam, AdamW, Sgd, RmsProp."
        );
        yield return Share(nameof(RnnOptions.Momentum), (o, value) => o.Momentum = value, 1);
        yield return NotNegative(nameof(RnnOptions.WeightDecay), (o, value) => o.WeightDecay = (float)value, -1);
        yield return Case(
            o => o.Augmentation = (Augmentation)16,
            nameof(RnnOptions.Augmentation),
            "Augmentation is 16; it must be None, Jitter, Scaling, TimeWarp or several of them combined."
        );
        yield return NotNegative(nameof(RnnOptions.JitterDeviation), (o, value) => o.JitterDeviation = (float)value, -1);
        yield return NotNegative(nameof(RnnOptions.ScalingDeviation), (o, value) => o.ScalingDeviation = (float)value, double.NaN);
        yield return NotNegative(nameof(RnnOptions.TimeWarpDeviation), (o, value) => o.TimeWarpDeviation = (float)value, -1);
        foreach (float averaging in new[] { -0.1f, 1, float.NaN })
            yield return Share(nameof(RnnOptions.WeightAveraging), (o, value) => o.WeightAveraging = value, averaging);
        yield return NotNegative(nameof(RnnOptions.GradientClipNorm), (o, value) => o.GradientClipNorm = (float)value, -1);
        yield return NotNegative(nameof(RnnOptions.GradientClipNorm), (o, value) => o.GradientClipNorm = (float)value, double.NaN);
        yield return Case(
            o => o.OnCancellation = (CancellationBehavior)9,
            nameof(RnnOptions.OnCancellation),
            "OnCancellation is 9; it must be one of Throw, ReturnBest."
        );

        foreach (double fraction in new[] { 1, -0.1, double.NaN })
            yield return Case(
                o => o.ValidationFraction = fraction,
                nameof(RnnOptions.ValidationFraction),
                $"ValidationFraction is {fraction}; it must be in [0, 1)."
            );
        yield return NotNegative(nameof(RnnOptions.EarlyStoppingMinDelta), (o, value) => o.EarlyStoppingMinDelta = value, -1);
        yield return Case(
            o => o.EarlyStoppingPatience = -1,
            nameof(RnnOptions.EarlyStoppingPatience),
            "EarlyStoppingPatience is -1; it must be at least 0."
        );
        yield return Case(
            o => o.CheckpointPath = " ",
            nameof(RnnOptions.CheckpointPath),
            "CheckpointPath is empty; it must name a file, or be null for no checkpoints."
        );
        yield return Case(
            o => o.CheckpointInterval = TimeSpan.FromSeconds(-1),
            nameof(RnnOptions.CheckpointInterval),
            "CheckpointInterval is -00:00:01; it must be 0 or more."
        );
        yield return Case(o => o.Engine = (EngineKind)9, nameof(RnnOptions.Engine), "Engine is 9; it must be one of Auto, Simd, Torch.");
        foreach (string device in new[] { "gpu", "cuda:x", "cuda:-1", "cpu:1", "" })
            yield return Case(
                o => o.Device = device,
                nameof(RnnOptions.Device),
                $"Device is '{device}'; it must be auto, cpu, cuda, cuda:n (n = 0, 1, ...) or mps."
            );
        yield return AtLeastOne(nameof(RnnOptions.EnsembleSize), (o, value) => o.EnsembleSize = value);
        yield return AtLeastOne(nameof(RnnOptions.Threads), (o, value) => o.Threads = value);
        yield return Case(
            o => (o.Engine, o.CustomCell) = (EngineKind.Simd, "mine"),
            nameof(RnnOptions.Engine),
            "Engine is Simd, but the cell is 'mine', which only torch computes: set Engine to Torch or Auto."
        );
        yield return Case(
            o => (o.Engine, o.Device) = (EngineKind.Simd, "cuda"),
            nameof(RnnOptions.Engine),
            "Engine is Simd, which computes on the CPU, but Device is 'cuda': set Engine to Torch or Auto, or Device to cpu."
        );
        yield return Case(
            o => o.TrainingPrecision = (TrainingPrecision)7,
            nameof(RnnOptions.TrainingPrecision),
            "TrainingPrecision is 7; it must be one of Full, BFloat16."
        );
        yield return Case(
            o => (o.Engine, o.TrainingPrecision) = (EngineKind.Simd, TrainingPrecision.BFloat16),
            nameof(RnnOptions.TrainingPrecision),
            "TrainingPrecision is BFloat16, but Engine is Simd, which computes with 32-bit numbers: set Engine to Torch, or leave "
                + "TrainingPrecision Full."
        );
        yield return Case(
            o => (o.CustomCell, o.TrainingPrecision) = ("mine", TrainingPrecision.BFloat16),
            nameof(RnnOptions.TrainingPrecision),
            "TrainingPrecision is BFloat16, but the cell is 'mine', and only built-in cells train so; leave it Full."
        );
        yield return Case(
            o => (o.RecurrentDropout, o.TrainingPrecision) = (0.5f, TrainingPrecision.BFloat16),
            nameof(RnnOptions.TrainingPrecision),
            "TrainingPrecision is BFloat16, but RecurrentDropout is 0.5, with which torch computes step by step, with 32-bit numbers: "
                + "set RecurrentDropout to 0, or leave TrainingPrecision Full."
        );
        yield return Case(
            o => (o.Engine, o.AllowTensorFloat32) = (EngineKind.Simd, false),
            nameof(RnnOptions.AllowTensorFloat32),
            "AllowTensorFloat32 is False, but Engine is Simd, and only torch on a GPU has such numbers: set Engine to Torch or Auto, or "
                + "leave AllowTensorFloat32 null."
        );
        yield return Case(
            o => o.SingleRowPrecision = (WeightPrecision)7,
            nameof(RnnOptions.SingleRowPrecision),
            "SingleRowPrecision is 7; it must be one of Full, BFloat16."
        );
        yield return Case(
            o => (o.CustomCell, o.SingleRowPrecision) = ("mine", WeightPrecision.BFloat16),
            nameof(RnnOptions.SingleRowPrecision),
            "SingleRowPrecision is BFloat16, but the cell is 'mine', which torch scores with full weights; leave it Full."
        );
        yield return AtLeastOne(nameof(RnnOptions.ScoringThreads), (o, value) => o.ScoringThreads = value);
        foreach (string? device in (string?[])["auto", "gpu", "cuda:", "", null])
            yield return Case(
                o => o.ScoringDevice = device!,
                nameof(RnnOptions.ScoringDevice),
                $"ScoringDevice is '{device}'; it must be cpu, cuda, cuda:n (n = 0, 1, ...) or mps."
            );
        yield return Case(
            o => o.StoreMemoryLimit = -1,
            nameof(RnnOptions.StoreMemoryLimit),
            "StoreMemoryLimit is -1; it must be 0 or more bytes, or null for half of the memory there is."
        );
        foreach (string folder in (string[])["/no/such folder", " ", ""])
            yield return Case(
                o => o.StoreDirectory = folder,
                nameof(RnnOptions.StoreDirectory),
                $"StoreDirectory is '{folder}', and there is no such folder; make it, or leave it null for the system's temporary folder."
            );
        yield return Case(o => o.Device = null!, nameof(RnnOptions.Device), "Device is ''; it must be auto");
    }
}
