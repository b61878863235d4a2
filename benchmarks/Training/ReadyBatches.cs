using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;

namespace Training;

/// <summary>The batches of an epoch, each in memory of its own, made before any clock starts.</summary>
internal static class ReadyBatches
{
    /// <param name="store">The rows; it is sealed. Numbers are standardised.</param>
    /// <param name="batchSize">B.</param>
    /// <param name="seed">Of the order.</param>
    /// <param name="epoch">1 for the first.</param>
    public static IReadOnlyList<MiniBatch> Of(SequenceStore store, int batchSize, int seed, int epoch)
    {
        store.Seal();
        SequenceSet all = SequenceSet.All(store);
        var shape = new NetworkShape { Features = store.Features };
        InputEncoder? encoder = store.UsesTokens ? null : ScalingLearner.Learn(all, shape).EncoderOf(shape);
        var assembler = new BatchAssembler(store, encoder, labels: null);
        return
        [
            .. new BatchSampler(all, batchSize, seed)
                .Epoch(epoch)
                .Select(rows =>
                {
                    var batch = new MiniBatch();
                    assembler.Fill(batch, rows);
                    return batch;
                }),
        ];
    }
}
