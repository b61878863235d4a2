using RnnMlNet.Engines.Torch.Cells;
using RnnMlNet.Runtime.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>A network's input on torch: embeddings, categories' vectors, projection, convolutions, static values.</summary>
/// <param name="shape">The network's sizes.</param>
/// <param name="own">Its weights by name.</param>
/// <param name="dropout">Applies the input's dropout.</param>
internal sealed class TorchInput(NetworkShape shape, IReadOnlyDictionary<string, Parameter> own, Func<Tensor, Tensor> dropout)
{
    /// <summary>[LayerSteps(T), B, InputSize] the first layer's input.</summary>
    public Tensor Steps(TorchBatch batch)
    {
        Tensor steps = dropout(
            shape.UsesTokens ? VectorsOf(batch.Input, WeightLayout.Embedding, shape.EmbeddingSize) : Numbers(batch.Input)
        );
        if (shape.Convolutions.Count > 0)
            return Convolved(steps);
        return shape.ProjectionSize == 0
            ? steps
            : nn.functional.linear(steps, own[WeightLayout.Projection], own[WeightLayout.ProjectionBias]).relu();
    }

    /// <summary>[B, StaticInputSize] what is read of the rows' static values.</summary>
    public Tensor Statics(TorchBatch batch) =>
        WithVectors(batch.StaticInputs(shape.StaticFeatures), CategoryTables.Static, shape.StaticCategories);

    /// <summary>The states of every step, [T, B, D], followed by what the head reads of the rows' static values.</summary>
    public Tensor WithStatics(Tensor states, TorchBatch batch) =>
        !shape.HeadReadsStatics ? states : cat([states, Statics(batch).unsqueeze(0).expand(states.shape[0], -1, -1)], 2);

    /// <summary>
    /// For each direction of the first layer the states before the first step, each [B, H]: h, and c where the cell has one; zeros for a
    /// row without steps. Null where all are zeros.
    /// </summary>
    public Tensor[][]? InitialStates(TorchBatch batch)
    {
        if (!shape.BeginsWithStatics)
            return null;
        Tensor statics = Statics(batch);
        Tensor? hasSteps = batch.Valid?.Lengths.gt(Scalars.Zero).to(ScalarType.Float32).unsqueeze(1);
        return [.. Enumerable.Range(0, shape.Directions).Select(Of)];

        Tensor[] Of(int direction)
        {
            Tensor states = nn
                .functional.linear(statics, own[InitialState.WeightOf(direction)], own[InitialState.BiasOf(direction)])
                .tanh();
            return (hasSteps is null ? states : states * hasSteps).chunk(shape.CellDefinition.States, 1);
        }
    }

    // A window ends with its last step: what stands in the padding behind a row's steps is in none of its windows. Linear maps of windows,
    // since torch's own convolution of short rows gives wrong results on some processors with AVX-512.
    private Tensor Convolved(Tensor steps)
    {
        foreach (var (j, convolution) in shape.Convolutions.Index())
        {
            Tensor before = steps.new_zeros(convolution.KernelSize - 1, steps.shape[1], steps.shape[2]),
                windows = cat([before, steps], 0).unfold(0, convolution.KernelSize, convolution.Stride);
            steps = nn
                .functional.linear(
                    windows.reshape(windows.shape[0], windows.shape[1], -1),
                    own[ConvolutionModule.WeightOf(j)].reshape(convolution.Filters, -1),
                    own[ConvolutionModule.BiasOf(j)]
                )
                .relu();
        }
        return steps;
    }

    private Tensor Numbers(Tensor encoded)
    {
        if (shape.StepColumns.Categories.Count == 0)
            return encoded;
        long steps = encoded.shape[0],
            rows = encoded.shape[1];
        Tensor timeSteps = encoded.reshape(steps, rows, shape.PatchLength, -1);
        return WithVectors(timeSteps, CategoryTables.Steps, shape.StepColumns.Categories).reshape(steps, rows, -1);
    }

    // The ids at the end of the last dimension become vectors.
    private Tensor WithVectors(Tensor values, string prefix, IReadOnlyList<CategoryShape> categories)
    {
        if (categories.Count == 0)
            return values;
        long numbers = values.shape[^1] - categories.Count;
        Tensor ids = values.narrow(-1, numbers, categories.Count).to(ScalarType.Int64);
        return cat(
            [
                values.narrow(-1, 0, numbers),
                .. categories.Select((column, k) => VectorsOf(ids.select(-1, k), CategoryTables.NameOf(prefix, k), column.Size)),
            ],
            -1
        );
    }

    private Tensor VectorsOf(Tensor ids, string table, long size) =>
        own[table].index_select(0, ids.reshape(-1)).reshape([.. ids.shape, size]);
}
