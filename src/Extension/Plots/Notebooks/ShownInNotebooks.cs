using RnnMlNet.Plots.Notebooks;

namespace RnnMlNet;

// Here and not where the classes are: what trains needs to know nothing of plots.

[TypeFormatterSource(typeof(PlotFormatterSource), PreferredMimeTypes = [PlotFormatterSource.Html, PlotFormatterSource.Plain])]
public sealed partial class Plot;

[TypeFormatterSource(typeof(PlotFormatterSource), PreferredMimeTypes = [PlotFormatterSource.Html, PlotFormatterSource.Plain])]
public sealed partial record TrainingHistory;

[TypeFormatterSource(typeof(PlotFormatterSource), PreferredMimeTypes = [PlotFormatterSource.Html, PlotFormatterSource.Plain])]
public sealed partial record LearningRateCurve;
