using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>
/// A schema's sequence columns, found and checked: the features per step, or the number of tokens. All checks that need no row are made
/// here, so that a wrong column fails before any data is read.
/// </summary>
internal sealed partial class SequenceBinding
{
    private const string Role = "feature";
    private const string Expected = "a vector of Single or of keys";
    private readonly IExceptionContext _ectx;
    private readonly SequenceColumns _columns;
    private readonly IReadOnlyList<StepColumn> _found;
    private readonly bool _isPlain;

    /// <summary>The same columns, with a watch over what is read.</summary>
    /// <param name="watch">From a cursor and its reader to the reader that watches.</param>
    public SequenceBinding With(Func<DataViewRow, SequenceReader, SequenceReader> watch) =>
        new(_ectx, _columns, _found, Static, Vocabulary) { Watch = watch, Words = Words };

    private SequenceBinding(
        IExceptionContext ectx,
        SequenceColumns columns,
        IReadOnlyList<StepColumn> found,
        StaticColumns statics,
        int vocabulary
    )
    {
        _ectx = ectx;
        _columns = columns;
        _found = found;
        Static = statics;
        Vocabulary = vocabulary;
        StepColumn[] steps = [.. found.Where(column => column.Kind != StepColumnKind.Time)];
        Columns = [.. steps.Select(column => column.Column)];
        Features = vocabulary > 0 ? 0 : found.Sum(column => column.Width);
        FixedLength = found.Select(column => column.FixedLength).FirstOrDefault(length => length is not null);
        _isPlain = found.All(column => column is { Kind: StepColumnKind.Numbers, Width: 1 }) || (!columns.AreChannels && !HasTime);
    }

    /// <summary>The columns of the steps, without their times.</summary>
    public IReadOnlyList<DataViewSchema.Column> Columns { get; }

    /// <summary>All columns that a row is read from.</summary>
    public IEnumerable<DataViewSchema.Column> AllColumns =>
        [.. _found.Select(column => column.Column), .. Words is { } words ? [words] : NoColumns, .. Static.All];

    /// <summary>The columns of static values.</summary>
    public StaticColumns Static { get; }

    /// <summary>F, values of a time step, in the order of <see cref="StepColumns"/>; 0 for tokens.</summary>
    public int Features { get; }

    /// <summary>Numbers of a step in the one sequence column; null for keys.</summary>
    public int? FeaturesOfColumn => _found[0].Kind == StepColumnKind.Numbers ? _found[0].Width : null;

    /// <summary>Whether the steps have times.</summary>
    public bool HasTime => _found.Any(column => column.Kind == StepColumnKind.Time);

    /// <summary>Whether these are moments; null without times.</summary>
    public bool? TimesAreMoments => _found.FirstOrDefault(column => column.Kind == StepColumnKind.Time)?.HasMoments;

    /// <summary>Whether the steps are one column, or channels of numbers.</summary>
    public bool IsPlain => Words is null && _isPlain;

    /// <summary>The columns of a step's categories; none for tokens.</summary>
    public IReadOnlyList<DataViewSchema.Column> Categories =>
        Vocabulary > 0 ? [] : [.. _found.Where(column => column.Kind == StepColumnKind.Categories).Select(column => column.Column)];

    /// <summary>All columns of keys.</summary>
    public IEnumerable<DataViewSchema.Column> KeyColumns =>
        [.. _found.Where(column => column.Kind == StepColumnKind.Categories).Select(column => column.Column), .. Static.Categories];

    /// <summary>The treatment of missing numbers.</summary>
    public MissingValues MissingValues => _columns.MissingValues;

    /// <summary>Values of a step that a reader yields: those of a patch of time steps; 0 for tokens.</summary>
    public int StepWidth => Features * _columns.PatchLength;

    /// <summary>V, number of distinct tokens, including that of missing keys where they are kept; 0 for numeric features.</summary>
    public int Vocabulary { get; }

    /// <summary>T where the column's type fixes it (for tokens an upper bound: missing keys are left out), else null.</summary>
    public int? FixedLength { get; }

    /// <summary>Position of a column's first value among a time step's; -1 for none.</summary>
    public int PlaceOf(string name)
    {
        int place = 0;
        foreach (StepColumnKind kind in (StepColumnKind[])[StepColumnKind.Numbers, StepColumnKind.Time, StepColumnKind.Categories])
        foreach (StepColumn column in _found.Where(column => column.Kind == kind))
        {
            if (column.Column.Name == name)
                return place;
            place += column.Width;
        }
        return -1;
    }

    /// <summary>Values of a step column at a time step; 0 for none of the name.</summary>
    public int WidthOf(string name) => _found.FirstOrDefault(column => column.Column.Name == name)?.Width ?? 0;

    /// <summary>Finds and checks the columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of a wrong type, or its size does not fit
    /// FeaturesPerStep.</exception>
    public static SequenceBinding Bind(IExceptionContext ectx, DataViewSchema schema, SequenceColumns columns)
    {
        var statics = StaticColumns.Bind(ectx, schema, columns.StaticNames);
        StepColumn[] time = columns.TimeName is string name ? [BindTime(ectx, schema, columns, name)] : [];
        if (columns.AreChannels)
            return new SequenceBinding(ectx, columns, [.. BindChannels(ectx, schema, columns), .. time], statics, vocabulary: 0);
        StepColumn one = BindOne(ectx, schema, columns);
        bool areTokens = one.Kind == StepColumnKind.Categories && time.Length == 0;
        if (one.Kind == StepColumnKind.Categories && !areTokens)
            CategoryIds.Check(ectx, Role, one.Column);
        int vocabulary = areTokens ? one.Categories - 1 + (columns.KeepsMissing ? 1 : 0) : 0;
        if (columns.CharacterName is string words && !areTokens)
            throw CharacterColumn.NeedsTokens(ectx, words, one.Column.Name);
        return new SequenceBinding(ectx, columns, [one, .. time], statics, vocabulary)
        {
            Words = columns.CharacterName is string characters ? CharacterColumn.Bind(ectx, schema, characters) : null,
        };
    }

    /// <summary>Checks a schema's shape, which has kinds and item types but no sizes.</summary>
    public static void CheckShape(IExceptionContext ectx, SchemaShape schema, SequenceColumns columns)
    {
        StaticColumns.CheckShape(ectx, schema, columns.StaticNames);
        if (columns.TimeName is string time)
            StepColumn.CheckTimeShape(ectx, schema, time);
        if (columns.CharacterName is string words)
            CharacterColumn.CheckShape(ectx, schema, words);
        foreach (string name in columns.Names)
        {
            if (columns.AreChannels)
            {
                StepColumn.CheckShape(ectx, schema, name);
                continue;
            }
            if (!schema.TryFindColumn(name, out SchemaShape.Column column))
                throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
            bool isVector = column.Kind != SchemaShape.Column.VectorKind.Scalar;
            bool isToken = column.IsKey;
            bool isNumber = !column.IsKey && column.ItemType == NumberDataViewType.Single;
            if (!isVector || !(isToken || isNumber))
                throw ectx.ExceptSchemaMismatch(
                    nameof(schema),
                    Role,
                    name,
                    Expected + (column.IsKey ? "" : Hint(name, column.ItemType, isVector)),
                    column.GetTypeString()
                );
            if (isToken)
                CheckNoFeaturesPerStep(ectx, columns, name);
        }
    }

    /// <summary>A reader of the row; one per cursor.</summary>
    public SequenceReader Open(DataViewRow row)
    {
        SequenceReader reader = OpenSteps(row);
        if (Static.Width > 0)
            reader = new RowReader(reader, Static.Open(row));
        return Watch?.Invoke(row, reader) ?? reader;
    }

    /// <summary>Watches what is read; null for nothing.</summary>
    public Func<DataViewRow, SequenceReader, SequenceReader>? Watch { get; init; }

    private SequenceReader OpenSteps(DataViewRow row)
    {
        if (Words is { } words)
        {
            var tokens = TokenReader.Open(_ectx, row, Columns[0], Vocabulary, keepsMissing: true);
            return new WordReader(_ectx, row, tokens, Columns[0].Name, words);
        }
        if (Vocabulary > 0)
            return _columns is { MarksMissing: true, KeepsMissing: false }
                ? TokenReader.Open(_ectx, row, Columns[0], Vocabulary + 1, keepsMissing: true)
                : TokenReader.Open(_ectx, row, Columns[0], Vocabulary, _columns.KeepsMissing);
        SequenceReader steps =
            _columns.AreChannels || HasTime || _columns.MissingValues != MissingValues.SkipRow
                ? new MixedReader(
                    _ectx,
                    row,
                    _found,
                    _columns.MissingValues != MissingValues.SkipRow,
                    _columns.AreChannels ? SequenceLayout.StepMajor : _columns.Layout
                )
                : new StepReader(_ectx, row, Columns[0], Features, _columns.Layout);
        return _columns.PatchLength > 1 ? new PatchReader(steps, Features, _columns.PatchLength) : steps;
    }

    // A difference of moments is one of seconds, a difference of numbers one of their unit.
    private static StepColumn BindTime(IExceptionContext ectx, DataViewSchema schema, SequenceColumns columns, string name)
    {
        var time = StepColumn.BindTime(ectx, Find(ectx, schema, name));
        return columns.TimesAreMoments is bool areMoments && areMoments != time.HasMoments
            ? throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                "time",
                name,
                areMoments ? "a vector of DateTime or DateTimeOffset, as in training" : "a vector of numbers, as in training",
                time.Column.Type.ToString()
            )
            : time;
    }

    private static StepColumn BindOne(IExceptionContext ectx, DataViewSchema schema, SequenceColumns columns)
    {
        DataViewSchema.Column column = Find(ectx, schema, columns.Names[0]);
        if (column.Type is not VectorDataViewType type)
            throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                Role,
                column.Name,
                Expected + Hint(column.Name, column.Type, isVector: false),
                column.Type.ToString()
            );
        if (type.ItemType is KeyDataViewType key)
            return BindTokens(ectx, columns, column, type, key);
        if (type.ItemType != NumberDataViewType.Single)
            throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                Role,
                column.Name,
                Expected + Hint(column.Name, type.ItemType, isVector: true),
                type.ToString()
            );

        int features = FeaturesPerStep(ectx, columns, column.Name, type);
        if (type.IsKnownSize && type.Size % features != 0)
            throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                Role,
                column.Name,
                $"a size that is a multiple of FeaturesPerStep, {features}",
                $"a vector of {type.Size} values"
            );
        return new StepColumn(column, StepColumnKind.Numbers, features);
    }

    private static StepColumn BindTokens(
        IExceptionContext ectx,
        SequenceColumns columns,
        DataViewSchema.Column column,
        VectorDataViewType type,
        KeyDataViewType key
    )
    {
        CheckNoFeaturesPerStep(ectx, columns, column.Name);
        if (type.Dimensions.Length > 1)
            throw ectx.ExceptSchemaMismatch("schema", Role, column.Name, "a vector of keys of one dimension", type.ToString());
        if (key.Count is 0 or > int.MaxValue)
            throw ectx.ExceptSchemaMismatch("schema", Role, column.Name, "keys of a known count below 2,147,483,648", type.ToString());
        return new StepColumn(column, StepColumnKind.Categories, 1);
    }

    private static StepColumn[] BindChannels(IExceptionContext ectx, DataViewSchema schema, SequenceColumns columns)
    {
        StepColumn[] found = [.. columns.Names.Select(name => StepColumn.Bind(ectx, Find(ectx, schema, name)))];
        int? length = found.Select(column => column.FixedLength).FirstOrDefault(steps => steps is not null);
        if (found.FirstOrDefault(column => column.FixedLength is int steps && steps != length) is StepColumn other)
            throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                Role,
                other.Column.Name,
                $"{length} values, as the other channels have",
                other.Column.Type.ToString()
            );
        return found;
    }

    private static int FeaturesPerStep(IExceptionContext ectx, SequenceColumns columns, string name, VectorDataViewType type)
    {
        int? inType = type.Dimensions.Length == 2 && type.Dimensions[1] > 0 ? type.Dimensions[1] : null;
        if (type.Dimensions.Length > 2)
            throw ectx.ExceptSchemaMismatch(
                "schema",
                Role,
                name,
                "a vector of one dimension, or of two [steps, features]",
                type.ToString()
            );
        if (type.Dimensions.Length == 2 && columns.Layout == SequenceLayout.FeatureMajor)
            throw ectx.ExceptUserArg(
                nameof(columns.Layout),
                $"Layout is FeatureMajor, but column '{name}' of type {type} is [steps, features], which is step-major: leave Layout at "
                    + $"StepMajor, or give a flat column."
            );
        if (columns.FeaturesPerStep is not int asked)
            return inType
                ?? throw ectx.ExceptUserArg(
                    nameof(columns.FeaturesPerStep),
                    $"FeaturesPerStep is not set, and column '{name}' of type {type} does not state how many values a step has: set "
                        + $"FeaturesPerStep (1 for a single series)."
                );
        if (inType is int found && found != asked)
            throw ectx.ExceptUserArg(
                nameof(columns.FeaturesPerStep),
                $"FeaturesPerStep is {asked}, but column '{name}' of type {type} has {found} values per step."
            );
        return asked;
    }

    private static void CheckNoFeaturesPerStep(IExceptionContext ectx, SequenceColumns columns, string name)
    {
        if (columns.FeaturesPerStep is int features)
            throw ectx.ExceptUserArg(
                nameof(columns.FeaturesPerStep),
                $"FeaturesPerStep is {features}, but column '{name}' holds tokens, one a step: leave FeaturesPerStep null."
            );
    }

    // A scalar is no sequence whatever its type.
    private static string Hint(string column, DataViewType found, bool isVector) =>
        (isVector ? ConversionHint.For(column, found, DataKind.Single) : "") + ConversionHint.ForTokens(column, found);

    private static DataViewSchema.Column[] NoColumns => [];

    private static DataViewSchema.Column Find(IExceptionContext ectx, DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) ?? throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
}
