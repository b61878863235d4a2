using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The rows of a micro-batch after the recurrent layers, and the cells that continue from their states.</summary>
/// <param name="shape">The network's sizes.</param>
/// <param name="map">Where the weights stand.</param>
/// <param name="parts">The network's modules.</param>
/// <param name="layer">The last recurrent layer.</param>
internal sealed class DecoderRows(NetworkShape shape, ParameterMap map, NetworkParts parts, LayerPass layer) : EncodedRows
{
    private readonly LastStates _last = new(layer, shape.Decoder!.Steps);

    /// <summary>The rows; to be set before a decoder starts.</summary>
    public MicroBatch MicroBatch
    {
        get => _last.MicroBatch;
        set => _last.MicroBatch = value;
    }

    public override int Count => _last.Count;

    public override int Channel(int row) => MicroBatch.Channel(row);

    public override ReadOnlySpan<float> Static(int row) => MicroBatch.StaticInputs(row, shape.Decoder!.StaticSize);

    public override ReadOnlySpan<float> Last(int row) => _last.Of(row)[..shape.HiddenSize];

    public override Span<float> LastGradient(int row) => _last.Gradient(row);

    public override long Table(int index) => map.Readout[index + (parts.Decoder is null ? 0 : 1)];

    public override CellSteps NewSteps() => new DecoderSteps(_last, parts.Decoder!, map.Readout[0]);

    public override CellBranches NewBranches() => new DecoderBranches(_last, layer.Forwards, map.Direction(0, 0));
}
