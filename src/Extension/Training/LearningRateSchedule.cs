namespace RnnMlNet;

/// <summary>How the learning rate changes during training. The option LearningRate is the highest rate of each.</summary>
public enum LearningRateSchedule
{
    /// <summary>The same rate throughout.</summary>
    Constant,

    /// <summary>
    /// One cycle over all steps of MaxEpochs (Smith and Topin, 2019; PyTorch's OneCycleLR): from a 25th of the rate up to it in the first
    /// 30 % of the steps, then down to a 250,000th of it, both along a cosine.
    /// </summary>
    OneCycle,

    /// <summary>Half a cosine from the rate to zero over all steps of MaxEpochs (Loshchilov and Hutter, 2017).</summary>
    Cosine,

    /// <summary>
    /// A tenth of the rate once more than 10 epochs in a row have not lowered the validation loss (the training loss where there is no
    /// validation) by a ten-thousandth, as PyTorch's ReduceLROnPlateau. Early stopping must be more patient than that, or training ends
    /// first.
    /// </summary>
    ReduceOnPlateau,

    /// <summary>
    /// The rate times the option LearningRateDecay after each epoch (PyTorch's ExponentialLR). It is planned over no number of epochs, so
    /// early stopping may end it anywhere.
    /// </summary>
    Exponential,
}
