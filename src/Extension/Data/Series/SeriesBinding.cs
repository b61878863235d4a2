using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>A schema's series columns, found and checked.</summary>
internal sealed class SeriesBinding
{
    private const string ExpectedNumbers = "Single, or a known-size vector of Single",
        ExpectedInputs = $"{ExpectedNumbers}, or a key";
    private const string TargetRole = "input",
        PastRole = "past covariate",
        KnownRole = "known covariate",
        StaticRole = "static covariate",
        KeyRole = "series key",
        TimeRole = "time";

    private SeriesBinding(
        SeriesColumns columns,
        IReadOnlyList<DataViewSchema.Column> targets,
        IReadOnlyList<DataViewSchema.Column> past,
        IReadOnlyList<DataViewSchema.Column> known,
        IReadOnlyList<DataViewSchema.Column> statics,
        DataViewSchema.Column? key,
        DataViewSchema.Column? time
    )
    {
        Columns = columns;
        Targets = targets;
        Past = past;
        Known = known;
        Static = statics;
        Key = key;
        Time = time;
    }

    /// <summary>The column names and options.</summary>
    public SeriesColumns Columns { get; }

    public IReadOnlyList<DataViewSchema.Column> Targets { get; }

    public IReadOnlyList<DataViewSchema.Column> Past { get; }

    public IReadOnlyList<DataViewSchema.Column> Known { get; }

    /// <summary>The columns with one value for a series.</summary>
    public IReadOnlyList<DataViewSchema.Column> Static { get; }

    public DataViewSchema.Column? Key { get; }

    public DataViewSchema.Column? Time { get; }

    public IEnumerable<DataViewSchema.Column> All =>
        [.. Targets, .. Past, .. Known, .. Static, .. new[] { Key, Time }.OfType<DataViewSchema.Column>()];

    /// <summary>C, forecast values per step.</summary>
    public int TargetCount => Targets.Sum(Width);

    /// <summary>P, past covariates per step: known up to now.</summary>
    public int PastCount => Past.Sum(Width);

    /// <summary>K, known future values per step, the calendar's included.</summary>
    public int KnownCount => Known.Sum(Width) + Columns.CalendarCount;

    /// <summary>S, numbers of a series.</summary>
    public int StaticCount => StaticNumbers.Sum(Width);

    /// <summary>The static columns of numbers.</summary>
    public IEnumerable<DataViewSchema.Column> StaticNumbers => Static.Where(column => !IsKey(column));

    /// <summary>The static columns of keys.</summary>
    public IEnumerable<DataViewSchema.Column> StaticKeys => Static.Where(IsKey);

    /// <summary>The most values of a past or known key, each of which is an input.</summary>
    public const int MostCategories = 100;

    /// <summary>Numbers of values of the columns that are keys.</summary>
    public IReadOnlyDictionary<string, int> Categories =>
        Past.Concat(Known).Concat(Static).Where(IsKey).ToDictionary(column => column.Name, Width, StringComparer.Ordinal);

    /// <summary>Which values of some columns are those of a key: one for each of its values, 1 or 0.</summary>
    public static IEnumerable<bool> AreOneHot(IEnumerable<DataViewSchema.Column> columns) =>
        columns.SelectMany(column => Enumerable.Repeat(IsKey(column), Width(column)));

    /// <summary>Values of a column: of a key one for each of its values.</summary>
    public static int Width(DataViewSchema.Column column) =>
        column.Type switch
        {
            VectorDataViewType vector => vector.Size,
            KeyDataViewType key => (int)Math.Min(key.Count, int.MaxValue),
            _ => 1,
        };

    private static bool IsKey(DataViewSchema.Column column) => column.Type is KeyDataViewType;

    /// <summary>Finds and checks the columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static SeriesBinding Bind(IExceptionContext ectx, DataViewSchema schema, SeriesColumns columns)
    {
        return new SeriesBinding(
            columns,
            Numbers(TargetRole, columns.Targets),
            Inputs(PastRole, columns.Past),
            Inputs(KnownRole, columns.Known),
            Inputs(StaticRole, columns.Static),
            columns.Key is null ? null : Find(KeyRole, columns.Key, SeriesKeyReader.CanRead, SeriesKeyReader.Expected),
            columns.Time is null
                ? null
                : Find(TimeRole, columns.Time, type => TimeReader.CanRead(type, columns), TimeReader.Expected(columns))
        );

        DataViewSchema.Column[] Numbers(string role, IReadOnlyList<string> names) =>
            [.. names.Select(name => Find(role, name, IsNumbers, ExpectedNumbers))];

        DataViewSchema.Column[] Inputs(string role, IReadOnlyList<string> names) => [.. names.Select(name => Input(role, name))];

        DataViewSchema.Column Input(string role, string name)
        {
            DataViewSchema.Column column = Find(role, name, type => IsNumbers(type) || type is KeyDataViewType, ExpectedInputs);
            if (role == StaticRole && IsKey(column))
                CategoryIds.Check(ectx, role, column);
            else if (column.Type is KeyDataViewType { Count: > MostCategories })
                throw ectx.ExceptSchemaMismatch(
                    nameof(schema),
                    role,
                    name,
                    $"a key of at most {MostCategories} values, each of which is an input of the network: map rare values to one first",
                    column.Type.ToString()!
                );
            int trained = columns.Categories?.GetValueOrDefault(name) ?? 0,
                found = column.Type is KeyDataViewType ? Width(column) : 0;
            if (columns.Categories is not null && trained != found)
                throw ectx.ExceptSchemaMismatch(
                    nameof(schema),
                    role,
                    name,
                    trained == 0 ? $"{ExpectedNumbers}, as in training" : $"a key of {trained} values, as in training",
                    column.Type.ToString()!
                );
            return column;
        }

        DataViewSchema.Column Find(string role, string name, Func<DataViewType, bool> fits, string expected)
        {
            if (schema.GetColumnOrNull(name) is not DataViewSchema.Column column)
                throw ectx.ExceptSchemaMismatch(nameof(schema), role, name);
            if (fits(column.Type))
                return column;
            string hint = column.Type.GetItemType() is KeyDataViewType ? "" : Hint(role, name, column.Type.GetItemType());
            throw ectx.ExceptSchemaMismatch(nameof(schema), role, name, expected + hint, column.Type.ToString()!);
        }
    }

    /// <summary>The same checks on the shape of a schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static void CheckShape(IExceptionContext ectx, SchemaShape schema, SeriesColumns columns)
    {
        Numbers(TargetRole, columns.Targets);
        Inputs(PastRole, columns.Past);
        Inputs(KnownRole, columns.Known);
        Inputs(StaticRole, columns.Static);
        if (columns.Key is not null)
            Check(KeyRole, columns.Key, IsKey, SeriesKeyReader.Expected);
        if (columns.Time is not null)
            Check(
                TimeRole,
                columns.Time,
                column => IsScalar(column) && !column.IsKey && TimeReader.CanRead(column.ItemType, columns),
                TimeReader.Expected(columns)
            );

        void Numbers(string role, IReadOnlyList<string> names)
        {
            foreach (string name in names)
                Check(role, name, AreNumbers, ExpectedNumbers);
        }

        void Inputs(string role, IReadOnlyList<string> names)
        {
            foreach (string name in names)
                Check(role, name, column => AreNumbers(column) || (column.IsKey && IsScalar(column)), ExpectedInputs);
        }

        static bool AreNumbers(SchemaShape.Column column) =>
            column.Kind != SchemaShape.Column.VectorKind.VariableVector && !column.IsKey && column.ItemType == NumberDataViewType.Single;

        void Check(string role, string name, Func<SchemaShape.Column, bool> fits, string expected)
        {
            if (!schema.TryFindColumn(name, out SchemaShape.Column column))
                throw ectx.ExceptSchemaMismatch(nameof(schema), role, name);
            if (!fits(column))
                throw ectx.ExceptSchemaMismatch(
                    nameof(schema),
                    role,
                    name,
                    expected + (column.IsKey ? "" : Hint(role, name, column.ItemType)),
                    column.GetTypeString()
                );
        }

        static bool IsKey(SchemaShape.Column column) => IsScalar(column) && (column.IsKey || SeriesKeyReader.CanRead(column.ItemType));
        static bool IsScalar(SchemaShape.Column column) => column.Kind == SchemaShape.Column.VectorKind.Scalar;
    }

    // How to convert such a column to a type that can be read.
    private static string Hint(string role, string column, DataViewType found) =>
        role switch
        {
            KeyRole => "",
            TimeRole => ConversionHint.ForTime(column, found),
            _ => ConversionHint.For(column, found, DataKind.Single),
        };

    private static bool IsNumbers(DataViewType type) =>
        type == NumberDataViewType.Single
        || (type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single);
}
