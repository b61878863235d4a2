using RnnMlNet.Plots.Notebooks;

namespace RnnMlNet.Experiments;

// Here and not where the class is, as with the other results.

[TypeFormatterSource(typeof(PlotFormatterSource), PreferredMimeTypes = [PlotFormatterSource.Html, PlotFormatterSource.Plain])]
public sealed partial class ExperimentResult<TMetrics> : IDrawn
{
    Plot IDrawn.Draw() => this.Plot();
}
