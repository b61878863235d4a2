using Microsoft.ML.Runtime;

namespace RnnMlNet.Estimators;

/// <summary>Checks the options of the convolutions before the first recurrent layer.</summary>
internal static class ConvolutionCheck
{
    /// <exception cref="ArgumentOutOfRangeException">Options without <see cref="RnnOptions.ConvolutionFilters"/>, or a stride that leaves
    /// steps out.</exception>
    public static void Check(IExceptionContext ectx, RnnOptions o)
    {
        foreach (
            var (option, value) in (ReadOnlySpan<(string, int?)>)
                [
                    (nameof(o.ConvolutionKernelSize), o.ConvolutionKernelSize),
                    (nameof(o.ConvolutionLayers), o.ConvolutionLayers),
                    (nameof(o.ConvolutionStride), o.ConvolutionStride),
                ]
        )
            if (value is not null && o.ConvolutionFilters is null)
                throw ectx.ExceptUserArg(
                    option,
                    $"{option} is {value}, but ConvolutionFilters is null, so that there is no convolution: set ConvolutionFilters, or "
                        + $"leave {option} null."
                );
        if (o.ConvolutionStride > (o.ConvolutionKernelSize ?? SequenceDefaults.KernelSize))
            throw ectx.ExceptUserArg(
                nameof(o.ConvolutionStride),
                $"ConvolutionStride is {o.ConvolutionStride}, but ConvolutionKernelSize is "
                    + $"{o.ConvolutionKernelSize ?? SequenceDefaults.KernelSize}, so that steps between two windows would not be read: "
                    + "set a smaller ConvolutionStride, or a larger ConvolutionKernelSize."
            );
    }

    /// <exception cref="ArgumentOutOfRangeException">A stride of a sequence tagger.</exception>
    public static void CheckPerStep(IExceptionContext ectx, RnnOptions o)
    {
        if (o.ConvolutionStride > 1)
            throw ectx.ExceptUserArg(
                nameof(o.ConvolutionStride),
                $"ConvolutionStride is {o.ConvolutionStride}, but a sequence tagger has a prediction for each step, so that no step is "
                    + "left out: leave it null."
            );
    }
}
