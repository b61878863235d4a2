namespace RnnMlNet.Streaming;

/// <summary>A series that an engine holds. Readers and writers hold a lock on the object.</summary>
internal interface IHeldSeries<TSeries>
{
    /// <summary>The series' key.</summary>
    string Key { get; }

    /// <summary>Number of its steps so far.</summary>
    long Steps { get; }

    /// <summary>A copy that later steps do not change.</summary>
    TSeries Copy();
}
