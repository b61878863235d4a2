using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Streaming;

/// <summary>Reads objects as steps of series, through the transformers before the forecaster. For one thread at a time.</summary>
internal sealed class ForecastRowReader<TIn> : IDisposable
    where TIn : class
{
    private readonly DataViewConstructionUtils.InputRow<TIn> _input;
    private readonly DataViewRow _row;
    private readonly SeriesKeyReader? _key;
    private readonly TimeReader? _time;
    private readonly NumbersReader _numbers,
        _known;
    private readonly StaticReader _statics;

    /// <exception cref="ArgumentOutOfRangeException">A column that the model needs is missing, or of a wrong type.</exception>
    public ForecastRowReader(IHost host, ForecastEngineModel model, SchemaDefinition? definition)
    {
        _input = DataViewConstructionUtils.CreateInputRow<TIn>(host, definition);
        IRowToRowMapper mapper = model.BindBefore(_input.Schema);
        SeriesBinding binding = model.Forecaster.Bind(mapper.OutputSchema);
        _row = mapper.GetRow(_input, binding.All);
        _key = binding.Key is DataViewSchema.Column key ? SeriesKeyReader.Open(host, _row, key) : null;
        _time = binding.Time is DataViewSchema.Column time ? TimeReader.Open(host, _row, time, binding.Columns.Zone) : null;
        _numbers = new NumbersReader(_row, [.. binding.Targets, .. binding.Past, .. binding.Known]);
        _known = new NumbersReader(_row, binding.Known);
        _statics = new StaticReader(_row, binding);
        Width = binding.TargetCount + binding.PastCount + binding.Known.Sum(SeriesBinding.Width);
        KnownWidth = binding.Known.Sum(SeriesBinding.Width);
    }

    /// <summary>Values of a step: targets, past and given known future values.</summary>
    public int Width { get; }

    /// <summary>Values of a series.</summary>
    public int StaticWidth => _statics.Width;

    /// <summary>Given known future values of a step.</summary>
    public int KnownWidth { get; }

    /// <summary>Reads a step.</summary>
    /// <param name="source">The object.</param>
    /// <param name="numbers">[<see cref="Width"/>], overwritten.</param>
    /// <param name="statics">[<see cref="StaticWidth"/>], overwritten.</param>
    public (string Key, RowTime Time) Read(TIn source, Span<float> numbers, Span<float> statics)
    {
        _input.ExtractValues(source);
        _numbers.Read(numbers);
        _statics.Read(statics);
        return (_key?.Read() ?? "", _time?.Read() ?? default);
    }

    /// <summary>Reads a future row.</summary>
    /// <param name="source">The object.</param>
    public ComingRow ReadComing(TIn source)
    {
        var numbers = new float[KnownWidth];
        _input.ExtractValues(source);
        _known.Read(numbers);
        return new ComingRow(_key?.Read() ?? "", _time?.Read() ?? default, numbers);
    }

    public void Dispose() => _row.Dispose();
}
