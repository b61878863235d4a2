using RnnMlNet.Pictures.Notebooks;

namespace RnnMlNet;

// Here and not where the classes are: what trains needs to know nothing of pictures.

[TypeFormatterSource(typeof(PictureFormatterSource), PreferredMimeTypes = [PictureFormatterSource.Html, PictureFormatterSource.Plain])]
public sealed partial class Picture;

[TypeFormatterSource(typeof(PictureFormatterSource), PreferredMimeTypes = [PictureFormatterSource.Html, PictureFormatterSource.Plain])]
public sealed partial record TrainingHistory;

[TypeFormatterSource(typeof(PictureFormatterSource), PreferredMimeTypes = [PictureFormatterSource.Html, PictureFormatterSource.Plain])]
public sealed partial record LearningRateCurve;
