using Microsoft.ML.Runtime;
using RnnMlNet.Engines;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>The engine for a Fit's options.</summary>
internal static class FitEngine
{
    /// <summary>Builds the engine, and logs deviations from the options.</summary>
    /// <param name="log">The Fit's log.</param>
    /// <param name="options">The options.</param>
    /// <param name="training">The resolved options.</param>
    /// <param name="seed">Seed of the dropout masks.</param>
    /// <param name="network">The network, its loss and its dropout; the rest comes from the options.</param>
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
            WeightAveraging = training.WeightAveraging,
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
