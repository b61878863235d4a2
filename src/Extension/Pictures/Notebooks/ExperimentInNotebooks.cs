using RnnMlNet.Pictures.Notebooks;

namespace RnnMlNet.Experiments;

// Here and not where the class is, as with the other results.

[TypeFormatterSource(typeof(PictureFormatterSource), PreferredMimeTypes = [PictureFormatterSource.Html, PictureFormatterSource.Plain])]
public sealed partial class ExperimentResult<TMetrics> : IDrawn
{
    Picture IDrawn.Draw() => this.Plot();
}
