using Microsoft.ML.OnnxRuntime;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Scoring;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>Random sequences of several lengths, as an exported model takes them (padded) and as the scorer does (one by one).</summary>
internal sealed class PaddedRows
{
    private readonly NetworkShape _shape;
    private readonly int[] _lengths;
    private readonly int _time;
    private readonly float[] _steps;
    private readonly long[] _tokens,
        _characters;

    /// <param name="shape">The network.</param>
    /// <param name="lengths">The length of each row.</param>
    /// <param name="paddingNumber">The padding after a row's end.</param>
    /// <param name="paddingToken">Likewise for tokens.</param>
    public PaddedRows(NetworkShape shape, int[] lengths, float paddingNumber = float.NaN, long paddingToken = -1)
    {
        var random = new Random(5);
        int F = shape.Features;
        _shape = shape;
        _lengths = lengths;
        _time = Math.Max(1, lengths.Max());
        _steps =
        [
            .. from b in Enumerable.Range(0, lengths.Length)
            from i in Enumerable.Range(0, _time * F)
            select i < lengths[b] * F ? RandomNetwork.Uniform(random, 1, 2)[0] : paddingNumber,
        ];
        _tokens =
        [
            .. from b in Enumerable.Range(0, shape.UsesTokens ? lengths.Length : 0)
            from t in Enumerable.Range(0, _time)
            select t < lengths[b] ? random.Next(shape.Vocabulary) : paddingToken,
        ];
        _characters =
        [
            .. from b in Enumerable.Range(0, lengths.Length)
            from t in Enumerable.Range(0, _time)
            from code in RandomWords.Characters(shape, random)
            select t < lengths[b] ? code : paddingToken,
        ];
    }

    public NamedOnnxValue[] Inputs =>
        [
            _shape.UsesTokens
                ? OnnxRun.Value("tokens", _tokens, _lengths.Length, _time)
                : OnnxRun.Value("features", _steps, _lengths.Length, _time, _shape.Features),
            .. _shape.Characters is null
                ? Array.Empty<NamedOnnxValue>()
                : [OnnxRun.Value("characters", _characters, _lengths.Length, _time, Characters)],
            OnnxRun.Value("lengths", _lengths.Select(length => (long)length).ToArray(), _lengths.Length),
        ];

    /// <summary>The scorer's outputs, row after row.</summary>
    public float[] Scores(TrainedNetwork network)
    {
        using IScoringSession session = ScorerFactory.Create(network).NewSession();
        var outputs = new float[_lengths.Length * _shape.Outputs];
        for (int row = 0; row < _lengths.Length; row++)
            session.Score(Row(row), outputs.AsSpan(row * _shape.Outputs, _shape.Outputs));
        return outputs;
    }

    private int Characters => _shape.TokenWidth - 1;

    private int[] Steps(int row) =>
        [
            .. Enumerable
                .Range(row * _time, _lengths[row])
                .SelectMany(cell => (long[])[_tokens[cell], .. _characters.Skip(cell * Characters).Take(Characters)])
                .Select(value => (int)value),
        ];

    private SequenceView Row(int row) =>
        _shape.UsesTokens
            ? SequenceView.OfTokens(Steps(row), _shape.TokenWidth)
            : SequenceView.OfSteps(_steps.AsSpan(row * _time * _shape.Features, _lengths[row] * _shape.Features), _shape.Features);
}
