using System.Reflection;
using Microsoft.ML;

namespace RnnMlNet.Interop;

/// <summary>
/// Guards the ML.NET internals that RnnMlNet uses: they are the same in the supported range, and may differ outside it.
/// </summary>
/// <remarks>
/// ML.NET's AssemblyVersion is 1.0.0.0 in every release, so its informational version ("5.0.1+commit") is what tells releases apart.
/// Keep the range equal to SupportedMicrosoftMLRange in eng/FriendOfMlNet.targets.
/// </remarks>
internal static class MlNetVersion
{
    private static readonly Version _lowest = new(5, 0, 1);
    private static readonly Version _below = new(6, 0, 0);

    private static volatile bool _ensured;

    /// <summary>Checks that the loaded ML.NET is of a supported version.</summary>
    /// <exception cref="InvalidOperationException">It is of another version.</exception>
    internal static void Ensure()
    {
        if (_ensured)
            return;
        Check(Loaded());
        _ensured = true;
    }

    /// <summary>Checks that <paramref name="informationalVersion"/>, such as "5.0.1+a4f730e", is in the supported range.</summary>
    /// <exception cref="InvalidOperationException">It is outside the range, or not a version.</exception>
    internal static void Check(string? informationalVersion)
    {
        var release = (informationalVersion ?? "").Split('+', '-')[0];
        if (Version.TryParse(release, out var version) && version >= _lowest && version < _below)
            return;
        throw new InvalidOperationException(
            $"RnnMlNet works with Microsoft.ML from {_lowest} up to, not including, {_below}, but found {Name(informationalVersion)}: "
                + $"reference a Microsoft.ML package in that range, or a RnnMlNet package made for yours."
        );
    }

    private static string? Loaded() =>
        typeof(MLContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static string Name(string? informationalVersion) =>
        string.IsNullOrEmpty(informationalVersion) ? "one without a version" : informationalVersion.Split('+')[0];
}
