namespace RnnMlNet;

/// <summary>The optimiser, which updates the weights by their gradients.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba, 2015), beta 0.9 and 0.999, epsilon 1e-8; weight decay is added to the gradient.</summary>
    Adam,

    /// <summary>AdamW (Loshchilov and Hutter, 2019): Adam with weight decay decoupled from the gradient.</summary>
    AdamW,

    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>RMSProp (Hinton), smoothing 0.99, epsilon 1e-8, with momentum.</summary>
    RmsProp,
}
