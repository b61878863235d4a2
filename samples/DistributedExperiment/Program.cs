// Searches for the options of a network that reads digits: first in this process, then on three worker processes, one of which is killed in
// the middle. Both have bit-identical results; otherwise the exit code is 1.
using System.Globalization;
using Samples.DistributedExperiment;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return args is ["--worker", ..] ? await WorkerProgram.RunAsync(WorkerArguments.Read(args)) : await CoordinatorProgram.RunAsync();
