using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;
using Scoring;
using Shared;

// Times scoring beside ONNX Runtime and libtorch. ScoringOptions has the arguments; ColdStart starts this program as a child.
if (args is ["--child", var kind, var file])
    return ColdChild.Run(kind, file);
return Parts.Run(args);

internal static class Parts
{
    // Not inlined: a child that starts cold must not load what only measuring needs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Run(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        RootCommand command = ScoringOptions.Command();
        command.SetAction(result => Measure(ScoringOptions.Of(result)));
        return CommandLine.Run(command, args);
    }

    private static int Measure(ScoringOptions options)
    {
        var verdict = new Verdict();
        Console.WriteLine($"{Environment.ProcessorCount} processors, vectors of {VectorWidth.Bits} bits, .NET {Environment.Version}");
        foreach (Part part in options.Parts)
        {
            Console.WriteLine();
            switch (part)
            {
                case Part.Single:
                    SingleRow.Measure(options, verdict);
                    break;
                case Part.Batch:
                    Batches.Measure(options, verdict);
                    break;
                case Part.Cold:
                    ColdStart.Measure(options, verdict);
                    break;
                case Part.Aot:
                    AotStart.Measure(options, verdict);
                    break;
                case Part.Soak:
                    Soak.Measure(options, verdict);
                    break;
                case Part.Cells:
                    CellsPart.Measure(options, verdict);
                    break;
                default:
                    throw new InvalidOperationException($"There is no part {part}.");
            }
        }
        Console.WriteLine();
        Console.WriteLine(verdict);
        return verdict.ExitCode(options.Check);
    }
}
