using System.Globalization;
using Microsoft.ML;
using RnnMlNet;
using RnnMlNet.Engines.Simd;
using RnnMlNet.Models;
using Scoring;
using TorchSharp;

// Times scoring beside ONNX Runtime and libtorch in the same run; --check: exit code 1 where a bar is missed.
//   --rounds N   turns of each peer (9)          --rows N    rows of the long Transform (100,000)
//   --ms N       milliseconds of a turn (60)     --only X    cases whose name contains X, such as "Gru 8,64"
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int rounds = int.Parse(Value("--rounds") ?? "9"), rows = int.Parse(Value("--rows") ?? "100000");
double milliseconds = double.Parse(Value("--ms") ?? "60");
string only = Value("--only") ?? "";
bool allMet = true;
torch.InitializeDeviceType(DeviceType.CPU);
var ml = new MLContext(seed: 1);
Console.WriteLine($"Vectors of {CellKernels.VectorBits} bits. Microseconds a row, medians of {rounds} turns of {milliseconds} ms; x: times faster than the better peer.");

Console.WriteLine();
Console.WriteLine($"{"one row, one thread",-20} {"kernel",9} {"Predict",9} {"ORT",9} {"libtorch",9} {"x kernel",9} {"x Predict",9} {"bar, ORT",9}");
torch.set_num_threads(1);
foreach (var (@case, shape) in Cases())
{
    TrainedNetwork network = @case.Network();
    Row[] row = @case.RandomRows(1);
    IPeer[] peers = [new KernelPeer(@case, network, row, 1), new PredictPeer(@case, ml, @case.Transformer(ml, network), row[0]), new OnnxRuntimePeer(@case, network, row, 1), new TorchPeer(@case, network, row)];
    double[] us = Measure(peers);
    double bar = Bars.Single(@case.Cell, shape);
    Console.WriteLine($"{@case.Name,-20} {us[0],9:0.00} {us[1],9:0.00} {us[2],9:0.00} {us[3],9:0.00} {us[2] / us[0],9:0.00} {us[2] / us[1],9:0.00} {bar,6:0.00} {Met(us[2] / us[1] >= bar)}");
}

Console.WriteLine();
Console.WriteLine($"{"256 rows, 2 threads",-20} {"kernel",9} {"Transform",9} {"long",9} {"ORT",9} {"libtorch",9} {"x kernel",9} {"x long",9} {"bar",6} {"",6} {"kept",6} {"bar .85",7}");
torch.set_num_threads(2);
foreach (var (@case, shape) in Cases())
{
    TrainedNetwork network = @case.Network();
    Row[] batch = @case.RandomRows(256);
    ITransformer model = @case.Transformer(ml, network);
    IPeer[] peers =
    [
        new KernelPeer(@case, network, batch, 2), new TransformPeer(@case, ml, model, batch, 256), new TransformPeer(@case, ml, model, batch, rows),
        new OnnxRuntimePeer(@case, network, batch, 2), new TorchPeer(@case, network, batch),
    ];
    double[] us = Measure(peers);
    double best = Math.Min(us[3], us[4]), bar = Bars.Batch(@case.Cell, shape), slower = Math.Max(us[1], us[2]), kept = us[0] / us[2];
    Console.WriteLine($"{@case.Name,-20} {us[0],9:0.000} {us[1],9:0.000} {us[2],9:0.000} {us[3],9:0.000} {us[4],9:0.000} {best / us[0],9:0.00} {best / us[2],9:0.00} {bar,6:0.00} {Met(best / slower >= bar)} {kept,6:0.00} {Met(kept >= Bars.Kept)}");
}
return args.Contains("--check") && !allMet ? 1 : 0;

IEnumerable<(Case Case, int Shape)> Cases() =>
    from cell in Bars.Cells
    from shape in Enumerable.Range(0, Bars.Shapes.Length)
    let c = new Case(cell, Bars.Shapes[shape].Features, Bars.Shapes[shape].Units, Bars.Shapes[shape].Steps)
    where c.Name.Contains(only, StringComparison.OrdinalIgnoreCase)
    select (c, shape);

double[] Measure(IPeer[] peers)
{
    double[] times = Rounds.Measure(peers, rounds, milliseconds);
    foreach (IPeer peer in peers)
        peer.Dispose();
    return times;
}

string Met(bool isMet)
{
    allMet &= isMet;
    return isMet ? "met   " : "MISSED";
}

string? Value(string name)
{
    int index = Array.IndexOf(args, name);
    return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
}
