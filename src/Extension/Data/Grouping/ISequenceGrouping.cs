using Microsoft.ML;

namespace RnnMlNet.Data.Grouping;

/// <summary>A transformer that groups rows into sequences.</summary>
internal interface ISequenceGrouping
{
    /// <summary>The columns of sequences.</summary>
    IReadOnlyList<SequenceStepColumns> StepColumns { get; }

    /// <summary>The columns of Text that it maps to keys, under their <see cref="TextKeys.NameOf"/>, and what maps them.</summary>
    IEnumerable<(string Column, ITransformer Keys)> TextMappings { get; }
}
