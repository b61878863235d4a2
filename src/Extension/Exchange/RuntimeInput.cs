using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Text;
using RnnMlNet.Data;
using RnnMlNet.Data.Grouping;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Exchange;

/// <summary>
/// A pipeline's row transformations before the network, in the form that RnnMlNet.Runtime applies: texts split into words, words mapped to
/// keys, columns copied and concatenated, and linear normalisers. It processes the transformers backwards from the network.
/// </summary>
internal sealed class RuntimeInput(IExceptionContext ectx, SequenceColumns sequence, NetworkShape shape, DataViewType columnType)
{
    private readonly List<Source> _sources = [.. sequence.Names.Select(name => new Source(name))];
    private readonly Source? _words = sequence.CharacterName is string words ? new Source(words) : null;
    private readonly List<Source> _statics = [.. sequence.StaticNames.Select(name => new Source(name))];

    // Scaling of all values of the row together, where the normaliser comes after the concatenation.
    private Scaling? _ofAll;
    private char[] _separators = [];
    private static readonly WordTable _noWords = new([], default, hasUnknown: false);

    /// <param name="before">The transformers before the network, in their order.</param>
    /// <exception cref="InvalidOperationException">One of them cannot be exported; the message names it.</exception>
    public RowInput Of(IEnumerable<ITransformer> before)
    {
        foreach (ITransformer transformer in before.Reverse())
            Take(transformer);
        if (_words is not null && _sources[0].Words is not null && _words.Name != _sources[0].Name)
            throw ectx.Except(
                $"The network reads the keys of column '{_sources[0].Name}' and the characters of column '{_words.Name}', and "
                    + "RnnMlNet.Runtime takes both from the same words: name the column that the keys are mapped from as "
                    + "CharacterColumnName, or give the transformer of the network alone."
            );
        var (offsets, scales) = WholeScaling() ?? new Scaling([], []);
        WordTable words = shape.UsesTokens ? _sources[0].Words ?? _noWords : _noWords;
        return new RowInput
        {
            Separators = _separators,
            Words = words.Words,
            WordForm = words.Form,
            HasUnknownWord = words.HasUnknown,
            StepCategories = NamesOf(_sources, shape.StepColumns.Categories),
            StaticCategories = NamesOf(_statics, shape.StaticCategories),
            ColumnNames = shape.UsesTokens ? [] : [.. InOrder()],
            Offsets = offsets,
            Scales = scales,
        };
    }

    // Numbers, the time, keys: as a row's values are ordered. Keys are known as those that the pipeline maps; else the order is unknown.
    private IEnumerable<string> InOrder()
    {
        int keys = shape.StepColumns.Categories.Count;
        if (_sources.Count(source => source.Words is not null) != keys)
            return [];
        return
        [
            .. _sources.Where(source => source.Words is null).Select(source => source.Name),
            .. sequence.TimeName is string time ? [time] : Array.Empty<string>(),
            .. _sources.Where(source => source.Words is not null).Select(source => source.Name),
        ];
    }

    private IEnumerable<Source> All => [.. _sources, .. _words is null ? Array.Empty<Source>() : [_words], .. _statics];

    // Where all columns of categories were mapped to keys by the pipeline; else the names are not known.
    private static CategoryNames[] NamesOf(List<Source> sources, IReadOnlyList<CategoryShape> columns)
    {
        Source[] mapped = [.. sources.Where(source => source.Words is { HasUnknown: false } words && words.Form == default)];
        return mapped.Length == columns.Count ? [.. mapped.Select(source => new CategoryNames(source.Name, source.Words!.Words))] : [];
    }

    private void Take(ITransformer transformer)
    {
        switch (transformer)
        {
            case ColumnCopyingTransformer copy:
                foreach (var (output, input) in copy.Columns)
                    Rename(output, input);
                break;
            case ColumnConcatenatingTransformer concatenation:
                foreach (var (output, inputs) in concatenation.Columns)
                    Concatenate(output, inputs);
                break;
            case NormalizingTransformer normalizer:
                for (int i = 0; i < normalizer.Columns.Length; i++)
                    Normalize(
                        normalizer.Columns[i].Name,
                        normalizer.Columns[i].InputColumnName,
                        normalizer.GetNormalizerModelParameters(i)
                    );
                break;
            case ValueToKeyMappingTransformer mapping:
                for (int i = 0; i < mapping.ColumnPairs.Length; i++)
                    MapToKeys(mapping.ColumnPairs[i].outputColumnName, mapping.ColumnPairs[i].inputColumnName, mapping.GetTermMap(i));
                break;
            case IWordMapping mapping:
                MapToKeys(mapping);
                break;
            case IUnsupportedByRuntime ours:
                if (ours.OutputColumnNames.FirstOrDefault(output => _sources.Any(source => source.Name == output)) is string made)
                    throw ectx.Except(
                        $"RnnMlNet.Runtime cannot apply {transformer.GetType().Name}, which produces column '{made}': {ours.Remedy}."
                    );
                break;
            case WordTokenizingTransformer tokenizer:
                foreach (WordTokenizingEstimator.ColumnOptions column in tokenizer.Columns)
                    Tokenize(column);
                break;
            case ColumnSelectingTransformer:
                break;
            case ISequenceGrouping grouping:
                foreach (SequenceStepColumns column in grouping.StepColumns)
                    Group(column, grouping);
                foreach (var (_, keys) in grouping.TextMappings)
                    Take(keys);
                break;
            case OneToOneTransformerBase other:
                foreach (var (output, _) in other.ColumnPairs)
                    Refuse(transformer, output);
                break;
            default:
                throw CannotTake(transformer, "it may produce the network's input");
        }
    }

    private void Rename(string output, string input)
    {
        foreach (Source source in All.Where(source => source.Name == output))
            source.Name = input;
    }

    // A row of the runtime is a sequence already: its steps consist of these columns.
    private void Group(SequenceStepColumns columns, ISequenceGrouping grouping)
    {
        int place = _sources.FindIndex(source => source.Name == columns.OutputColumnName);
        if (place < 0)
            return;
        if (columns.StepColumnNames.Count == 1)
        {
            string step = columns.StepColumnNames[0];
            _sources[place].Name = grouping.TextMappings.Any(mapping => mapping.Column == step) ? TextKeys.NameOf(step) : step;
            return;
        }
        _sources.RemoveAt(place);
        _sources.InsertRange(place, columns.StepColumnNames.Select(input => new Source(input)));
    }

    private void Concatenate(string output, string[] inputs)
    {
        RefuseBeside(output, "concatenates columns to");
        int place = _sources.FindIndex(source => source.Name == output);
        if (place < 0)
            return;
        if (_sources[place].Scaling is not null)
            throw ectx.Except(
                $"One of several columns, '{output}', is normalised behind a Concatenate, which RnnMlNet.Runtime cannot "
                    + "apply: normalise all of them behind it."
            );
        _sources.RemoveAt(place);
        _sources.InsertRange(place, inputs.Select(input => new Source(input)));
    }

    private void Normalize(string output, string input, NormalizingTransformer.NormalizerModelParametersBase parameters)
    {
        RefuseBeside(output, "normalises");
        foreach (Source source in _sources.Where(source => source.Name == output))
        {
            if (_ofAll is not null || source.Scaling is not null)
                throw ectx.Except(
                    $"Two normalisers in a row make column '{output}', and RnnMlNet.Runtime applies only one: leave out "
                        + "one, or both (the trainer standardises each feature itself)."
                );
            source.Name = input;
            Scaling scaling = parameters switch
            {
                NormalizingTransformer.AffineNormalizerModelParameters<float> one => new([one.Offset], [one.Scale]),
                NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<float>> many => new(Offsets(many), [.. many.Scale]),
                _ => throw ectx.Except(
                    $"The normaliser of column '{output}' is not linear, and RnnMlNet.Runtime applies those "
                        + "that are (NormalizeMinMax, NormalizeMeanVariance): "
                        + "train with one of these, or without (the trainer standardises each feature itself)."
                ),
            };
            if (_sources.Count == 1)
                _ofAll = scaling;
            else
                source.Scaling = scaling;
        }
    }

    private static float[] Offsets(NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<float>> parameters) =>
        parameters.Offset.IsDefaultOrEmpty ? new float[parameters.Scale.Length] : [.. parameters.Offset];

    private void MapToKeys(string output, string input, ValueToKeyMappingTransformer.TermMap map)
    {
        foreach (Source source in All.Where(source => source.Name == output))
        {
            if (map is not ValueToKeyMappingTransformer.TermMap<ReadOnlyMemory<char>> words)
                throw ectx.Except(
                    $"The keys of column '{output}' are of {map.ItemType}, and RnnMlNet.Runtime applies mappings of "
                        + "text alone: map text to keys."
                );
            source.Name = input;
            VBuffer<ReadOnlyMemory<char>> terms = default;
            words.GetTerms(ref terms);
            source.Words = new WordTable([.. terms.DenseValues().Select(term => term.ToString())], default, hasUnknown: false);
        }
    }

    private void MapToKeys(IWordMapping mapping)
    {
        foreach (Source source in All.Where(source => source.Name == mapping.OutputColumnName))
        {
            source.Name = mapping.InputColumnName;
            source.Words = mapping.Table;
        }
    }

    private void Tokenize(WordTokenizingEstimator.ColumnOptions column)
    {
        foreach (Source source in All.Where(source => source.Name == column.Name))
        {
            source.Name = column.InputColumnName;
            _separators = [.. column.Separators];
        }
    }

    private void Refuse(ITransformer transformer, string output)
    {
        if (All.Any(source => source.Name == output) || output == sequence.TimeName)
            throw CannotTake(transformer, $"it produces column '{output}'");
    }

    // Static values and times are passed to the runtime as they are.
    private void RefuseBeside(string output, string what)
    {
        if (_statics.Exists(source => source.Name == output) || output == sequence.TimeName)
            throw ectx.Except(
                $"A transformer {what} column '{output}', and RnnMlNet.Runtime takes static values and times as they are: leave it out "
                    + "(the trainer standardises static values itself), or give the transformer of the network alone."
            );
    }

    private InvalidOperationException CannotTake(ITransformer transformer, string what) =>
        (InvalidOperationException)
            ectx.Except(
                $"RnnMlNet.Runtime cannot apply {transformer.GetType().Name}, of which the pipeline has one "
                    + $"before the network ({what}). "
                    + "It takes TokenizeIntoWords, LearnVocabulary, MapValueToKey of text, "
                    + "CopyColumns, Concatenate, NormalizeMinMax and NormalizeMeanVariance: give the transformer of the network alone, "
                    + "and do the "
                    + "rest before you score."
            );

    // Scaling of all values, step after step; null for none.
    private Scaling? WholeScaling()
    {
        if (_ofAll is null && _sources.All(source => source.Scaling is null))
            return null;
        if (!shape.StepColumns.ArePlain)
            throw ectx.Except(
                "The pipeline normalises columns of steps that also have keys or times, and RnnMlNet.Runtime applies a normaliser to rows "
                    + "of numbers alone: leave it out (the trainer standardises each feature itself)."
            );
        int size = columnType.GetValueCount() * (sequence.AreChannels ? sequence.Names.Count : 1);
        float[] offsets = _ofAll?.Offsets ?? [.. _sources.SelectMany(source => source.Scaling?.Offsets ?? [0])];
        float[] scales = _ofAll?.Scales ?? [.. _sources.SelectMany(source => source.Scaling?.Scales ?? [1])];
        if (offsets.Length != size || shape.UsesTokens)
            throw ectx.Except(
                $"The pipeline normalises {offsets.Length} values of a row, and RnnMlNet.Runtime applies a normaliser "
                    + $"where that is their number, here {size}: "
                    + "normalise all columns or none (the trainer standardises each feature itself)."
            );
        bool isFeatureMajor = sequence.AreChannels || sequence.Layout == SequenceLayout.FeatureMajor;
        return isFeatureMajor ? new Scaling(StepMajor(offsets), StepMajor(scales)) : new Scaling(offsets, scales);
    }

    private float[] StepMajor(float[] values)
    {
        int features = shape.TimeStepValues,
            steps = values.Length / features;
        return [.. Enumerable.Range(0, values.Length).Select(i => values[i % features * steps + i / features])];
    }

    private sealed record Scaling(float[] Offsets, float[] Scales);

    /// <summary>A source column of the row's values.</summary>
    private sealed class Source(string name)
    {
        public string Name { get; set; } = name;

        /// <summary>Scaling of its values afterwards; null for none.</summary>
        public Scaling? Scaling { get; set; }

        /// <summary>The words that its values are mapped from to keys; null where they are not.</summary>
        public WordTable? Words { get; set; }
    }
}
