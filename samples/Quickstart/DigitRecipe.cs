using RnnMlNet;

namespace Samples.Quickstart;

/// <summary>How the digits are learnt.</summary>
internal static class DigitRecipe
{
    /// <summary>The column and its steps. All else is chosen from the data by Fit; an option that is set wins.</summary>
    public static RnnMulticlassTrainer.Options Options() => new() { FeatureColumnName = nameof(DigitImage.Pixels), FeaturesPerStep = 8 };
}
