using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>A backend's parts of the decoders, each for one.</summary>
/// <typeparam name="TPart">What makes a part.</typeparam>
internal sealed class DecoderParts<TPart>
    where TPart : Delegate
{
    private Dictionary<Type, TPart> _all = [];

    /// <summary>Adds the part of a decoder.</summary>
    public DecoderParts<TPart> Add<TDecoder>(TPart part)
        where TDecoder : Decoder
    {
        // A copy: others may be reading.
        _all = new Dictionary<Type, TPart>(_all) { [typeof(TDecoder)] = part };
        return this;
    }

    /// <summary>The part of a decoder; null where there is none.</summary>
    public TPart? Find(Decoder decoder) => _all.GetValueOrDefault(decoder.GetType());
}
