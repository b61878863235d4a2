using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>Reads one of several columns of a row's steps. One per cursor.</summary>
internal abstract class StepColumnReader
{
    /// <summary>Steps of the row last read.</summary>
    public abstract int Length { get; }

    /// <summary>Reads the cursor's current row.</summary>
    public abstract void Read();

    /// <summary>Writes the column's values of the row last read.</summary>
    /// <param name="steps">From the column's first value in the row's first step on.</param>
    /// <param name="stride">Values from one step to the next.</param>
    public abstract void CopyTo(Span<float> steps, int stride);

    /// <summary>A reader of a column.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="row">The cursor.</param>
    /// <param name="column">The column.</param>
    /// <param name="layout">Order of the values of a step's numbers in it.</param>
    public static StepColumnReader Open(IExceptionContext ectx, DataViewRow row, StepColumn column, SequenceLayout layout)
    {
        Type raw = column.Column.Type.GetItemType().RawType;
        return column.Kind switch
        {
            StepColumnKind.Numbers => new NumbersReader(ectx, row, column.Column, column.Width, layout),
            StepColumnKind.Categories when raw == typeof(byte) => new CategoryReader<byte>(ectx, row, column),
            StepColumnKind.Categories when raw == typeof(ushort) => new CategoryReader<ushort>(ectx, row, column),
            StepColumnKind.Categories when raw == typeof(ulong) => new CategoryReader<ulong>(ectx, row, column),
            StepColumnKind.Categories => new CategoryReader<uint>(ectx, row, column),
            StepColumnKind.Time when raw == typeof(DateTime) => new TimesReader<DateTime>(ectx, row, column.Column, StepTime.Of),
            StepColumnKind.Time when raw == typeof(DateTimeOffset) => new TimesReader<DateTimeOffset>(
                ectx,
                row,
                column.Column,
                time => StepTime.Of(time.UtcDateTime)
            ),
            StepColumnKind.Time when raw == typeof(float) => NumberTimes<float>(),
            StepColumnKind.Time when raw == typeof(double) => NumberTimes<double>(),
            StepColumnKind.Time when raw == typeof(sbyte) => NumberTimes<sbyte>(),
            StepColumnKind.Time when raw == typeof(byte) => NumberTimes<byte>(),
            StepColumnKind.Time when raw == typeof(short) => NumberTimes<short>(),
            StepColumnKind.Time when raw == typeof(ushort) => NumberTimes<ushort>(),
            StepColumnKind.Time when raw == typeof(int) => NumberTimes<int>(),
            StepColumnKind.Time when raw == typeof(uint) => NumberTimes<uint>(),
            StepColumnKind.Time when raw == typeof(long) => NumberTimes<long>(),
            StepColumnKind.Time when raw == typeof(ulong) => NumberTimes<ulong>(),
            _ => throw new InvalidOperationException($"There is no kind of step column {column.Kind} of {raw}."),
        };

        TimesReader<T> NumberTimes<T>()
            where T : unmanaged, INumberBase<T> => new(ectx, row, column.Column, time => StepTime.Of(double.CreateChecked(time)));
    }

    /// <summary>[T] or [T, F] numbers.</summary>
    private sealed class NumbersReader(
        IExceptionContext ectx,
        DataViewRow row,
        DataViewSchema.Column column,
        int width,
        SequenceLayout layout
    ) : StepColumnReader
    {
        private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(column);
        private VBuffer<float> _value;
        private float[] _dense = [];

        public override int Length => _value.Length / width;

        public override void Read()
        {
            _getter(ref _value);
            FixedLength.Check(ectx, row, column, _value.Length);
            if (_value.Length % width != 0)
                throw ectx.Except(
                    $"Row {row.Position} of column '{column.Name}' has {_value.Length} values, which is not a multiple of its features per "
                        + $"step, {width}."
                );
        }

        public override void CopyTo(Span<float> steps, int stride)
        {
            ReadOnlySpan<float> values = Dense(_value, ref _dense);
            int length = Length;
            for (int t = 0; t < length; t++)
                if (layout == SequenceLayout.StepMajor)
                    values.Slice(t * width, width).CopyTo(steps[(t * stride)..]);
                else
                    for (int f = 0; f < width; f++)
                        steps[t * stride + f] = values[f * length + t];
        }
    }

    /// <summary>[T] keys.</summary>
    private sealed class CategoryReader<TKey>(IExceptionContext ectx, DataViewRow row, StepColumn column) : StepColumnReader
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        private readonly ValueGetter<VBuffer<TKey>> _getter = row.GetGetter<VBuffer<TKey>>(column.Column);
        private readonly ulong _count = (ulong)column.Categories;
        private VBuffer<TKey> _value;
        private TKey[] _dense = [];

        public override int Length => _value.Length;

        public override void Read()
        {
            _getter(ref _value);
            FixedLength.Check(ectx, row, column.Column, _value.Length);
        }

        public override void CopyTo(Span<float> steps, int stride)
        {
            ReadOnlySpan<TKey> keys = Dense(_value, ref _dense);
            for (int t = 0; t < keys.Length; t++)
                steps[t * stride] = ulong.CreateTruncating(keys[t]) is var key && key < _count ? key : CategoryShape.Unknown;
        }
    }

    /// <summary>[T] times.</summary>
    private sealed class TimesReader<T>(
        IExceptionContext ectx,
        DataViewRow row,
        DataViewSchema.Column column,
        Func<T, (float Days, float Seconds)> valuesOf
    ) : StepColumnReader
    {
        private readonly ValueGetter<VBuffer<T>> _getter = row.GetGetter<VBuffer<T>>(column);
        private VBuffer<T> _value;
        private T[] _dense = [];

        public override int Length => _value.Length;

        public override void Read()
        {
            _getter(ref _value);
            FixedLength.Check(ectx, row, column, _value.Length);
        }

        public override void CopyTo(Span<float> steps, int stride)
        {
            ReadOnlySpan<T> times = Dense(_value, ref _dense);
            try
            {
                for (int t = 0; t < times.Length; t++)
                    (steps[t * stride], steps[t * stride + 1]) = valuesOf(times[t]);
            }
            catch (ArgumentOutOfRangeException e)
            {
                throw ectx.Except(e, $"Row {row.Position} of column '{column.Name}': {e.Message}");
            }
        }
    }

    private static ReadOnlySpan<T> Dense<T>(in VBuffer<T> value, ref T[] dense)
    {
        if (value.IsDense)
            return value.GetValues();
        if (dense.Length < value.Length)
            dense = new T[value.Length];
        value.CopyTo(dense.AsSpan(0, value.Length));
        return dense.AsSpan(0, value.Length);
    }
}

/// <summary>Several columns that make up a row's steps: numbers, then the time, then categories.</summary>
internal sealed class MixedReader : SequenceReader
{
    private readonly IExceptionContext _ectx;
    private readonly DataViewRow _row;
    private readonly (StepColumn Column, StepColumnReader Reader, int Place)[] _columns;
    private readonly int _width,
        _numbers;
    private readonly bool _hasMissing;
    private float[] _steps = [];
    private int _length;

    /// <param name="ectx">Creates the errors.</param>
    /// <param name="row">The cursor.</param>
    /// <param name="columns">The columns, in the order in which they are named.</param>
    /// <param name="hasMissing">Whether numbers may be missing.</param>
    /// <param name="layout">Order of the values of a step's numbers in a column.</param>
    public MixedReader(
        IExceptionContext ectx,
        DataViewRow row,
        IReadOnlyList<StepColumn> columns,
        bool hasMissing,
        SequenceLayout layout = SequenceLayout.StepMajor
    )
    {
        (_ectx, _row, _hasMissing) = (ectx, row, hasMissing);
        int place = 0;
        // A stable order.
        _columns =
        [
            .. new[] { StepColumnKind.Numbers, StepColumnKind.Time, StepColumnKind.Categories }
                .SelectMany(kind => columns.Where(column => column.Kind == kind))
                .Select(column => (column, StepColumnReader.Open(ectx, row, column, layout), (place += column.Width) - column.Width)),
        ];
        _width = place;
        _numbers = columns.Where(column => column.Kind == StepColumnKind.Numbers).Sum(column => column.Width);
    }

    public override SequenceView Current => SequenceView.OfSteps(Values, _width);

    // A missing category has an id of its own.
    public override bool IsFinite
    {
        get
        {
            if (!_hasMissing)
                return Finite.All(Values);
            // Numbers may be missing, times may not.
            for (int t = 0; t < _length; t++)
            {
                ReadOnlySpan<float> step = Values.Slice(t * _width, _width);
                foreach (float value in step[.._numbers])
                    if (float.IsInfinity(value))
                        return false;
                if (!Finite.All(step[_numbers..]))
                    return false;
            }
            return true;
        }
    }

    private Span<float> Values => _steps.AsSpan(0, _length * _width);

    public override void Read()
    {
        foreach (var (_, reader, _) in _columns)
            reader.Read();
        _length = _columns[0].Reader.Length;
        Grow(ref _steps, checked(_length * _width));
        foreach (var (column, reader, place) in _columns)
        {
            if (reader.Length != _length)
                throw _ectx.Except(
                    $"Row {_row.Position} has {_length} values in channel column '{_columns[0].Column.Column.Name}' but {reader.Length} in "
                        + $"'{column.Column.Name}': all channels of a row must have the same length."
                );
            if (_length > 0)
                reader.CopyTo(_steps.AsSpan(place), _width);
        }
    }
}
