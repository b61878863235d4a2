using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Exchange;

/// <summary>
/// A recurrent layer whose step consists of ONNX's operators, in an operator Scan: the gates' products with the input of all steps at once,
/// then step after step those with the state, and the cell's own nodes. A row without a step keeps its states.
/// </summary>
internal sealed class ScanNodes : CellNodes
{
    private readonly Graph _graph;
    private readonly Cell _cell;
    private readonly IScannedCell _step;
    private readonly string _name,
        _zeros;
    private readonly int _units;
    private readonly (string Input, string Bias, string Hidden)[] _directions;

    /// <param name="graph">The graph to add to.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="step">Its step.</param>
    /// <param name="directions">The weights of each direction.</param>
    /// <param name="name">The constants' names begin with it.</param>
    public ScanNodes(Graph graph, Cell cell, IScannedCell step, KernelWeights[] directions, string name)
    {
        (_graph, _cell, _step, _name, _units) = (graph, cell, step, name, directions[0].Units);
        int rows = cell.Gates * _units;
        _directions =
        [
            .. directions.Select(
                (one, d) =>
                    (
                        graph.Floats($"{name}.{d}.W", GateNodes.Transposed(one.Input, one.InputSize), one.InputSize, rows),
                        graph.Floats($"{name}.{d}.B", [.. one.InputBias.Select((bias, row) => bias + one.HiddenBiasOf(row))], rows),
                        graph.Floats($"{name}.{d}.R", GateNodes.Transposed(one.Hidden, _units), _units, rows)
                    )
            ),
        ];
        _zeros = graph.Floats($"{name}.zeros", new float[_units], 1, _units);
    }

    public override (string States, StateNodes Final) Run(string input, string? lengths = null, StateNodes? start = null)
    {
        string? valid = lengths is null ? null : Valid(input, lengths);
        string[][] results = [.. _directions.Select((_, direction) => Run(input, valid, start, direction))];
        string[] joined =
        [
            .. Enumerable
                .Range(0, _cell.States)
                .Select(state => _graph.Concat([.. results.Select(one => _graph.Reshape(one[state], 1, -1, _units))], 0)),
        ];
        // [time, rows, H] to [time, 1, rows, H].
        string[] states = [.. results.Select(one => _graph.Reshape(one[^1], 0, 1, -1, _units))];
        return (_graph.Concat(states, 1), new StateNodes(joined[0], joined[1..]));
    }

    // The states after the last step, [rows, H] each, then h of all steps, [time, rows, H].
    private string[] Run(string input, string? valid, StateNodes? start, int direction)
    {
        var (weights, bias, _) = _directions[direction];
        string gates = _graph.Add("Add", [_graph.Add("MatMul", [input, weights]), bias]);
        string[] first = start is null
            ? [.. Enumerable.Repeat(Zeros(input), _cell.States)]
            : [.. start.All.Select(state => _graph.Reshape(_graph.Slice(state, 0, direction, direction + 1), -1, _units))];
        string[] scanned = valid is null ? [gates] : [gates, valid];
        return _graph.AddSeveral(
            _cell.States + 1,
            "Scan",
            [.. first, .. scanned],
            Body(direction, valid is not null),
            new GraphAttribute.Number("num_scan_inputs", scanned.Length),
            new GraphAttribute.Numbers("scan_input_directions", [.. scanned.Select(_ => (long)direction)]),
            new GraphAttribute.Numbers("scan_output_directions", [direction])
        );
    }

    private GraphAttribute.Body Body(int direction, bool isRagged)
    {
        var body = new Graph { Prefix = $"{_name}.{direction}.{_graph.Nodes.Count}." };
        string[] before = [.. Enumerable.Range(0, _cell.States).Select(state => $"{body.Prefix}state{state}")];
        string gates = $"{body.Prefix}gates",
            valid = $"{body.Prefix}valid",
            // Of each Scan its own: ONNX Runtime takes values whose dimensions have one name for equally large.
            rows = $"{body.Prefix}rows";
        string sum = body.Add("Add", [gates, body.Add("MatMul", [before[0], _directions[direction].Hidden])]);
        string[] after = _step.AddStep(new GateNodes(body, sum, _units, axis: 1), before);
        if (isRagged)
            after = [.. after.Select((state, i) => body.Add("Where", [valid, state, before[i]]))];
        string hidden = body.Add("Identity", [after[0]]);
        return new GraphAttribute.Body(
            "body",
            body,
            [
                .. before.Select(State),
                new GraphValue(gates, ElementType.Float, [rows, $"{_cell.Gates * _units}"]),
                .. isRagged ? [new GraphValue(valid, ElementType.Bool, [rows, "1"])] : Array.Empty<GraphValue>(),
            ],
            [.. after.Append(hidden).Select(State)]
        );

        GraphValue State(string name) => new(name, ElementType.Float, [rows, $"{_units}"]);
    }

    // [rows, H] of 0 for [time, rows, inputs].
    private string Zeros(string input)
    {
        string rows = _graph.Slice(_graph.Add("Shape", [input]), 0, 1, 2);
        return _graph.Add("Expand", [_zeros, _graph.Concat([rows, _graph.Integers(_units)], 0)]);
    }

    // Bool [time, rows, 1].
    private string Valid(string input, string lengths)
    {
        string time = _graph.Add("Gather", [_graph.Add("Shape", [input]), _graph.Scalar(0L)]);
        string positions = _graph.Add("Range", [_graph.Scalar(0L), time, _graph.Scalar(1L)]);
        string perRow = _graph.Reshape(_graph.Cast(lengths, ElementType.Int64), 1, -1);
        return _graph.Reshape(_graph.Add("Less", [_graph.Reshape(positions, -1, 1), perRow]), 0, 0, 1);
    }
}
