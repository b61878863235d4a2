using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Models;

/// <summary>Checks a network read from a file: its sizes, and its weights against them.</summary>
internal static class ShapeCheck
{
    /// <summary>Most tags of a conditional random field: the weights of their pairs are some hundred MB.</summary>
    public const int MostChained = 8192;

    /// <exception cref="FormatException">A size is impossible; the message states which.</exception>
    public static void Check(NetworkShape shape)
    {
        bool stepsAreOneThing = shape.UsesTokens
            ? shape.Features == 0 && shape.EmbeddingSize > 0
            : shape.Features > 0 && shape.EmbeddingSize == 0 && shape.Vocabulary == 0;
        if (
            CellRegistry.Find(shape.Cell) is null
            || !stepsAreOneThing
            || shape.HiddenSize < 1
            || shape.Layers < 1
            || shape.Outputs < 1
            || !PoolingRegistry.Has(shape.Pooling)
            || shape.HeadHiddenSizes.Any(width => width < 1)
        )
            throw ModelErrors.Format(
                $"The model's network is impossible: cell {shape.Cell}, {shape.Features} features, vocabulary {shape.Vocabulary}, "
                    + $"embedding {shape.EmbeddingSize}, hidden size {shape.HiddenSize}, "
                    + $"{shape.Layers} layers, pooling {shape.Pooling}, head [{string.Join(", ", shape.HeadHiddenSizes)}], "
                    + $"{shape.Outputs} outputs."
            );
        // Products of sizes below are computed in int; beyond these bounds they could overflow, and no such network can be trained.
        if (shape.Sizes.Any(size => size.Size > NetworkSize.Largest) || shape.Layers > NetworkSize.MostLayers)
            throw ModelErrors.Format("The model's network states sizes beyond what can exist.");
        if (shape.Sizes.Any(size => size.Size < 0) || (shape.UsesTokens && shape.ProjectionSize > 0))
            throw ModelErrors.Format(
                $"The model's network is impossible: projection {shape.ProjectionSize} of {shape.Features} features, "
                    + $"{shape.StaticSize} numbers beside the steps."
            );
        bool mayHavePatches = !shape.UsesTokens && !shape.PerStep && shape.Decoder is null;
        if (shape.PatchLength < 1 || shape.Features % shape.PatchLength != 0 || (shape.PatchLength > 1 && !mayHavePatches))
            throw ModelErrors.Format(
                $"The model's network is impossible: {shape.Features} features are those of {shape.PatchLength} time steps, pooling "
                    + $"{shape.Pooling}."
            );
        if (shape.IsChained && (!shape.PerStep || shape.Outputs > MostChained))
            throw ModelErrors.Format(
                $"The model's network is impossible: a conditional random field over {shape.Outputs} outputs, pooling {shape.Pooling}."
            );
        if (!Enum.IsDefined(shape.LayerNormalization) || (shape.ResidualConnections && shape.Layers == 1))
            throw ModelErrors.Format($"The model's network is impossible: {shape.Text}.");
        CheckConvolutions(shape);
        CheckInput(shape);
        if (shape.Decoder is DecoderShape decoder)
            Check(shape, decoder);
        if (shape.Cycle is CycleShape cycle)
            Check(shape, cycle);
    }

    private static void CheckConvolutions(NetworkShape shape)
    {
        if (shape.Convolutions.Count == 0)
            return;
        long stride = 1;
        bool arePossible = shape is { ProjectionSize: 0, Decoder: null };
        foreach (ConvolutionShape convolution in shape.Convolutions)
        {
            arePossible &= convolution is { Filters: >= 1, KernelSize: >= 1, Stride: >= 1 };
            stride = Math.Min(2L * NetworkSize.Largest, stride * Math.Clamp(convolution.Stride, 1, NetworkSize.Largest));
            arePossible &= stride <= (shape.PerStep ? 1 : NetworkSize.Largest);
        }
        if (!arePossible)
            throw ModelErrors.Format($"The model's network is impossible: {shape.Text}.");
    }

    private static void CheckInput(NetworkShape shape)
    {
        StepColumns columns = shape.StepColumns;
        bool hasColumns = shape.UsesTokens ? columns.ArePlain : columns.Numbers(shape.TimeStepValues) >= 0;
        bool areCategories = columns
            .Categories.Concat(shape.StaticCategories)
            .All(column => column.Count is >= 1 and <= CategoryShape.Most && column.Size >= 1);
        bool hasStatics =
            shape.StaticCategories.Count <= shape.StaticFeatures
            && Enum.IsDefined(shape.StaticUse)
            && (shape.StaticUse == StaticUse.Head || shape is { StaticFeatures: > 0, Decoder: null, CustomCell: null });
        bool hasCharacters = shape.Characters is null || (shape.UsesTokens && shape.Characters.IsPossible);
        if (!hasColumns || !areCategories || !hasStatics || !hasCharacters || !Enum.IsDefined(columns.MissingValues))
            throw ModelErrors.Format($"The model's network is impossible: {shape.Text}.");
        // At most three encoded numbers for each value, and an elapsed time.
        long step = shape.PatchLength * (3L * shape.TimeStepValues + 1 + VectorsOf(columns.Categories)),
            statics = shape.StaticFeatures + VectorsOf(shape.StaticCategories);
        if (Math.Max(step, statics) > 4L * NetworkSize.Largest)
            throw ModelErrors.Format("The model's network states sizes beyond what can exist.");
    }

    private static long VectorsOf(IReadOnlyList<CategoryShape> columns) => columns.Sum(column => (long)column.Size);

    private static void Check(NetworkShape shape, DecoderShape decoder)
    {
        bool isOne = shape is { Layers: 1, Bidirectional: false, Pooling: Pooling.Last, CustomCell: null, HasBlocks: false };
        if (
            !isOne
            || shape.HeadInputSize != shape.HiddenSize
            || decoder.Steps < 1
            || decoder.Channels < 1
            || decoder.KnownSize < 0
            || shape.Outputs % Math.Max(1, decoder.Steps) != 0
        )
            throw ModelErrors.Format(
                $"The model's network is impossible: {decoder} with {shape.Layers} layers, pooling {shape.Pooling}, "
                    + $"{shape.Outputs} outputs."
            );
        if ((long)decoder.Steps * Math.Max(1, decoder.KnownSize) > 1 << 26 || decoder.Channels > 1 << 26)
            throw ModelErrors.Format("The model's network states sizes beyond what can exist.");
    }

    private static void Check(NetworkShape shape, CycleShape cycle)
    {
        bool areSizes =
            cycle is { Length: >= 2, Channels: >= 1, Window: >= 1, Segment: >= 1, Season: >= 0, OutputsPerStep: >= 1 }
            && cycle.Segment <= shape.Features
            && shape.Outputs % cycle.OutputsPerStep == 0;
        bool readsWindows = shape is { UsesTokens: false, PatchLength: 1, PerStep: false, CustomCell: null };
        if (!areSizes || !readsWindows || shape.Decoder is { Kind.ReadsPreviousOutput: true })
            throw ModelErrors.Format($"The model's network is impossible: {shape.Text}.");
        if (cycle.Channels > NetworkSize.Largest || Math.Max(cycle.Window, cycle.Season) > NetworkSize.Largest)
            throw ModelErrors.Format("The model's network states sizes beyond what can exist.");
    }

    /// <exception cref="FormatException">A weight is missing, unknown, of another shape, or not finite; the message lists them.</exception>
    public static void Check(NetworkShape shape, NetworkWeights weights)
    {
        if (weights.FirstNonFinite() is string name)
            throw ModelErrors.Format($"The model's weight '{name}' holds a value that is not a finite number.");
        // Before they are listed: a few bytes may state many layers.
        if (shape.CustomCell is null && shape.Layers > weights.Tensors.Count)
            throw ModelErrors.Format(
                $"The model's weights do not fit its network: {weights.Tensors.Count} weights for {shape.Layers} layers."
            );
        var expected = NetworkDefinition.TensorsOf(shape).ToDictionary(spec => spec.Name, StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (TensorSpec spec in expected.Values)
        {
            if (!weights.TryGet(spec.Name, out NamedTensor? tensor))
                problems.Add($"'{spec.Name}' [{string.Join(", ", spec.Shape)}] is missing");
            else if (!tensor!.Shape.SequenceEqual(spec.Shape))
                problems.Add($"'{spec.Name}' is [{string.Join(", ", tensor.Shape)}] where [{string.Join(", ", spec.Shape)}] was expected");
        }
        if (shape.CustomCell is not null && HasLayer(weights, 0, 0) && !HasLayer(weights, shape.Layers - 1, shape.Directions - 1))
            problems.Add(
                $"the weights 'rnn.{WeightLayout.Suffix(shape.Layers - 1, shape.Directions - 1)}.*' of its last layer are missing"
            );
        // A custom cell names its own weights, so only a built-in cell's can be checked.
        problems.AddRange(
            weights
                .Tensors.Where(t =>
                    !expected.ContainsKey(t.Name) && !(shape.CustomCell is not null && t.Name.StartsWith("rnn.", StringComparison.Ordinal))
                )
                .Select(t => $"'{t.Name}' is not a weight of this network")
        );
        if (problems.Count > 0)
            throw ModelErrors.Format($"The model's weights do not fit its network: {string.Join("; ", problems)}.");
        CheckUnits(shape, weights);
    }

    /// <exception cref="FormatException">The parameters of a unit are finite, and what a step computes of them is not.</exception>
    public static void CheckUnits(NetworkShape shape, NetworkWeights weights)
    {
        if (shape.CustomCell is not null)
            return;
        foreach (CellModule direction in NetworkDefinition.Of(shape).Layers.SelectMany(layer => layer.Directions))
            if (direction.UnitParameters is TensorSpec spec && !shape.CellDefinition.AreUnitsPossible(weights[spec.Name]))
                throw ModelErrors.Format(
                    $"The model's weight '{spec.Name}' holds parameters of which the cell {shape.Cell} makes no finite number."
                );
    }

    private static bool HasLayer(NetworkWeights weights, int layer, int direction)
    {
        string prefix = $"rnn.{WeightLayout.Suffix(layer, direction)}.";
        return weights.Tensors.Any(t => t.Name.StartsWith(prefix, StringComparison.Ordinal));
    }
}
