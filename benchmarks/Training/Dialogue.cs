using System.Diagnostics;
using System.Globalization;

namespace Training;

/// <summary>A process that answers a line with a line of numbers. It sleeps while it is not asked.</summary>
/// <param name="process">Started with its input and output redirected.</param>
/// <param name="what">What it does, in an error's text: "that trains on libtorch".</param>
internal sealed class Dialogue(Process process, string what) : IDisposable
{
    /// <summary>Its answer to a question.</summary>
    /// <exception cref="InvalidOperationException">It ended.</exception>
    public double[] Ask(string question)
    {
        process.StandardInput.WriteLine(question);
        process.StandardInput.Flush();
        string answer =
            process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The process {what} ended at '{question}'.");
        return [.. answer.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
