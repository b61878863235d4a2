namespace RnnMlNet;

/// <summary>Learning rate schedule. The option LearningRate is the highest rate of each.</summary>
public enum LearningRateSchedule
{
    /// <summary>Constant rate.</summary>
    Constant,

    /// <summary>
    /// One cycle over all steps of MaxEpochs (Smith and Topin, 2019; PyTorch's OneCycleLR): from a 25th of the rate up to it in the first
    /// 30 % of the steps, then down to a 250,000th of it, both along a cosine.
    /// </summary>
    OneCycle,

    /// <summary>Half a cosine from the rate to zero over all steps of MaxEpochs (Loshchilov and Hutter, 2017).</summary>
    Cosine,

    /// <summary>
    /// Divides the rate by ten when more than 10 consecutive epochs have not lowered the validation loss (without validation the training
    /// loss) by a ten-thousandth, as PyTorch's ReduceLROnPlateau. The patience of early stopping must be larger, or training ends first.
    /// </summary>
    ReduceOnPlateau,

    /// <summary>
    /// Multiplies the rate by the option LearningRateDecay after each epoch (PyTorch's ExponentialLR). It is not planned over a number of
    /// epochs, so early stopping may end it anywhere.
    /// </summary>
    Exponential,
}
