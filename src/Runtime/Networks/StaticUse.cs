namespace RnnMlNet;

/// <summary>Where a network reads a row's static values (<c>StaticColumnNames</c>).</summary>
public enum StaticUse
{
    /// <summary>The head reads them after the pooled states; a tagger's at every step.</summary>
    Head = 0,

    /// <summary>
    /// The first recurrent layer begins with them: its states before the first step, in each direction, are tanh of a learned linear map of
    /// them, h and an LSTM's c by maps of their own (Xu et al., "Show, Attend and Tell", 2015; Keras' <c>initial_state</c>). The steps are
    /// then read in their light.
    /// </summary>
    InitialState = 1,

    /// <summary>Both.</summary>
    Both = 2,
}
