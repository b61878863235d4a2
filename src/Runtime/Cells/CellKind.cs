namespace RnnMlNet;

/// <summary>The recurrent cell: the equations of one step, from an input and a state to the next state.</summary>
/// <remarks>The equations of the first four, and the order of the gates in their weights, are PyTorch's.</remarks>
public enum CellKind
{
    /// <summary>Elman network, <c>h' = tanh(W_ih x + b_ih + W_hh h + b_hh)</c>.</summary>
    Elman,

    /// <summary>Elman network with a rectifier, <c>h' = relu(W_ih x + b_ih + W_hh h + b_hh)</c>.</summary>
    ElmanRelu,

    /// <summary>
    /// Gated recurrent unit, gates in the order r z n:
    /// <c>r = σ(W_ir x + b_ir + W_hr h + b_hr)</c>, <c>z = σ(W_iz x + b_iz + W_hz h + b_hz)</c>,
    /// <c>n = tanh(W_in x + b_in + r (W_hn h + b_hn))</c>, <c>h' = (1 - z) n + z h</c>.
    /// </summary>
    Gru,

    /// <summary>
    /// Long short-term memory, gates in the order i f g o:
    /// <c>i, f, o = σ(W_i* x + b_i* + W_h* h + b_h*)</c>, <c>g = tanh(W_ig x + b_ig + W_hg h + b_hg)</c>,
    /// <c>c' = f c + i g</c>, <c>h' = o tanh(c')</c>.
    /// </summary>
    Lstm,

    /// <summary>
    /// Minimal gated recurrent unit (Feng et al., "Were RNNs All We Needed?", 2024), gates in the order z h̃: <c>z = σ(W_z x + b_z)</c>,
    /// <c>h̃ = W_h x + b_h</c>, <c>h' = (1 - z) h + z h̃</c>. Its gates do not depend on the hidden state: it has no recurrent weights,
    /// and is several times as fast as a GRU. It needs two layers or more to relate steps to one another.
    /// </summary>
    MinGru,

    /// <summary>
    /// Minimal long short-term memory (as <see cref="MinGru"/>), gates in the order f i h̃: <c>f = σ(W_f x + b_f)</c>,
    /// <c>i = σ(W_i x + b_i)</c>, <c>h̃ = W_h x + b_h</c>, <c>h' = f/(f + i) h + i/(f + i) h̃</c>.
    /// </summary>
    MinLstm,

    /// <summary>
    /// Scalar LSTM with exponential gating (Beck et al., "xLSTM: Extended Long Short-Term Memory", 2024), gates in the order i f z o:
    /// <c>i = exp(ĩ)</c>, <c>f = σ(f̃)</c>, <c>z = tanh(z̃)</c>, <c>o = σ(õ)</c> of pre-activations <c>W_i* x + b_i* + W_h* h + b_h*</c>;
    /// <c>c' = f c + i z</c>, <c>n' = f n + i</c>, <c>h' = o c'/n'</c>. The normaliser n makes the cell an average of all steps, each with
    /// the weight of its exponential gate, so that a step can outweigh all before it. One head.
    /// </summary>
    SLstm,

    /// <summary>
    /// Linear recurrent unit (Orvieto et al., "Resurrecting Recurrent Neural Networks for Long Sequences", 2023) with a gated output: a
    /// diagonal complex state space. Gates in the order a b d o: <c>s' = λ s + γ (a + b i)</c>, <c>h' = σ(o) (Re s' + d)</c>, with
    /// <c>a, b, d, o = W_i* x + b_i*</c>, and λ, within the unit circle, and γ of each unit, learnt. It has no recurrent weights: the
    /// gates of all steps are one matrix product. It needs two layers or more to relate units to one another.
    /// </summary>
    Lru,
}
