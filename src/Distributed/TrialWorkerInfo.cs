namespace RnnMlNet.Distributed;

/// <summary>A worker that is alive.</summary>
/// <param name="Name">Its <see cref="TrialWorkerOptions.Name"/>.</param>
/// <param name="Slots">Tasks that it does at a time.</param>
public sealed record TrialWorkerInfo(string Name, int Slots);
