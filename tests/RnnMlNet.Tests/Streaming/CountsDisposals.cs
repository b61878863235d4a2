using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;

namespace RnnMlNet.Tests.Streaming;

/// <summary>A transformer that passes rows on as they are and counts how often it was disposed.</summary>
internal sealed class CountsDisposals(ITransformer inner) : ITransformer, IDisposable
{
    public ITransformer Inner => inner;

    public int Disposals { get; private set; }

    public bool IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new CompositeRowToRowMapper(inputSchema, []);

    public IDataView Transform(IDataView input) => input;

    public void Save(ModelSaveContext ctx) => throw new NotSupportedException();

    public void Dispose() => Disposals++;
}
