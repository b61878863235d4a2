using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace RnnMlNet.Tests.Exchange;

/// <summary>An ONNX model in ONNX Runtime, on one thread. Errors are exceptions, not lines on the console.</summary>
internal sealed class OnnxRun : IDisposable
{
    private readonly InferenceSession _session;

    public OnnxRun(byte[] model)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        _session = new InferenceSession(model, options);
    }

    public IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    public IReadOnlyDictionary<string, NodeMetadata> Outputs => _session.OutputMetadata;

    public ModelMetadata Metadata => _session.ModelMetadata;

    /// <summary>A model that <paramref name="save"/> writes.</summary>
    public static OnnxRun Of(Action<Stream> save)
    {
        using var stream = new MemoryStream();
        save(stream);
        return new OnnxRun(stream.ToArray());
    }

    public static NamedOnnxValue Value<T>(string name, T[] values, params int[] shape) =>
        NamedOnnxValue.CreateFromTensor(name, new DenseTensor<T>(values, shape));

    /// <summary>All outputs' values, row-major.</summary>
    public OnnxResult Run(params NamedOnnxValue[] inputs)
    {
        using var results = _session.Run(inputs);
        return new OnnxResult(results.ToDictionary(result => result.Name, Copy));
    }

    public void Dispose() => _session.Dispose();

    private static Array Copy(DisposableNamedOnnxValue result) =>
        result.ElementType switch
        {
            TensorElementType.Float => result.AsTensor<float>().ToArray(),
            TensorElementType.Int64 => result.AsTensor<long>().ToArray(),
            TensorElementType.Bool => result.AsTensor<bool>().ToArray(),
            TensorElementType.String => result.AsTensor<string>().ToArray(),
            TensorElementType.UInt32 => result.AsTensor<uint>().ToArray(),
            _ => throw new NotSupportedException($"Output {result.Name} is of type {result.ElementType}."),
        };
}

/// <summary>The outputs of a model.</summary>
internal sealed class OnnxResult(IReadOnlyDictionary<string, Array> values)
{
    public IEnumerable<string> Names => values.Keys;

    public float[] Floats(string name) => (float[])values[name];

    public T[] Of<T>(string name) => (T[])values[name];
}
