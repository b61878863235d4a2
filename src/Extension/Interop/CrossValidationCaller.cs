using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Interop;

/// <summary>
/// Whether ML.NET's CrossValidate is what fits a trainer. It evaluates labels of one value a row only, and would find out after the first
/// fold's training that there are several:
/// so a trainer of such labels asks before it trains.
/// </summary>
internal static class CrossValidationCaller
{
    private const string Method = "CrossValidateTrain";

    /// <exception cref="InvalidOperationException">CrossValidate is what fits, and cannot evaluate what comes of it; the message names the
    /// method that can.</exception>
    public static void CheckIsNot(IExceptionContext ectx, string what, string instead)
    {
        if (
            new StackTrace()
                .GetFrames()
                .Any(frame => frame.GetMethod() is { Name: Method } method && method.DeclaringType == typeof(TrainCatalogBase))
        )
            throw ectx.Except($"CrossValidate cannot evaluate {what}: use {instead}, which takes the same arguments.");
    }
}
