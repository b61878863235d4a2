using System.CommandLine;
using System.Globalization;
using RnnMlNet.Runtime.Kernels;
using Shared;
using Training;

// Times training beside libtorch. TrainingOptions has the arguments; Child starts this program again.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case [Child.Option, "torch", .. var set]:
        return TorchChild.Run(set);
    case [Child.Option, "memory", var mebibytes, var storeMebibytes]:
        return MemoryChild.Run(int.Parse(mebibytes, CultureInfo.InvariantCulture), int.Parse(storeMebibytes, CultureInfo.InvariantCulture));
    case [Child.Option, "table", var how, var rows, var tableMebibytes]:
        return TableChild.Run(how, int.Parse(rows, CultureInfo.InvariantCulture), int.Parse(tableMebibytes, CultureInfo.InvariantCulture));
    case [Child.Option, "long", var how, var steps]:
        return LongChild.Run(how, int.Parse(steps, CultureInfo.InvariantCulture));
    case [Child.Option, "quickstart"]:
        return QuickstartPart.Run();
}
RootCommand command = TrainingOptions.Command();
command.SetAction(result => Measure(TrainingOptions.Of(result)));
return CommandLine.Run(command, args);

static int Measure(TrainingOptions options)
{
    var verdict = new Verdict();
    Console.WriteLine($"{Environment.ProcessorCount} processors, vectors of {VectorWidth.Bits} bits, .NET {Environment.Version}");
    WarmUp.Run(options);
    foreach (Part part in options.Parts)
    {
        Console.WriteLine();
        Measurement(part)(options, verdict);
    }
    Console.WriteLine();
    Console.WriteLine(verdict);
    return verdict.ExitCode(options.Check);
}

static Action<TrainingOptions, Verdict> Measurement(Part part) =>
    part switch
    {
        Part.Step => StepPart.Measure,
        Part.Lengths => LengthsPart.Measure,
        Part.Words => WordsPart.Measure,
        Part.Threads => ThreadsPart.Measure,
        Part.Quickstart => (_, verdict) => QuickstartPart.Measure(verdict),
        Part.Memory => MemoryPart.Measure,
        Part.Long => LongPart.Measure,
        Part.Table => TablePart.Measure,
        Part.Cells => CellsPart.Measure,
        _ => DevicePart.Measure,
    };
