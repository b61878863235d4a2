using Microsoft.ML.Runtime;
using RnnMlNet.Estimators;
using RnnMlNet.Files;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Streaming;

namespace Microsoft.ML;

/// <summary>
/// Exports recurrent networks to RnnMlNet.Runtime, which scores where ML.NET is not available: in native programs, in a browser, on small
/// machines.
/// </summary>
public static class RuntimeCatalog
{
    /// <summary>
    /// Writes a model for RnnMlNet.Runtime's <c>SequenceModel.Load</c>: its recurrent network with its class names, and those of the
    /// pipeline's transformations before it that the runtime supports: TokenizeIntoWords, LearnVocabulary, MapValueToKey of text,
    /// CopyColumns, Concatenate, NormalizeMinMax and NormalizeMeanVariance. Transformers after the network are omitted.
    /// </summary>
    /// <param name="model">The result of a trainer's Fit, or a chain of transformers with it, fitted here or loaded.</param>
    /// <param name="path">The file. An existing file is replaced atomically, through symbolic links too, and keeps its mode.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model has no recurrent classifier, regression or tagger, or more than
    /// one.</exception>
    /// <exception cref="InvalidOperationException">A transformer before the network is not supported, or the cell is a custom one; the
    /// message names it. No file is written.</exception>
    public static void SaveRuntimeModel(this ITransformer model, string path)
    {
        Contracts.CheckNonWhiteSpace(path, nameof(path));
        RuntimeModel runtime = Of(model);
        AtomicFile.Write(path, stream => Write(runtime, stream));
    }

    /// <inheritdoc cref="SaveRuntimeModel(ITransformer, string)"/>
    /// <param name="model">The result of a trainer's Fit, or a chain of transformers with it, fitted here or loaded.</param>
    /// <param name="stream">The stream to write to, from its current position; it stays open.</param>
    public static void SaveRuntimeModel(this ITransformer model, Stream stream)
    {
        Contracts.CheckValue(stream, nameof(stream));
        Write(Of(model), stream);
    }

    private static void Write(RuntimeModel model, Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        model.Write(writer);
    }

    private static RuntimeModel Of(ITransformer model)
    {
        Contracts.CheckValue(model, nameof(model));
        ITransformer[] transformers = [.. RowChain.Flatten(model)];
        int[] places = [.. Enumerable.Range(0, transformers.Length).Where(i => transformers[i] is IRowScorer)];
        if (places.Length != 1)
            throw Contracts.ExceptUserArg(
                nameof(model),
                $"There {Found(places.Length)} in the model "
                    + $"({string.Join(", ", transformers.Select(transformer => transformer.GetType().Name))}): "
                    + "give the result of a Rnn trainer's Fit, or a chain with one of them."
            );
        var network = (IRowScorer)transformers[places[0]];
        if (network.Network.Shape.CustomCell is string cell)
            throw Contracts.Except(
                $"The model's cell '{cell}' is a custom cell, and RnnMlNet.Runtime scores built-in cells "
                    + $"only ({string.Join(", ", Enum.GetNames<RnnMlNet.CellKind>())}): train with one of these."
            );
        return network.RuntimeModel(transformers[..places[0]]);
    }

    private static string Found(int networks) =>
        networks == 0 ? "is no recurrent classifier, regression or tagger" : $"are {networks} recurrent networks";
}
