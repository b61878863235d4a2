namespace RnnMlNet.Tests.Support;

/// <summary>The kinds of sequence column.</summary>
public enum ColumnKind
{
    Matrix,
    Flat,
    FeatureMajor,
    Ragged,
    Channels,
    RaggedChannels,
    Tokens,
    RaggedTokens,
}

/// <summary>The columns of <see cref="SequenceRow"/> and the options that go with each kind.</summary>
internal static class ColumnKinds
{
    /// <summary>The column, or the columns, that hold the sequence.</summary>
    public static string[] Columns(this ColumnKind kind) =>
        kind switch
        {
            ColumnKind.Channels => [nameof(SequenceRow.ChannelA), nameof(SequenceRow.ChannelB)],
            ColumnKind.RaggedChannels => [nameof(SequenceRow.RaggedA), nameof(SequenceRow.RaggedB)],
            _ => [kind.ToString()],
        };

    /// <summary>Sets the options that make a trainer read this kind of column.</summary>
    public static void ApplyTo(this ColumnKind kind, RnnOptions options)
    {
        string[] columns = kind.Columns();
        if (columns.Length > 1)
            options.ChannelColumnNames = columns;
        else
            options.FeatureColumnName = columns[0];
        if (kind is ColumnKind.Flat or ColumnKind.FeatureMajor or ColumnKind.Ragged)
            options.FeaturesPerStep = SequenceRow.Features;
        if (kind == ColumnKind.FeatureMajor)
            options.Layout = SequenceLayout.FeatureMajor;
    }
}
