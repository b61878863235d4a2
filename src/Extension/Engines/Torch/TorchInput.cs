using RnnMlNet.Engines.Torch.Cells;
using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>A network's input on torch: embeddings, categories' vectors, projection, convolutions, static values.</summary>
/// <param name="shape">The network's sizes.</param>
/// <param name="own">Its weights by name.</param>
/// <param name="cycle">The learned cycle; null for none.</param>
/// <param name="dropout">Applies the input's dropout.</param>
internal sealed class TorchInput(
    NetworkShape shape,
    IReadOnlyDictionary<string, Parameter> own,
    TorchCycle? cycle,
    Func<Tensor, Tensor> dropout
)
{
    private readonly int[]? _idsOfCodes = shape.Characters?.IdsOfCodes();

    /// <summary>[LayerSteps(T), B, InputSize] the first layer's input.</summary>
    public Tensor Steps(TorchBatch batch)
    {
        Tensor steps = dropout(shape.UsesTokens ? Tokens(batch) : Numbers(batch));
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
    /// For each direction of the first layer the states before the first step, each [B, H]: h, and the other states where the cell has
    /// any; zeros for a row without steps. Null where all are zeros.
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
            Tensor[] learnt = (hasSteps is null ? states : states * hasSteps).split(shape.HiddenSize, 1);
            int next = 0;
            return
            [
                .. shape.CellDefinition.FirstStates.Select(first =>
                    first == FirstState.Learnt ? learnt[next++]
                    : first == FirstState.Zero ? zeros_like(learnt[0])
                    : ones_like(learnt[0]) * (hasSteps ?? ones_like(learnt[0]))
                ),
            ];
        }
    }

    private Tensor Tokens(TorchBatch batch)
    {
        Tensor embedded = VectorsOf(batch.Input, WeightLayout.Embedding, shape.EmbeddingSize);
        return shape.Characters is CharacterShape characters ? cat([embedded, WordsOf(batch, characters)], -1) : embedded;
    }

    // [T, B, C]: the convolution over each word's characters, as a linear map of windows of three, and its maximum over the word.
    private Tensor WordsOf(TorchBatch batch, CharacterShape characters)
    {
        const int Positions = WordCharacters.Length;
        Tensor ids = batch.CharacterIds(_idsOfCodes!);
        Tensor isPadding = ids.eq(Scalars.Zero);
        Tensor isCharacter = isPadding.logical_not().to(ScalarType.Float32).unsqueeze(2);
        Tensor vectors = VectorsOf(ids, CharacterConvolution.Vectors, characters.Size) * isCharacter;
        Tensor outside = zeros_like(vectors.narrow(1, 0, CharacterShape.Window / 2));
        Tensor word = cat([outside, vectors, outside], 1);
        Tensor windows = cat([.. Enumerable.Range(0, CharacterShape.Window).Select(place => word.narrow(1, place, Positions))], 2);
        Tensor filters = own[CharacterConvolution.Filters].permute(0, 2, 1).reshape(characters.Filters, -1);
        Tensor values = nn.functional.linear(windows, filters, own[CharacterConvolution.Bias]);
        // The first position counts, even in the padding of a row.
        Tensor isBeyond = cat([zeros_like(isPadding.narrow(1, 0, 1)), isPadding.narrow(1, 1, Positions - 1)], 1);
        Tensor maxima = values.masked_fill(isBeyond.unsqueeze(2), float.MinValue).max(1).values;
        return maxima.reshape(batch.Input.shape[0], -1, characters.Filters);
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

    private Tensor Numbers(TorchBatch batch)
    {
        Tensor encoded = cycle is null ? batch.Input : cycle.Subtract(batch.Input, batch);
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
