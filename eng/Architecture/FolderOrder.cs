namespace RnnMlNet.Architecture;

/// <summary>The folders of src/ in the order of dependency: each may use those before it, and none behind it.</summary>
internal static class FolderOrder
{
    /// <summary>Project and folder, with slashes; a project's root has no folder.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "Runtime/Kernels",
        "Runtime/Cells",
        "Runtime/Poolings",
        "Runtime/Sequences",
        "Runtime/Networks",
        "Runtime/Scoring",
        "Runtime/Decoders",
        "Runtime/Models",
        "Runtime",
        "Extension/Interop",
        "Extension/Text",
        "Extension/Files",
        "Extension/Plots/Text",
        "Extension/Plots/Svg",
        "Extension/Plots/Blocks",
        "Extension/Plots",
        "Extension/Data",
        "Extension/Data/Series",
        "Extension/Data/Formats",
        "Extension/Data/Grouping",
        "Extension/Training/Losses",
        "Extension/Training",
        "Extension/Engines/Simd/Training",
        "Extension/Engines/Torch/Cells",
        "Extension/Engines/Torch",
        "Extension/Engines",
        "Extension/Models",
        "Extension/Models/Forecasting",
        "Extension/Checkpoints",
        "Extension/Scoring",
        "Extension/Verification",
        "Extension/Exchange",
        "Extension/Estimators",
        "Extension/Estimators/Evaluating",
        "Extension/Estimators/Forecasting",
        "Extension/Estimators/Forecasting/Plots",
        "Extension/Streaming",
        "Extension/Experiments/Search",
        "Extension/Experiments/Metrics",
        "Extension/Experiments/Trials",
        "Extension/Experiments/Journal",
        "Extension/Experiments",
        "Extension",
        "Distributed/Queue",
        "Distributed/Workers",
        "Distributed",
    ];

    /// <summary>A type's folder as <see cref="All"/> names it.</summary>
    public static string Of(SourceType type) => type.Folder.Length == 0 ? type.Project : $"{type.Project}/{type.Folder}";

    /// <summary>The dependencies on a folder behind one's own, or on one that is not in the order.</summary>
    public static IEnumerable<Dependency> Back(DependencyGraph graph)
    {
        var places = All.Select((folder, place) => (folder, place)).ToDictionary(pair => pair.folder, pair => pair.place);
        return graph.Dependencies.Where(dependency => Place(dependency.To) > Place(dependency.From) || Place(dependency.From) < 0);

        int Place(SourceType type) => places.GetValueOrDefault(Of(type), -1);
    }
}
