using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>
/// A schema's sequence columns, found and checked: the features per step, or the number of tokens. All checks that need no row are made
/// here, so that a wrong column fails before any data is read.
/// </summary>
internal sealed class SequenceBinding
{
    private const string Role = "feature";
    private const string Expected = "a vector of Single or of keys";
    private const string ExpectedChannel = "a vector of Single, one value a step";
    private readonly IExceptionContext _ectx;
    private readonly SequenceColumns _columns;

    private SequenceBinding(
        IExceptionContext ectx,
        SequenceColumns columns,
        IReadOnlyList<DataViewSchema.Column> found,
        int features,
        int vocabulary,
        int? fixedLength
    )
    {
        _ectx = ectx;
        _columns = columns;
        Columns = found;
        Features = features;
        Vocabulary = vocabulary;
        FixedLength = fixedLength;
    }

    public IReadOnlyList<DataViewSchema.Column> Columns { get; }

    /// <summary>F, values of a time step; 0 for tokens.</summary>
    public int Features { get; }

    /// <summary>Values of a step that a reader yields: those of a patch of time steps; 0 for tokens.</summary>
    public int StepWidth => Features * _columns.PatchLength;

    /// <summary>V, number of distinct tokens, including that of missing keys where they are kept; 0 for numeric features.</summary>
    public int Vocabulary { get; }

    /// <summary>T where the column's type fixes it (for tokens an upper bound: missing keys are left out), else null.</summary>
    public int? FixedLength { get; }

    /// <summary>The sequence's type as text, for an error message.</summary>
    public string Describe() =>
        Vocabulary > 0 ? $"a vector of keys with {Vocabulary - (_columns.KeepsMissing ? 1 : 0)} values" : $"{Features} features per step";

    /// <summary>Finds and checks the columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of a wrong type, or its size does not fit
    /// FeaturesPerStep.</exception>
    public static SequenceBinding Bind(IExceptionContext ectx, DataViewSchema schema, SequenceColumns columns) =>
        columns.AreChannels ? BindChannels(ectx, schema, columns) : BindOne(ectx, schema, columns);

    /// <summary>Checks a schema's shape, which has kinds and item types but no sizes.</summary>
    public static void CheckShape(IExceptionContext ectx, SchemaShape schema, SequenceColumns columns)
    {
        foreach (string name in columns.Names)
        {
            if (!schema.TryFindColumn(name, out SchemaShape.Column column))
                throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
            bool isVector = column.Kind != SchemaShape.Column.VectorKind.Scalar;
            bool isToken = column.IsKey && !columns.AreChannels;
            bool isNumber = !column.IsKey && column.ItemType == NumberDataViewType.Single;
            if (!isVector || !(isToken || isNumber))
                throw ectx.ExceptSchemaMismatch(
                    nameof(schema),
                    Role,
                    name,
                    (columns.AreChannels ? ExpectedChannel : Expected)
                        + (column.IsKey ? "" : Hint(columns, name, column.ItemType, isVector)),
                    column.GetTypeString()
                );
            if (isToken)
                CheckNoFeaturesPerStep(ectx, columns, name);
        }
    }

    /// <summary>A reader of the row's sequence; one per cursor.</summary>
    public SequenceReader Open(DataViewRow row)
    {
        if (Vocabulary > 0)
            return TokenReader.Open(_ectx, row, Columns[0], Vocabulary, _columns.KeepsMissing);
        SequenceReader steps = _columns.AreChannels
            ? new ChannelReader(_ectx, row, Columns)
            : new StepReader(_ectx, row, Columns[0], Features, _columns.Layout);
        return _columns.PatchLength > 1 ? new PatchReader(steps, Features, _columns.PatchLength) : steps;
    }

    private static SequenceBinding BindOne(IExceptionContext ectx, DataViewSchema schema, SequenceColumns columns)
    {
        DataViewSchema.Column column = Find(ectx, schema, columns.Names[0]);
        if (column.Type is not VectorDataViewType type)
            throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                Role,
                column.Name,
                Expected + Hint(columns, column.Name, column.Type, isVector: false),
                column.Type.ToString()
            );
        if (type.ItemType is KeyDataViewType key)
            return BindTokens(ectx, columns, column, type, key);
        if (type.ItemType != NumberDataViewType.Single)
            throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                Role,
                column.Name,
                Expected + Hint(columns, column.Name, type.ItemType, isVector: true),
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
        return new SequenceBinding(ectx, columns, [column], features, vocabulary: 0, type.IsKnownSize ? type.Size / features : null);
    }

    private static SequenceBinding BindTokens(
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
        int vocabulary = checked((int)key.Count + (columns.KeepsMissing ? 1 : 0));
        return new SequenceBinding(ectx, columns, [column], features: 0, vocabulary, type.IsKnownSize ? type.Size : null);
    }

    private static SequenceBinding BindChannels(IExceptionContext ectx, DataViewSchema schema, SequenceColumns columns)
    {
        var found = columns.Names.Select(name => Find(ectx, schema, name)).ToArray();
        foreach (DataViewSchema.Column column in found)
            if (
                column.Type is not VectorDataViewType type
                || type.ItemType != NumberDataViewType.Single
                || type.Dimensions.Skip(1).Any(side => side != 1)
            )
                throw ectx.ExceptSchemaMismatch(
                    nameof(schema),
                    Role,
                    column.Name,
                    ExpectedChannel + Hint(columns, column.Name, column.Type.GetItemType(), column.Type is VectorDataViewType),
                    column.Type.ToString()
                );

        int?[] lengths =
        [
            .. found
                .Select(column => (VectorDataViewType)column.Type)
                .Where(type => type.IsKnownSize)
                .Select(type => (int?)type.Size)
                .Distinct(),
        ];
        if (lengths.Length > 1)
        {
            DataViewSchema.Column other = found.First(c => c.Type.GetVectorSize() != 0 && c.Type.GetVectorSize() != lengths[0]);
            throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                Role,
                other.Name,
                $"{lengths[0]} values, as the other channels have",
                other.Type.ToString()
            );
        }
        return new SequenceBinding(ectx, columns, found, found.Length, vocabulary: 0, lengths.FirstOrDefault());
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

    // A scalar is no sequence whatever its type, and channel columns hold no tokens.
    private static string Hint(SequenceColumns columns, string column, DataViewType found, bool isVector) =>
        (isVector ? ConversionHint.For(column, found, DataKind.Single) : "")
        + (columns.AreChannels ? "" : ConversionHint.ForTokens(column, found));

    private static DataViewSchema.Column Find(IExceptionContext ectx, DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) ?? throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
}
