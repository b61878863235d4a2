namespace RnnMlNet.Distributed;

/// <summary>A live worker.</summary>
/// <param name="Name">Its <see cref="TrialWorkerOptions.Name"/>.</param>
/// <param name="Slots">Tasks that it runs at a time.</param>
public sealed record TrialWorkerInfo(string Name, int Slots);
