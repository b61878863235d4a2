using Microsoft.ML.Runtime;
using RnnMlNet.Estimators;
using RnnMlNet.Files;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Streaming;

namespace Microsoft.ML;

/// <summary>
/// Recurrent networks for RnnMlNet.Runtime, which scores where ML.NET cannot go: compiled ahead of time, in a browser, on small machines.
/// </summary>
public static class RuntimeCatalog
{
    /// <summary>
    /// Writes a model for RnnMlNet.Runtime's <c>SequenceModel.Load</c>: its recurrent network with its class names, and of the pipeline
    /// before the network
    /// TokenizeIntoWords, MapValueToKey of text, CopyColumns, Concatenate, NormalizeMinMax and NormalizeMeanVariance. What stands behind
    /// the network is left out.
    /// </summary>
    /// <param name="model">What a trainer's Fit returned, or a chain of transformers with it, fitted here or loaded.</param>
    /// <param name="path">The file; one that is there is replaced when the new one is whole, through links too, and keeps its mode.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no recurrent classifier, regression or tagger in the model, or more than
    /// one.</exception>
    /// <exception cref="InvalidOperationException">A transformer before the network cannot be taken along, or the cell is the
    /// application's own; the message names it. No file is written.</exception>
    public static void SaveRuntimeModel(this ITransformer model, string path)
    {
        Contracts.CheckNonWhiteSpace(path, nameof(path));
        RuntimeModel runtime = Of(model);
        AtomicFile.Write(path, stream => Write(runtime, stream));
    }

    /// <inheritdoc cref="SaveRuntimeModel(ITransformer, string)"/>
    /// <param name="model">What a trainer's Fit returned, or a chain of transformers with it, fitted here or loaded.</param>
    /// <param name="stream">Where to write, from its current position; it stays open.</param>
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
