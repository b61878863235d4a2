using Microsoft.ML.Runtime;
using RnnMlNet.Engines;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>The engine that a Fit's options ask for.</summary>
internal static class FitEngine
{
    /// <summary>Builds it, and tells the log what it could not do as asked.</summary>
    /// <param name="log">The Fit's.</param>
    /// <param name="options">What to train with, and where.</param>
    /// <param name="training">The options that were chosen from the data.</param>
    /// <param name="seed">Of the dropout masks.</param>
    /// <param name="network">The network and its loss; the rest comes from the options.</param>
    public static ITrainingEngine Create(
        IChannel log,
        RnnTrainingOptions options,
        TrainingSettings training,
        int seed,
        EngineSettings network
    )
    {
        EngineSettings settings = network with
        {
            DropoutRates = training.DropoutRates,
            Optimizer = training.Optimizer,
            Momentum = options.Momentum,
            WeightDecay = training.WeightDecay,
            GradientClipNorm = options.GradientClipNorm,
            Seed = seed,
            Device = options.Device,
            FallbackToCpu = options.FallbackToCpu,
            Threads = network.Threads ?? options.Threads,
            AllowTensorFloat32 = options.AllowTensorFloat32,
        };
        ITrainingEngine engine = EngineFactory.Create(options.Engine, settings, out string? warning);
        if (warning is not null)
            log.Warning(warning);
        if (options.KeepFreedMemory)
            log.Info(engine.KeepFreedMemory());
        return engine;
    }
}
