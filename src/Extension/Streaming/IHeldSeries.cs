namespace RnnMlNet.Streaming;

/// <summary>A series that an engine holds. Who reads or changes it holds a lock on the object.</summary>
internal interface IHeldSeries<TSeries>
{
    /// <summary>What its steps are told from those of other series by.</summary>
    string Key { get; }

    /// <summary>Steps that it has had.</summary>
    long Steps { get; }

    /// <summary>A copy that later steps do not change.</summary>
    TSeries Copy();
}
