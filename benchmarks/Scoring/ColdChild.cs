using System.Globalization;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using RnnMlNet;
using Shared;
using TorchSharp;

namespace Scoring;

/// <summary>
/// A program that scores one row and says so, started again and again by <see cref="ColdStart"/>. Each kind of it loads its own libraries
/// and no others: what a method names is loaded when the method first runs.
/// </summary>
internal static class ColdChild
{
    public const int Features = 8;
    public const int Units = 64;
    public const int Steps = 50;

    /// <summary>Loads the file, scores the row of <see cref="Numbers"/> and writes the class with the largest score.</summary>
    public static int Run(string kind, string file)
    {
        int @class = kind switch
        {
            "ml.net" or "ours" => Engine(file),
            "onnxruntime" => OnnxRuntime(file),
            "torchsharp" => Torch(file),
            _ => -1,
        };
        // Not Console.WriteLine: the console's encodings and locks would cost some milliseconds that are nobody's here.
        using Stream output = Console.OpenStandardOutput();
        output.Write(Encoding.ASCII.GetBytes(@class.ToString(CultureInfo.InvariantCulture) + "\n"));
        return 0;
    }

    /// <summary>The row that is scored, [Steps, Features].</summary>
    public static float[] Numbers()
    {
        var numbers = new float[Steps * Features];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = (i * 37 % 101 - 50) / 50f;
        return numbers;
    }

    private static int Engine(string file)
    {
        var ml = new MLContext();
        ITransformer model = ml.Model.Load(file, out _);
        using var engine = ml.Model.CreatePredictionEngine<ColdRow, Prediction>(model);
        return Highest.Of(engine.Predict(new ColdRow { Steps = Numbers() }).Score);
    }

    private static int OnnxRuntime(string file)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using var session = new InferenceSession(file, options);
        using var run = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(Numbers(), [Steps, 1, Features]);
        using var outputs = session.Run(run, [OnnxNetwork.Input], [input], [OnnxNetwork.Output]);
        return Highest.Of(outputs[0].GetTensorDataAsSpan<float>());
    }

    private static int Torch(string file)
    {
        using var network = new TorchNetwork(CellKind.Lstm, Features, Units, Case.Classes);
        network.load(file);
        using var inference = torch.inference_mode();
        using torch.Tensor scores = network.forward(torch.tensor(Numbers()).reshape(Steps, 1, Features));
        return Highest.Of(scores.data<float>().ToArray());
    }

    private sealed class ColdRow
    {
        [VectorType(ColdChild.Steps * Features)]
        public float[] Steps { get; set; } = [];
    }
}
