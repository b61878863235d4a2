using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Interop;

/// <summary>
/// Detects that ML.NET's CrossValidate fits a trainer. It evaluates labels of one value a row only, and would fail after the first fold's
/// training with several: so a trainer of such labels checks before it trains.
/// </summary>
internal static class CrossValidationCaller
{
    private const string Method = "CrossValidateTrain";

    /// <exception cref="InvalidOperationException">CrossValidate fits the trainer, and cannot evaluate its result; the message names the
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
