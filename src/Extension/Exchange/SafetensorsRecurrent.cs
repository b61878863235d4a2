using System.Globalization;
using System.Text.RegularExpressions;
using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>
/// A tensor of a recurrent module by its name: <c>{module}.{kind}_l{layer}[_reverse]</c>, or <c>{module}.{kind}</c> of a single cell
/// (PyTorch's <c>nn.LSTMCell</c>).
/// </summary>
internal sealed partial record RecurrentTensor(SafetensorsEntry Entry, string Module, string Kind, bool IsOfCell, int Layer, bool IsReverse)
{
    /// <summary>The tensors of a file whose names have this form, layer after layer.</summary>
    public static IReadOnlyList<RecurrentTensor> Of(IEnumerable<SafetensorsEntry> entries) =>
        [
            .. from entry in entries
            let match = NamePattern().Match(entry.Name)
            where match.Success
            let isOfCell = !match.Groups["layer"].Success
            let layer = isOfCell ? 0 : int.Parse(match.Groups["layer"].Value, CultureInfo.InvariantCulture)
            orderby layer
            select new RecurrentTensor(
                entry,
                match.Groups["module"].Value,
                match.Groups["kind"].Value,
                isOfCell,
                layer,
                match.Groups["reverse"].Success
            ),
        ];

    [GeneratedRegex(
        @"\A(?:(?<module>.+)\.)?(?<kind>weight_ih|weight_hh|weight_hr|bias_ih|bias_hh|unit(?=_l))"
            + @"(?:_l(?<layer>0|[1-9][0-9]{0,8})(?<reverse>_reverse)?)?\z"
    )]
    private static partial Regex NamePattern();
}

/// <summary>The recurrent module of a file, its sizes inferred from its tensors.</summary>
/// <param name="Module">Its name, empty where its tensors' names have no prefix.</param>
/// <param name="IsCell">Whether it is a single cell, whose tensors' names end without <c>_l0</c>.</param>
/// <param name="Cell">Its cell.</param>
/// <param name="InputSize">Second dimension of <c>weight_ih_l0</c>, or null where that is not a matrix.</param>
/// <param name="HiddenSize">H.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Bidirectional">Whether it has weights of the backward direction.</param>
/// <param name="HasBias">Whether it has any bias; PyTorch's modules with <c>bias=False</c> have none.</param>
internal sealed record SafetensorsRecurrent(
    string Module,
    bool IsCell,
    CellKind Cell,
    int? InputSize,
    int HiddenSize,
    int Layers,
    bool Bidirectional,
    bool HasBias
)
{
    /// <summary>Finds the module and infers its sizes; contradictions to the options become problems.</summary>
    public static SafetensorsRecurrent Find(
        IReadOnlyList<SafetensorsEntry> entries,
        RnnImportOptions options,
        SafetensorsMetadata metadata,
        SafetensorsProblems problems
    )
    {
        var tensors = RecurrentTensor.Of(entries);
        string module = FindModule(entries, tensors, options, problems);
        tensors = [.. tensors.Where(tensor => tensor.Module == module)];
        bool isCell = tensors.All(tensor => tensor.IsOfCell);
        tensors = [.. tensors.Where(tensor => tensor.IsOfCell == isCell)];
        RefuseProjections(tensors, module, problems);

        var (cell, sizes, hidden) = FindSizes(tensors, Name(module, isCell, "weight_hh_l0"), options, metadata, problems);
        var result = new SafetensorsRecurrent(
            module,
            isCell,
            cell,
            tensors.FirstOrDefault(tensor => tensor is { Kind: "weight_ih", Layer: 0, IsReverse: false, Entry.IsMatrix: true })
                is RecurrentTensor input
                ? SafetensorsNames.Side(input.Entry.Shape[1])
                : null,
            SafetensorsNames.Side(hidden),
            // A name may state any layer number; layers beyond the number of tensors cannot exist.
            Math.Min(tensors.Max(tensor => tensor.Layer) + 1, tensors.Count),
            tensors.Any(tensor => tensor.IsReverse),
            tensors.Any(tensor => tensor.Kind is "bias_ih" or "bias_hh")
        );
        result.CheckAgainst(options, sizes, problems);
        return result;
    }

    // The cell, and the tensor that states H: weight_hh [gates x H, H], or for a cell without it weight_ih [gates x H, inputs].
    private static (CellKind Cell, SafetensorsEntry Sizes, long HiddenSize) FindSizes(
        IReadOnlyList<RecurrentTensor> tensors,
        string expected,
        RnnImportOptions options,
        SafetensorsMetadata metadata,
        SafetensorsProblems problems
    )
    {
        if (Matrix("weight_hh") is SafetensorsEntry recurrent)
            return (FindCell(recurrent, options, metadata, problems), recurrent, recurrent.Shape[1]);
        if (
            (options.Cell ?? metadata.Cell) is not CellKind stated
            || CellRegistry.Of(stated).HasRecurrentWeights
            || Matrix("weight_ih") is not SafetensorsEntry input
        )
            throw problems.With($"the hidden size cannot be inferred: there is no matrix '{expected}'");
        if (input.Shape[0] % Gates(stated) != 0)
            throw problems.With($"{input.Describe()} should have {Gates(stated)} rows for each unit of {stated}");
        return (problems.Agreed(nameof(options.Cell), options.Cell, metadata.Cell)!.Value, input, input.Shape[0] / Gates(stated));

        SafetensorsEntry? Matrix(string kind) =>
            tensors.FirstOrDefault(tensor => tensor.Kind == kind && tensor.Entry is { IsMatrix: true, Shape: [_, > 0] })?.Entry;
    }

    /// <summary>The name in the file of one of the module's tensors.</summary>
    /// <param name="tensor">Its name in a module of layers, as in <c>weight_ih_l0</c>.</param>
    public string Name(string tensor) => Name(Module, IsCell, tensor);

    private static string Name(string module, bool isCell, string tensor) =>
        SafetensorsNames.Join(module, isCell && tensor.EndsWith("_l0", StringComparison.Ordinal) ? tensor[..^"_l0".Length] : tensor);

    private static string FindModule(
        IReadOnlyList<SafetensorsEntry> entries,
        IReadOnlyList<RecurrentTensor> tensors,
        RnnImportOptions options,
        SafetensorsProblems problems
    )
    {
        string[] modules = [.. tensors.Select(tensor => tensor.Module).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (modules.Length == 0)
            throw problems.With(
                $"no tensor is named like those of PyTorch's nn.RNN, nn.GRU or nn.LSTM (weight_ih_l0, rnn.weight_ih_l0, ...); there are "
                    + $"{SafetensorsProblems.Listed(entries)}"
            );
        if (options.RecurrentName is string name)
            return modules.Contains(name)
                ? name
                : throw problems.With($"RecurrentName is '{name}', but the recurrent modules are {Quoted(modules)}");
        return modules.Length == 1
            ? modules[0]
            : throw problems.With(
                $"it has several recurrent modules, {Quoted(modules)}, and a network here has one, of one or more layers: choose one "
                    + $"with RecurrentName, and name in IgnoredNames what does not belong to it"
            );
    }

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private static void RefuseProjections(IReadOnlyList<RecurrentTensor> tensors, string module, SafetensorsProblems problems)
    {
        if (tensors.FirstOrDefault(tensor => tensor.Kind == "weight_hr") is RecurrentTensor projection)
            throw problems.With(
                $"the module '{module}' is an LSTM with projections (proj_size; '{projection.Entry.Name}'), which RnnMlNet does not "
                    + $"support: train it with proj_size=0"
            );
    }

    private static CellKind FindCell(
        SafetensorsEntry recurrent,
        RnnImportOptions options,
        SafetensorsMetadata metadata,
        SafetensorsProblems problems
    )
    {
        CellKind? stated = problems.Agreed(nameof(options.Cell), options.Cell, metadata.Cell);
        long gates = recurrent.Shape[0] % recurrent.Shape[1] == 0 ? recurrent.Shape[0] / recurrent.Shape[1] : 0;
        CellKind? found = CellRegistry.All.FirstOrDefault(cell => cell.HasRecurrentWeights && cell.Gates == gates)?.Kind;
        if (stated is null && found is null)
            throw problems.With(
                $"the cell is unknown: {recurrent.Describe()} should have 4 (LSTM), 3 (GRU) or 1 (Elman) times as many rows as columns"
            );
        if (stated is null && found == CellKind.Elman)
            problems.Add(
                $"{recurrent.Describe()} has one gate, which is an Elman network's, with tanh or with a rectifier: set Cell to Elman or "
                    + $"to ElmanRelu"
            );
        if (stated is CellKind cell && found is not null && Gates(cell) != gates)
            problems.Add($"Cell is {cell}, but {recurrent.Describe()} has the {gates} gates of {found}");
        return found is null || Gates(stated ?? found.Value) == gates ? stated ?? found!.Value : found.Value;
    }

    private static int Gates(CellKind cell) => CellRegistry.Of(cell).Gates;

    private void CheckAgainst(RnnImportOptions options, SafetensorsEntry recurrent, SafetensorsProblems problems)
    {
        if (options.HiddenSize is int hidden && hidden != HiddenSize)
            problems.Add($"HiddenSize is {hidden}, but {recurrent.Describe()} has {HiddenSize} units");
        if (options.Layers is int layers && layers != Layers)
            problems.Add($"Layers is {layers}, but the module '{Module}' has {Layers}");
        if (options.Bidirectional is bool both && both != Bidirectional)
            problems.Add(
                $"Bidirectional is {both}, but the module '{Module}' has {(Bidirectional ? "" : "no ")}weights of the backward direction "
                    + $"(..._reverse)"
            );
    }
}
