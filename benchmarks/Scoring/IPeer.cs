namespace Scoring;

/// <summary>One of those who are measured. All score the same rows with the same weights.</summary>
internal interface IPeer : IDisposable
{
    string Name { get; }

    /// <summary>Scores rows once; how many.</summary>
    int Run();

    /// <summary>The first row's class with the largest score, to see that all compute the same.</summary>
    int FirstClass { get; }
}
