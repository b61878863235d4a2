using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet;

namespace Microsoft.ML;

/// <summary>Step-by-step prediction, in ML.NET's catalog of model operations.</summary>
public static class SequencePredictionCatalog
{
    /// <summary>
    /// Creates an engine that predicts step by step, series by series, with a trained recurrent network of one direction and a built-in
    /// cell.
    /// </summary>
    /// <typeparam name="TIn">The class of a row, with the new steps alone in its sequence column.</typeparam>
    /// <typeparam name="TOut">The class of a prediction.</typeparam>
    /// <param name="catalog">The model operations of a context.</param>
    /// <param name="model">The result of a Rnn trainer's Fit, or a chain of transformers with exactly one such.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <returns>The engine, without any series.</returns>
    /// <exception cref="ArgumentOutOfRangeException"> The model has no recurrent network or several, or one with two directions or with a
    /// custom cell; a required column is missing or of a wrong type; or an option is out of its range.
    /// </exception>
    public static SequencePredictionEngine<TIn, TOut> CreateSequencePredictionEngine<TIn, TOut>(
        this ModelOperationsCatalog catalog,
        ITransformer model,
        SequencePredictionEngineOptions? options = null
    )
        where TIn : class
        where TOut : class, new() =>
        new(CatalogUtils.GetEnvironment(catalog), model, options ?? new SequencePredictionEngineOptions(), checkPointPath: null);

    /// <summary>Creates an engine that resumes from a checkpoint.</summary>
    /// <inheritdoc cref="CreateSequencePredictionEngine{TIn, TOut}(ModelOperationsCatalog, ITransformer, SequencePredictionEngineOptions?)"
    ///     path="/typeparam"/>
    /// <param name="catalog">The model operations of a context.</param>
    /// <param name="model">The model of the engine that wrote it: the same one, or one saved and loaded.</param>
    /// <param name="checkPointPath">The file that <see cref="SequencePredictionEngine{TIn, TOut}.CheckPoint(string)"/> wrote.</param>
    /// <param name="options">Options; null for the defaults. Where the file has more series than
    /// <see cref="SequencePredictionEngineOptions.Capacity"/>, the least recently used are evicted, and reported.</param>
    /// <returns>The engine, with the series of the file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">As for CreateSequencePredictionEngine; or the checkpoint was written with another
    /// model, which the message names.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="FormatException">The file is damaged, truncated, of a newer version or no checkpoint; the message states
    /// which.</exception>
    public static SequencePredictionEngine<TIn, TOut> OpenSequencePredictionEngine<TIn, TOut>(
        this ModelOperationsCatalog catalog,
        ITransformer model,
        string checkPointPath,
        SequencePredictionEngineOptions? options = null
    )
        where TIn : class
        where TOut : class, new()
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        env.CheckNonWhiteSpace(checkPointPath, nameof(checkPointPath));
        return new(env, model, options ?? new SequencePredictionEngineOptions(), checkPointPath);
    }
}
