using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using RnnMlNet.Data.Grouping;
using RnnMlNet.Interop;

namespace RnnMlNet;

/// <summary>
/// Groups the rows of a long table, one for each time step, into sequences, one row each or one for each window: what the trainers of
/// recurrent networks take. Created by <c>mlContext.Transforms.GroupIntoSequences</c>.
/// </summary>
/// <remarks>
/// Fit learns the keys of Text columns alone, and reads rows only for those. The output has key columns, static columns, sequences, labels,
/// and the times of the first and the last step; other columns of the table are left out.
/// </remarks>
public sealed class SequenceGroupingEstimator : IEstimator<SequenceGroupingTransformer>
{
    private readonly IHost _host;
    private readonly SequenceGroupingOptions _options;

    internal SequenceGroupingEstimator(IHostEnvironment env, SequenceGroupingOptions options)
    {
        MlNetVersion.Ensure();
        Contracts.CheckValue(env, nameof(env));
        _host = env.Register(nameof(SequenceGroupingEstimator));
        _host.CheckValue(options, nameof(options));
        GroupingCheck.Check(_host, options);
        _options = options.Clone();
    }

    /// <summary>Checks the columns, and learns the keys of Text columns.</summary>
    /// <param name="input">The long table.</param>
    /// <returns>A transformer that groups rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SequenceGroupingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        SchemaShape shape = SchemaShape.Create(input.Schema);
        GetOutputSchema(shape);
        var textKeys = new List<TextKeyColumn>();
        foreach (string name in TextColumns(shape))
            textKeys.Add(new TextKeyColumn(name, KeysOf(name).Fit(input)));
        return new SequenceGroupingTransformer(_host, _options, textKeys, input.Schema);
    }

    /// <summary>Returns the columns of Fit's transformer, after the same checks of the input columns.</summary>
    /// <param name="inputSchema">The long table's columns.</param>
    /// <returns>The output columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        SchemaShape mapped = inputSchema;
        foreach (string name in TextColumns(inputSchema))
            mapped = KeysOf(name).GetOutputSchema(mapped);
        return GroupingShape.Outputs(_host, mapped, _options, needsLabels: true);
    }

    private IEnumerable<string> TextColumns(SchemaShape schema) =>
        TextKeys
            .Candidates(_options)
            .Where(name =>
                schema.TryFindColumn(name, out SchemaShape.Column column)
                && column.Kind == SchemaShape.Column.VectorKind.Scalar
                && column.ItemType is TextDataViewType
            );

    // By value, so that keys do not depend on the order of the rows.
    private ValueToKeyMappingEstimator KeysOf(string name) =>
        new(
            _host,
            TextKeys.NameOf(name),
            name,
            maximumNumberOfKeys: int.MaxValue,
            keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue
        );
}
