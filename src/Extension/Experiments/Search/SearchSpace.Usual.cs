using RnnMlNet.Training;

namespace RnnMlNet.Experiments;

// The usual spaces.
public sealed partial class SearchSpace
{
    /// <summary>
    /// Creates the usual space of classification and regression: patch length, cell, size, layers, direction, pooling, dropouts, learning
    /// rate, batch size, weight decay, embedding, rare tokens, what reads the static values, the width of keys' embeddings. It starts with
    /// the settings' Options, where null is chosen from the rows, and with the same of another family: a wider and a deeper network, GRU,
    /// LSTM, and two layers of MinGru, those that the Options are already left out. An experiment omits what does not apply to its rows and
    /// options: patches of tokens and of short sequences, embedding and rare tokens of numbers, StaticUse without static columns,
    /// CategoryEmbeddingSize without columns of keys, values that the trainer rejects with the other options, and logs it. An option that
    /// you add or replace yourself is not omitted.
    /// </summary>
    /// <returns>A new space, which may be changed.</returns>
    public static SearchSpace ForSequences() =>
        new SearchSpace()
            .Choice(nameof(RnnOptions.PatchLength), 1, 2, 4, 8, 16, 32)
            .Choice(nameof(RnnOptions.Cell), CellKind.Gru, CellKind.Lstm, CellKind.MinGru, CellKind.MinLstm)
            .Range(nameof(RnnOptions.HiddenSize), 16, 160, isLogarithmic: true, step: 16)
            .Choice(nameof(RnnOptions.Layers), 1, 2)
            .Choice(nameof(RnnOptions.Bidirectional), false, true)
            .Choice(
                nameof(RnnOptions.Pooling),
                Pooling.Last,
                Pooling.Max,
                Pooling.Mean,
                Pooling.Last | Pooling.Max,
                Pooling.Last | Pooling.Mean | Pooling.Max,
                Pooling.Attention
            )
            .Range(nameof(RnnOptions.Dropout), 0, 0.5, step: 0.1)
            .When(nameof(RnnOptions.Layers), 2)
            .Range(nameof(RnnOptions.InputDropout), 0, 0.5, step: 0.1)
            .Range(nameof(RnnOptions.HeadDropout), 0, 0.5, step: 0.1)
            .Range(nameof(RnnOptions.LearningRate), 5e-4, 2e-2, isLogarithmic: true)
            .Choice(nameof(RnnOptions.BatchSize), 8, 16, 32, 64)
            .Range(nameof(RnnOptions.WeightDecay), 1e-3, 0.1, isLogarithmic: true)
            .Choice(nameof(RnnOptions.EmbeddingSize), 32, 64, 128)
            .Choice(nameof(RnnOptions.MinTokenCount), 1, 2)
            .Choice(nameof(RnnOptions.StaticUse), StaticUse.Head, StaticUse.InitialState, StaticUse.Both)
            .Choice(nameof(RnnOptions.CategoryEmbeddingSize), 4, 8, 16)
            .AddInitialTrial((nameof(RnnOptions.HiddenSize), 128))
            .AddInitialTrial((nameof(RnnOptions.Layers), 2))
            .AddInitialTrial((nameof(RnnOptions.Cell), CellKind.Gru))
            .AddInitialTrial((nameof(RnnOptions.Cell), CellKind.Lstm))
            .AddInitialTrial((nameof(RnnOptions.Cell), CellKind.MinGru), (nameof(RnnOptions.Layers), 2))
            .AsUsual();

    /// <summary>
    /// Creates the usual space of sequence tagging: that of <see cref="ForSequences"/> without pooling and patch length, and with
    /// <see cref="RnnSequenceTaggerTrainer.Options.ConditionalRandomField"/>, which one of the first trials has. It is omitted with options
    /// that exclude it.
    /// </summary>
    /// <returns>A new space, which may be changed.</returns>
    public static SearchSpace ForTagging()
    {
        const string Chained = nameof(RnnSequenceTaggerTrainer.Options.ConditionalRandomField);
        return ForSequences()
            .Remove(nameof(RnnOptions.Pooling))
            .Remove(nameof(RnnOptions.PatchLength))
            .Choice(Chained, false, true)
            .AddInitialTrial((Chained, false))
            .AddInitialTrial((Chained, true))
            .AsUsual();
    }

    /// <summary>
    /// Creates the usual space of forecasting: window, model, cell, size, dropout, normalisation, loss, learning rate, batch size, weight
    /// decay of AdamW, the width of keys' embeddings. It starts with the settings' Options, and with the same of the other model (segments
    /// or direct) and of the cells GRU, LSTM and MinGru, those that the Options are already left out. An experiment omits
    /// CategoryEmbeddingSize if nothing has an embedding, and values that the forecaster rejects with the other options, and logs it.
    /// </summary>
    /// <param name="windowSize">L, the window to start with: half and twice of it are tried as well. Default null: the one that Fit
    /// chooses.</param>
    /// <returns>A new space, which may be changed.</returns>
    public static SearchSpace ForForecasting(int? windowSize = null) =>
        OfWindows(windowSize)
            .Choice(nameof(RnnForecastingEstimator.Options.Model), ForecastModel.Segments, ForecastModel.Direct)
            .Choice(nameof(RnnForecastingEstimator.Options.Cell), CellKind.Gru, CellKind.Lstm, CellKind.MinGru, CellKind.MinLstm)
            .Range(nameof(RnnForecastingEstimator.Options.HiddenSize), 32, 256, isLogarithmic: true, step: 16)
            .Range(nameof(RnnForecastingEstimator.Options.Dropout), 0, 0.5, step: 0.1)
            .Choice(
                nameof(RnnForecastingEstimator.Options.Normalization),
                WindowNormalization.LastValue,
                WindowNormalization.MeanAndDeviation
            )
            .Choice(nameof(RnnForecastingEstimator.Options.Loss), ForecastLoss.Absolute, ForecastLoss.Squared, ForecastLoss.Huber)
            .Range(nameof(RnnForecastingEstimator.Options.LearningRate), 3e-4, 1e-2, isLogarithmic: true)
            .Choice(nameof(RnnForecastingEstimator.Options.BatchSize), 32, 64, 128, 256)
            .Choice(nameof(RnnForecastingEstimator.Options.Optimizer), OptimizerKind.AdamW)
            .Range(nameof(RnnForecastingEstimator.Options.WeightDecay), 1e-5, 0.1, isLogarithmic: true)
            .Choice(nameof(RnnForecastingEstimator.Options.CategoryEmbeddingSize), 4, 8, 16)
            .AddInitialTrial((nameof(RnnForecastingEstimator.Options.Model), ForecastModel.Segments))
            .AddInitialTrial((nameof(RnnForecastingEstimator.Options.Model), ForecastModel.Direct))
            .AddInitialTrial((nameof(RnnForecastingEstimator.Options.Cell), CellKind.Gru))
            .AddInitialTrial((nameof(RnnForecastingEstimator.Options.Cell), CellKind.Lstm))
            .AddInitialTrial((nameof(RnnForecastingEstimator.Options.Cell), CellKind.MinGru))
            .AsUsual();

    private static SearchSpace OfWindows(int? windowSize) =>
        windowSize is not int size
            ? new SearchSpace()
            : new SearchSpace().Choice(
                nameof(RnnForecastingEstimator.Options.WindowSize),
                [.. new[] { size / 2, size, 2 * size }.Where(steps => steps >= 2)]
            );

    // What is added later is the user's.
    private SearchSpace AsUsual()
    {
        for (int i = 0; i < _dimensions.Count; i++)
            _dimensions[i] = _dimensions[i] with { IsUsual = true };
        for (int i = 0; i < _starts.Count; i++)
            _starts[i] = _starts[i] with { IsUsual = true };
        return this;
    }
}
