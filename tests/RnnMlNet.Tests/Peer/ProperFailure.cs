using System.Reflection;
using Microsoft.ML.Runtime;
using NUnit.Framework;

namespace RnnMlNet.Tests.Peer;

/// <summary>
/// The only two ways in which a part of ML.NET may refuse its input: ArgumentOutOfRange or InvalidOperation, marked as ML.NET's own.
/// </summary>
internal static class ProperFailure
{
    /// <summary>Runs what must be refused.</summary>
    /// <returns>The exception that it was refused with.</returns>
    public static Exception Of(string what, Action action)
    {
        Exception? failure = null;
        try
        {
            action();
        }
        catch (Exception exception)
        {
            failure = Unwrap(exception);
        }
        Assert.That(failure, Is.Not.Null, $"{what} must fail, but did not.");
        Assert.That(
            failure,
            Is.InstanceOf<ArgumentOutOfRangeException>().Or.InstanceOf<InvalidOperationException>(),
            $"{what} failed in a way that is not ML.NET's."
        );
        Assert.That(
            failure!.IsMarked(),
            Is.True,
            $"{what} failed with an exception that did not come through ML.NET's Contracts: {failure}"
        );
        return failure;
    }

    private static Exception Unwrap(Exception exception)
    {
        while (exception is TargetInvocationException { InnerException: { } inner })
            exception = inner;
        return exception;
    }
}
