using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Exchange;
using RnnMlNet.Models;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>Small files that between them use every part of the import.</summary>
public enum SafetensorsSample
{
    OursWithScaling,
    OursWithTokens,
    PyTorch,
}

internal static class SafetensorsSamples
{
    private static readonly IHostEnvironment _env = new MLContext(seed: 1);

    public static byte[] Bytes(this SafetensorsSample sample) =>
        sample switch
        {
            SafetensorsSample.OursWithScaling => Exported(TrainedNetworks.Of(RandomNetwork.Shape(CellKind.ElmanRelu))),
            SafetensorsSample.OursWithTokens => Exported(
                TrainedNetworks.Of(
                    RandomNetwork.Shape(CellKind.Gru, bidirectional: true) with
                    {
                        Features = 0,
                        Vocabulary = 7,
                        EmbeddingSize = 3,
                    }
                )
            ),
            _ => SafetensorsBytes.Of([
                SafetensorsBytes.Tensor("rnn_cell.weight_ih_l0", 16, 3),
                SafetensorsBytes.Tensor("rnn_cell.weight_hh_l0", 16, 4),
                SafetensorsBytes.Tensor("rnn_cell.bias_ih_l0", 16),
                SafetensorsBytes.Tensor("rnn_cell.bias_hh_l0", 16),
                SafetensorsBytes.Tensor("fc.weight", 2, 4),
                SafetensorsBytes.Tensor("fc.bias", 2),
            ]),
        };

    public static TrainedNetwork Import(this SafetensorsSample sample, byte[] bytes) =>
        Import(bytes, sample == SafetensorsSample.OursWithTokens ? MemoryView.Keys<uint>(7) : MemoryView.Singles(5, 3));

    /// <summary>The network of a file, for a column <c>Features</c> of the given type.</summary>
    public static TrainedNetwork Import(
        byte[] bytes,
        VectorDataViewType column,
        RnnImportOptions? options = null,
        SequenceTask task = SequenceTask.MulticlassClassification
    )
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Features", column);
        var binding = SequenceBinding.Bind(
            _env,
            schema.ToSchema(),
            new SequenceColumns(["Features"], false, null, SequenceLayout.StepMajor)
        );
        return SafetensorsImport.Read(SafetensorsBytes.Open(bytes), options ?? new RnnImportOptions(), binding, task);
    }

    public static byte[] Exported(TrainedNetwork network, SequenceTask task = SequenceTask.MulticlassClassification)
    {
        using var memory = new MemoryStream();
        SafetensorsExport.Write(memory, task, network);
        return memory.ToArray();
    }
}
