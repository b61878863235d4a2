namespace RnnMlNet.Runtime.Tests.Support;

/// <summary>Categories of tests that are left out where an emulated processor runs them.</summary>
internal static class Categories
{
    /// <summary>Takes a processor a second, and an emulated one a minute.</summary>
    public const string Slow = "Slow";

    /// <summary>Vectors wider than those of Arm64, which .NET would make of pieces there.</summary>
    public const string Wide = "Wide";
}
