using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>
/// Creates a network from a safetensors file: finds its modules by their names, infers its sizes from the tensors' shapes, and compares
/// every tensor with those sizes before any value is read.
/// </summary>
internal sealed class SafetensorsImport
{
    private readonly RnnImportOptions _options;
    private readonly SequenceBinding _binding;
    private readonly SafetensorsInput _input;
    private readonly SequenceTask _task;
    private readonly SafetensorsMetadata _metadata;
    private readonly IReadOnlyList<SafetensorsEntry> _entries;
    private readonly SafetensorsProblems _problems = new();
    private readonly SafetensorsClaims _claims;

    private SafetensorsImport(SafetensorsFile file, RnnImportOptions options, SequenceBinding binding, SequenceTask task)
    {
        _options = options;
        _binding = binding;
        _task = task;
        _metadata = SafetensorsMetadata.Parse(file.Metadata);
        _entries = [.. file.Entries.Where(entry => !options.IgnoredNames.Any(name => SafetensorsNames.IsOrIsIn(entry.Name, name)))];
        _claims = new SafetensorsClaims(file, _entries, _problems);
        _input = new SafetensorsInput(_entries, _claims, _metadata, _problems);
    }

    /// <param name="file">The file.</param>
    /// <param name="options">Checked options.</param>
    /// <param name="binding">The network's sequence columns.</param>
    /// <param name="task">The network's task.</param>
    /// <exception cref="FormatException">Tensors are missing, left over, misshapen or not finite, or contradict the options; the message
    /// lists all problems.</exception>
    public static TrainedNetwork Read(SafetensorsFile file, RnnImportOptions options, SequenceBinding binding, SequenceTask task) =>
        new SafetensorsImport(file, options, binding, task).Read();

    private TrainedNetwork Read()
    {
        string own = SafetensorsMetadata.NameOf(_task);
        if (_metadata.Task is string task && task != own)
            _problems.Add($"its network was trained for {task}, and this is an import for {own}");
        var recurrent = SafetensorsRecurrent.Find(_entries, _options, _metadata, _problems);
        var linears = SafetensorsLinear.Of(_entries);
        linears.RemoveAll(SafetensorsInput.IsNoLayer);
        Pooling pooling = SafetensorsMetadata.IsPerStep(_task)
            ? 0
            : _problems.Agreed(nameof(_options.Pooling), _options.Pooling, _metadata.Pooling) ?? Pooling.Last;
        int stateWidth = recurrent.HiddenSize * (recurrent.Bidirectional ? 2 : 1);
        string? attention =
            (pooling & Pooling.Attention) != 0
                ? SafetensorsLinear.TakeAttention(linears, stateWidth, _options.AttentionName, _problems)
                : null;
        CharacterShape? characters = _input.Characters(_binding);
        int? stepSize = _input.StepInputSize(recurrent.InputSize),
            embeddingSize = stepSize is int width ? Math.Max(1, width - (characters?.Filters ?? 0)) : null;
        string? embedding =
            _binding.Vocabulary > 0
                ? SafetensorsLinear.TakeEmbedding(linears, _binding.Vocabulary, embeddingSize, _options.EmbeddingName, _problems)
                : null;
        NetworkShape body = Body(recurrent, embedding, embeddingSize, pooling) with { Characters = characters };
        IReadOnlyList<SafetensorsLinear> head = Head(linears, body.HeadInputSize);
        NetworkShape shape = body with
        {
            HeadHiddenSizes = [.. head.SkipLast(1).Select(linear => linear.Outputs)],
            Outputs = head.Count > 0 ? head[^1].Outputs : 1,
        };
        ShapeCheck.Check(shape);
        if (NetworkSize.Problem(shape) is string problem)
            throw _problems.With($"it is too large. {problem}");

        List<SafetensorsClaim> weights =
        [
            .. _input.Tensors(shape),
            .. Embedding(shape, embedding),
            .. Convolutions(shape),
            .. Recurrent(shape, recurrent),
            .. NetworkDefinition.Of(shape).Norms.SelectMany(norm => norm.Tensors).Select(spec => _claims.Expect(spec, spec.Name)),
            .. Readout(shape, attention),
            .. head.Count > 0 ? HeadTensors(shape, head) : [],
        ];
        SafetensorsClaim[] features = Scaling(
            SafetensorsExport.FeatureMean,
            SafetensorsExport.FeatureDeviation,
            shape.EncodedFeatures,
            nameof(_options.FeatureMeans),
            _options.FeatureMeans
        );
        SafetensorsClaim[] labels =
            head.Count > 0
                ? Scaling(
                    SafetensorsExport.LabelMean,
                    SafetensorsExport.LabelDeviation,
                    shape.Outputs,
                    nameof(_options.LabelMeans),
                    _options.LabelMeans
                )
                : [];
        if (head.Count > 0)
            CheckOutputs(shape.Outputs);
        SafetensorsClaim[] statics = _claims.ExpectScaling(
            SafetensorsExport.StaticMean,
            SafetensorsExport.StaticDeviation,
            shape.StaticFeatures
        );
        SafetensorsClaim[] categories = _input.Categories(shape);
        _claims.CheckLeftOver();
        _problems.ThrowIfAny(Describe(shape));
        var read = new NetworkWeights(_claims.Read(weights));
        ShapeCheck.CheckUnits(shape, read);
        return new TrainedNetwork(
            shape,
            read,
            Scaling(features, _options.FeatureMeans, _options.FeatureDeviations),
            Scaling(labels, _options.LabelMeans, _options.LabelDeviations),
            new TrainingHistory([], 0, StopReason.MaxEpochs, 0, 0, 0)
        )
        {
            HasVectorLabel = _task == SequenceTask.Regression && (shape.Outputs > 1 || _metadata.HasVectorLabel == true),
            StaticScaling = _claims.ReadScaling(statics),
            CategoryScaling = _input.ReadScaling(categories),
        };
    }

    private NetworkShape Body(SafetensorsRecurrent recurrent, string? embedding, int? embeddingSize, Pooling pooling) =>
        new()
        {
            Cell = recurrent.Cell,
            Features = _binding.Features,
            StepColumns = _input.StepColumns(_binding),
            Convolutions = _input.Convolutions(),
            StaticFeatures = _binding.Static.Width,
            StaticCategories = _input.StaticCategories(_binding),
            StaticUse = _input.StaticUse(_options),
            Vocabulary = _binding.Vocabulary,
            EmbeddingSize = embedding is null
                ? 0
                : embeddingSize
                    ?? throw _problems.With(
                        $"the width of the embedding cannot be inferred: there is no matrix '{recurrent.Name("weight_ih_l0")}'"
                    ),
            HiddenSize = recurrent.HiddenSize,
            Layers = recurrent.Layers,
            Bidirectional = recurrent.Bidirectional,
            ResidualConnections = IsResidual(recurrent),
            LayerNormalization =
                _problems.Agreed(nameof(_options.LayerNormalization), _options.LayerNormalization, _metadata.LayerNormalization)
                ?? LayerNormalization.None,
            Pooling = pooling,
            IsChained = _task == SequenceTask.SequenceTagging && _claims.IsInFile(ChainedStates.Pairs),
        };

    private bool IsResidual(SafetensorsRecurrent recurrent)
    {
        bool isResidual =
            _problems.Agreed(nameof(_options.ResidualConnections), _options.ResidualConnections, _metadata.ResidualConnections) ?? false;
        if (!isResidual || recurrent.Layers > 1)
            return isResidual;
        _problems.Add($"ResidualConnections is true, but the module '{recurrent.Module}' has one layer, which has none below");
        return false;
    }

    // Empty where the head is ambiguous; its tensors are then neither required nor left over.
    private IReadOnlyList<SafetensorsLinear> Head(List<SafetensorsLinear> linears, int pooledSize)
    {
        IReadOnlyList<SafetensorsLinear> head = _options.HeadNames is string[] names
            ? NamedHead(linears, names)
            : SafetensorsHead.Chain(linears, pooledSize, _problems);
        if (linears.Count == 0 && _options.HeadNames is null)
            _problems.Add(
                $"the head is missing: there is no linear layer, such as 'fc.weight' [outputs, {pooledSize}] and 'fc.bias' [outputs]"
            );
        if (head.Count == 0)
        {
            _claims.PassOver(linears.SelectMany(linear => new[] { linear.Weight.Name, SafetensorsNames.Join(linear.Module, "bias") }));
            _claims.PassOver([SafetensorsExport.LabelMean, SafetensorsExport.LabelDeviation]);
        }
        return head;
    }

    private List<SafetensorsLinear> NamedHead(List<SafetensorsLinear> linears, string[] names)
    {
        var head = new List<SafetensorsLinear>();
        foreach (string name in names)
            if (linears.Find(linear => linear.Module == name) is SafetensorsLinear linear)
                head.Add(linear);
            else
                _problems.Add($"the matrix '{SafetensorsNames.Join(name, "weight")}' of HeadNames is missing");
        return head.Count == names.Length ? head : [];
    }

    private IEnumerable<SafetensorsClaim> Embedding(NetworkShape shape, string? module) =>
        NetworkDefinition.Of(shape).Input.Tensors.Select(spec => _claims.Expect(spec, SafetensorsNames.Join(module!, "weight")));

    private IEnumerable<SafetensorsClaim> Convolutions(NetworkShape shape) =>
        NetworkDefinition
            .Of(shape)
            .Convolutions.SelectMany(convolution => convolution.Tensors)
            .Select(spec => _claims.Expect(spec, spec.Name));

    private IEnumerable<SafetensorsClaim> Recurrent(NetworkShape shape, SafetensorsRecurrent recurrent)
    {
        foreach (TensorSpec spec in NetworkDefinition.RecurrentTensorsOf(shape))
        {
            string name = spec.Name["rnn.".Length..];
            bool isBias = name.StartsWith("bias", StringComparison.Ordinal);
            yield return isBias && !recurrent.HasBias ? new SafetensorsClaim(spec, null) : _claims.Expect(spec, recurrent.Name(name));
        }
    }

    private IEnumerable<SafetensorsClaim> Readout(NetworkShape shape, string? attention) =>
        NetworkDefinition
            .Of(shape)
            .Readout.Tensors.Select(spec =>
                _claims.Expect(spec, spec.Name == WeightLayout.Attention ? SafetensorsNames.Join(attention!, "weight") : spec.Name)
            );

    private IEnumerable<SafetensorsClaim> HeadTensors(NetworkShape shape, IReadOnlyList<SafetensorsLinear> head)
    {
        bool hasBias = head.Any(linear => linear.HasBias);
        return NetworkDefinition
            .Of(shape)
            .Head.Tensors.Select(
                (spec, i) =>
                {
                    bool isBias = i % 2 == 1;
                    return isBias && !hasBias
                        ? new SafetensorsClaim(spec, null)
                        : _claims.Expect(spec, SafetensorsNames.Join(head[i / 2].Module, isBias ? "bias" : "weight"));
                }
            );
    }

    private SafetensorsClaim[] Scaling(string mean, string deviation, int width, string option, float[]? given)
    {
        bool isInFile = width > 0 && (_claims.IsInFile(mean) || _claims.IsInFile(deviation));
        if (given is not null && isInFile)
            _problems.Add(
                $"{option} is set, but the file has '{mean}' of its own: leave {option} null, or name '{mean}' and '{deviation}' in "
                    + $"IgnoredNames"
            );
        if (given is not null && given.Length != width)
            _problems.Add($"{option} has {given.Length} values where {width} were expected");
        return _claims.ExpectScaling(mean, deviation, width);
    }

    private void CheckOutputs(int outputs)
    {
        if (_task == SequenceTask.BinaryClassification && outputs != 1)
            _problems.Add($"a binary classifier has 1 output, and this network has {outputs}: import it with ml.MulticlassClassification");
        if (_task == SequenceTask.MulticlassClassification && outputs < 2)
            _problems.Add(
                "a multiclass classifier has an output for each class, and this network has 1: import it with ml.BinaryClassification"
            );
        if (_task == SequenceTask.SequenceTagging && outputs < 2)
            _problems.Add("a sequence tagger has an output for each class, and this network has 1");
        if (_options.ClassNames is string[] classes && classes.Length != outputs)
            _problems.Add($"ClassNames has {classes.Length} names, but the network has {outputs} outputs");
    }

    private FeatureScaling? Scaling(SafetensorsClaim[] inFile, float[]? means, float[]? deviations)
    {
        if (means is not null)
            return new FeatureScaling([.. means], [.. deviations!]);
        return _claims.ReadScaling(inFile);
    }

    private string Describe(NetworkShape shape) =>
        $"a network that reads {_binding.Describe()}, as column '{_binding.Columns[0].Name}' has, "
        + $"cell {shape.Cell}, hidden size {shape.HiddenSize}, {shape.Layers} layer{(shape.Layers == 1 ? "" : "s")}, "
        + $"{(shape.Bidirectional ? "both directions" : "one direction")}, pooling {shape.Pooling}";
}
