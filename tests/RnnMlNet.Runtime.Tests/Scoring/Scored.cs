using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Tests.Scoring;

/// <summary>Scores by the scorer.</summary>
internal static class Scored
{
    /// <summary>Outputs of a sequence of numbers, [T][F], in a session of its own.</summary>
    public static float[] By(NetworkParameters network, float[][] steps)
    {
        using IScoringSession session = new SimdScorer(network).NewSession();
        var outputs = new float[network.Shape.Outputs];
        session.Score(SequenceView.OfSteps(steps.SelectMany(step => step).ToArray(), network.Shape.Features), outputs);
        return outputs;
    }
}
