using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Data.Formats;
using RnnMlNet.Interop;

namespace Microsoft.ML;

/// <summary>
/// Extension methods that load the file formats of sequence data sets: .ts of the UEA and UCR archives, CoNLL and CoNLL-U, and .tsf of the
/// Monash archive. Files are UTF-8 with or without a byte order mark, decompressed where the name ends with <c>.gz</c>, and read anew by
/// each cursor, row by row. A <see cref="FormatException"/> names the file and the line. Malformed rows are found when they are read.
/// </summary>
public static class SequenceFilesCatalog
{
    /// <summary>
    /// Loads a .ts file of labelled series, the format of the UEA and UCR archives (aeon, sktime). A row is one series of T steps of F
    /// channels; T may differ from row to row.
    /// </summary>
    /// <param name="catalog">The data catalog of a context.</param>
    /// <param name="path">The file.</param>
    /// <param name="featureColumnName">Name of the column of values: VariableVector of Single [*, F], all channels of step 0, then all of
    /// step 1, ...; NaN where the file has <c>?</c>. Trainers find F in the type.</param>
    /// <param name="labelColumnName">Name of the column of labels: Text with <c>@classLabel true</c>, and the header's classes as the
    /// annotation <c>ClassLabels</c>; Single with <c>@targetLabel true</c>, NaN where it is <c>?</c>; no column otherwise.</param>
    /// <param name="timesColumnName">Name of the column of the steps' times, with <c>@timeStamps true</c>: VariableVector [T] of DateTime,
    /// or of Int64 where the file numbers the steps; no column otherwise.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="FormatException">The header or the first row is malformed: an unknown, repeated or contradictory tag, channels of
    /// different lengths or times, a number of channels or steps other than stated, a class that is not listed, a missing value where the
    /// header excludes them, times that do not ascend. Reading the rows throws it for later ones.</exception>
    public static IDataView LoadFromTsFile(
        this DataOperationsCatalog catalog,
        string path,
        string featureColumnName = DefaultColumnNames.Features,
        string labelColumnName = DefaultColumnNames.Label,
        string timesColumnName = "Times"
    ) => catalog.LoadFromTsFile(Source(catalog, path), featureColumnName, labelColumnName, timesColumnName);

    /// <inheritdoc cref="LoadFromTsFile(DataOperationsCatalog, string, string, string, string)"/>
    /// <param name="catalog">The data catalog of a context.</param>
    /// <param name="source">The files, such as a <see cref="MultiFileSource"/>: one after another, with the same channels, kind of labels,
    /// classes and kind of times.</param>
    /// <param name="featureColumnName">Name of the column of values: VariableVector of Single [*, F], all channels of step 0, then all of
    /// step 1, ...; NaN where the file has <c>?</c>. Trainers find F in the type.</param>
    /// <param name="labelColumnName">Name of the column of labels: Text with <c>@classLabel true</c>, and the header's classes as the
    /// annotation <c>ClassLabels</c>; Single with <c>@targetLabel true</c>, NaN where it is <c>?</c>; no column otherwise.</param>
    /// <param name="timesColumnName">Name of the column of the steps' times, with <c>@timeStamps true</c>: VariableVector [T] of DateTime,
    /// or of Int64 where the file numbers the steps; no column otherwise.</param>
    public static IDataView LoadFromTsFile(
        this DataOperationsCatalog catalog,
        IMultiStreamSource source,
        string featureColumnName = DefaultColumnNames.Features,
        string labelColumnName = DefaultColumnNames.Label,
        string timesColumnName = "Times"
    ) => TsFile.Load(Environment(catalog, source), source, featureColumnName, labelColumnName, timesColumnName);

    /// <summary>
    /// Loads a CoNLL file: a word and its annotations on each line, in columns with white space between them, and a blank line after each
    /// sentence. A row is a sentence: <c>Tokens</c>, a VariableVector of Text, and a vector of the same length for each column of the
    /// options. Lines of <c>-DOCSTART-</c>, which begin documents, are skipped.
    /// </summary>
    /// <param name="catalog">The data catalog of a context.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Which columns are read; null for the defaults: the first as <c>Tokens</c>, the last as <c>Labels</c>.</param>
    /// <returns>The sentences.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Two columns have one name.</exception>
    /// <exception cref="FormatException">The file has no sentence, or the first is malformed: a line with another number of columns, a
    /// column of the options that the file does not have, a document that begins inside a sentence. Reading the sentences throws it for
    /// later ones.</exception>
    public static IDataView LoadFromConllFile(this DataOperationsCatalog catalog, string path, ConllOptions? options = null) =>
        catalog.LoadFromConllFile(Source(catalog, path), options);

    /// <inheritdoc cref="LoadFromConllFile(DataOperationsCatalog, string, ConllOptions?)"/>
    /// <param name="catalog">The data catalog of a context.</param>
    /// <param name="source">The files, such as a <see cref="MultiFileSource"/>: one after another, with the same number of columns.</param>
    /// <param name="options">Which columns are read; null for the defaults: the first as <c>Tokens</c>, the last as <c>Labels</c>.</param>
    public static IDataView LoadFromConllFile(
        this DataOperationsCatalog catalog,
        IMultiStreamSource source,
        ConllOptions? options = null
    ) => ConllFile.Load(Environment(catalog, source), source, options ?? new ConllOptions());

    /// <summary>
    /// Loads a CoNLL-U file of Universal Dependencies. A row is a sentence: <c>Tokens</c>, a VariableVector of Text with the FORM of each
    /// word, and a vector of the same length for each field of the options. Words have a whole number as ID: lines of multiword tokens
    /// (<c>1-2</c>) and empty nodes (<c>1.1</c>) are checked and skipped, as the format says for the sequence of words.
    /// </summary>
    /// <param name="catalog">The data catalog of a context.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Which fields and metadata are read; null for the defaults: UPOS as <c>Labels</c>.</param>
    /// <returns>The sentences.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Two columns have one name.</exception>
    /// <exception cref="FormatException">The file has no sentence, or the first is malformed: a line without ten fields, an empty field, an
    /// ID that is malformed or out of order, comments inside or without a sentence. Reading the sentences throws it for later
    /// ones.</exception>
    public static IDataView LoadFromConlluFile(this DataOperationsCatalog catalog, string path, ConlluOptions? options = null) =>
        catalog.LoadFromConlluFile(Source(catalog, path), options);

    /// <inheritdoc cref="LoadFromConlluFile(DataOperationsCatalog, string, ConlluOptions?)"/>
    /// <param name="catalog">The data catalog of a context.</param>
    /// <param name="source">The files, such as a <see cref="MultiFileSource"/>: one after another.</param>
    /// <param name="options">Which fields and metadata are read; null for the defaults: UPOS as <c>Labels</c>.</param>
    public static IDataView LoadFromConlluFile(
        this DataOperationsCatalog catalog,
        IMultiStreamSource source,
        ConlluOptions? options = null
    ) => ConlluFile.Load(Environment(catalog, source), source, options ?? new ConlluOptions());

    /// <summary>
    /// Loads a .tsf file, the format of the Monash archive of forecasting sets, as ForecastByRnn takes series: a row for each step of each
    /// series. The series' attributes are columns of the file's names: Text (string), Double (numeric) or DateTime (date).
    /// </summary>
    /// <param name="catalog">The data catalog of a context.</param>
    /// <param name="path">The file.</param>
    /// <param name="seriesColumnName">Name of the column of series: Int32, the series' number from 1, because names in such files are not
    /// always unique.</param>
    /// <param name="timeColumnName">Name of the column of times: DateTime, from the attribute of type date (the one named
    /// <c>start_timestamp</c> if there are several) on, at <c>@frequency</c>; Int64, the step from 0, where the file has no such
    /// attribute.</param>
    /// <param name="valueColumnName">Name of the column of values: Single, NaN where the file has <c>?</c>. Its annotations
    /// <c>Frequency</c> (Text) and <c>Horizon</c> (Int32) hold those of the header.</param>
    /// <returns>The steps, series by series, each in time order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An attribute has the name of another column.</exception>
    /// <exception cref="FormatException">The header or the first series is malformed: an unknown or repeated tag, an unknown frequency, a
    /// number of attributes other than declared, an attribute that is not of its type, a missing value or another length where the header
    /// excludes them. Reading the rows throws it for later ones.</exception>
    public static IDataView LoadFromTsfFile(
        this DataOperationsCatalog catalog,
        string path,
        string seriesColumnName = "Series",
        string timeColumnName = "Time",
        string valueColumnName = "Value"
    ) => catalog.LoadFromTsfFile(Source(catalog, path), seriesColumnName, timeColumnName, valueColumnName);

    /// <inheritdoc cref="LoadFromTsfFile(DataOperationsCatalog, string, string, string, string)"/>
    /// <param name="catalog">The data catalog of a context.</param>
    /// <param name="source">The files, such as a <see cref="MultiFileSource"/>: one after another, with the same attributes, frequency and
    /// horizon.</param>
    /// <param name="seriesColumnName">Name of the column of series: Int32, the series' number from 1 through all files, because names in
    /// such files are not always unique.</param>
    /// <param name="timeColumnName">Name of the column of times: DateTime, from the attribute of type date (the one named
    /// <c>start_timestamp</c> if there are several) on, at <c>@frequency</c>; Int64, the step from 0, where the file has no such
    /// attribute.</param>
    /// <param name="valueColumnName">Name of the column of values: Single, NaN where the file has <c>?</c>. Its annotations
    /// <c>Frequency</c> (Text) and <c>Horizon</c> (Int32) hold those of the header.</param>
    public static IDataView LoadFromTsfFile(
        this DataOperationsCatalog catalog,
        IMultiStreamSource source,
        string seriesColumnName = "Series",
        string timeColumnName = "Time",
        string valueColumnName = "Value"
    ) => TsfFile.Load(Environment(catalog, source), source, seriesColumnName, timeColumnName, valueColumnName);

    private static MultiFileSource Source(DataOperationsCatalog catalog, string path)
    {
        Contracts.CheckValue(catalog, nameof(catalog));
        Contracts.CheckNonWhiteSpace(path, nameof(path));
        if (!File.Exists(path))
            throw Contracts.ExceptUserArg(nameof(path), $"There is no file '{path}': give the path of one.");
        return new MultiFileSource(path);
    }

    private static IHostEnvironment Environment(DataOperationsCatalog catalog, IMultiStreamSource source)
    {
        MlNetVersion.Ensure();
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        env.CheckValue(source, nameof(source));
        if (source.Count == 0)
            throw env.ExceptUserArg(nameof(source), "The source has no file: give one or more.");
        return env;
    }
}
