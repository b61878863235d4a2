using RnnMlNet;

namespace Samples.Quickstart;

/// <summary>The trainer's options for the digits.</summary>
internal static class DigitRecipe
{
    /// <summary>The column and its steps. Fit chooses all others from the data; an option that is set takes precedence.</summary>
    public static RnnMulticlassTrainer.Options Options() => new() { FeatureColumnName = nameof(DigitImage.Pixels), FeaturesPerStep = 8 };
}
