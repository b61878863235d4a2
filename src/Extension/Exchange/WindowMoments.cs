using RnnMlNet.Data.Series;

namespace RnnMlNet.Exchange;

/// <summary>Mean and deviation of windows as nodes of a graph, and values derived from them. All in double precision.</summary>
/// <param name="graph">The graph to add to.</param>
/// <param name="window">[windows, C, window] the windows' values.</param>
/// <param name="last">[windows, C, 1] the last value of each.</param>
internal sealed class WindowMoments(Graph graph, string window, string last)
{
    private string? _mean,
        _deviation,
        _least;

    private string Mean => _mean ??= OfWindow(window);

    private string Deviation
    {
        get
        {
            if (_deviation is not null)
                return _deviation;
            string difference = graph.Add("Sub", [window, Mean]);
            return _deviation = graph.Add("Sqrt", [OfWindow(graph.Add("Mul", [difference, difference]))]);
        }
    }

    private string Least => _least ??= graph.Scalar(SeriesUnits.Least);

    /// <summary>The units of windows that are divided by their own deviation, each [windows, C, 1].</summary>
    public (string Centre, string Scale, string IsFlat) Frame()
    {
        string largest = graph.Add("ReduceMax", [graph.Add("Abs", [window])], new GraphAttribute.Numbers("axes", [2]));
        string nothing = graph.Add("Mul", [largest, graph.Scalar(InstanceNormalization.RelativeNothing)]);
        string isFlat = graph.Add("Or", [graph.Add("LessOrEqual", [Deviation, nothing]), graph.Add("Less", [Deviation, Least])]);
        return (graph.Add("Where", [isFlat, last, Mean]), graph.Add("Where", [isFlat, graph.Scalar(0.0), Deviation]), isFlat);
    }

    /// <summary>Computes <see cref="WindowReader.ErrorUnit"/>: [windows, C, 1].</summary>
    /// <param name="length">Steps of a window.</param>
    /// <param name="season">Steps of a season.</param>
    public string ErrorUnit(int length, int season)
    {
        int lag = WindowReader.ErrorLag(length, season);
        string deviation = graph.Add("Where", [graph.Add("Less", [Deviation, Least]), graph.Scalar(0.0), Deviation]);
        string changes = graph.Add("Sub", [graph.Slice(window, 2, lag, length), graph.Slice(window, 2, 0, length - lag)]);
        string change = OfWindow(graph.Add("Abs", [changes]));
        string least = graph.Add("Mul", [deviation, graph.Scalar(WindowReader.LeastOfDeviation)]);
        return graph.Add("Sqrt", [graph.Add("Mul", [graph.Add("Max", [change, least]), deviation])]);
    }

    private string OfWindow(string values) => graph.Add("ReduceMean", [values], new GraphAttribute.Numbers("axes", [2]));
}
