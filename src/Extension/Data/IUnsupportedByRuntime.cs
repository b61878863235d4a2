namespace RnnMlNet.Data;

/// <summary>A transformer of ours that RnnMlNet.Runtime cannot apply.</summary>
internal interface IUnsupportedByRuntime
{
    IEnumerable<string> OutputColumnNames { get; }

    /// <summary>What to do instead, for an error message.</summary>
    string Remedy { get; }
}
