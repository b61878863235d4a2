using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Verification;

/// <summary>
/// A network of built-in cells by its equations, in scalar double precision. It shares no code with the kernels and uses no vectors, so
/// that it reveals an error of theirs, or of the processor, that all other scoring paths would share. Slow.
/// </summary>
internal sealed class ReferenceScorer(TrainedNetwork network) : ISequenceScorer
{
    public IScoringSession NewSession() => new Session(network);

    public void Dispose()
    {
        // Nothing native is held.
    }

    private sealed class Session : IScoringSession
    {
        private readonly TrainedNetwork _network;
        private readonly NetworkShape _shape;
        private readonly ReferenceCell[][] _layers;
        private readonly ReadoutModule _readout;
        private readonly ReferenceInput _input;
        private readonly ReferenceBlocks _blocks;
        private readonly ReferenceLinear[] _head,
            _initial;

        public Session(TrainedNetwork network)
        {
            _network = network;
            _shape = network.Shape;
            var definition = NetworkDefinition.Of(_shape);
            if (definition.Readout is not (PooledStates or EveryState) || definition.Input is ProjectedInput)
                throw new NotSupportedException(
                    $"The reference computes rows with pooled states or those of every step, not {definition.Input.Name} and "
                        + $"{definition.Readout.Name} with {_shape.StaticSize} values beside the steps."
                );
            _input = new ReferenceInput(network);
            _blocks = new ReferenceBlocks(_shape, network.Weights);
            _readout = definition.Readout;
            _layers =
            [
                .. Enumerable
                    .Range(0, _shape.Layers)
                    .Select(layer =>
                        Enumerable
                            .Range(0, _shape.Directions)
                            .Select(direction => new ReferenceCell(_shape, network.Weights, WeightLayout.Suffix(layer, direction)))
                            .ToArray()
                    ),
            ];
            _initial =
            [
                .. Enumerable
                    .Range(0, definition.InitialState.Directions)
                    .Select(direction => new ReferenceLinear(
                        network.Weights[InitialState.WeightOf(direction)],
                        network.Weights[InitialState.BiasOf(direction)]
                    )),
            ];
            _head =
            [
                .. Enumerable
                    .Range(0, _shape.HeadHiddenSizes.Count + 1)
                    .Select(layer => new ReferenceLinear(network.Weights[$"head.{layer}.weight"], network.Weights[$"head.{layer}.bias"])),
            ];
        }

        public void Score(in SequenceView sequence, Span<float> outputs)
        {
            double[][] states = _input.Steps(sequence);
            double[] statics = _input.Statics(sequence.Static);
            double[] last = [];
            double[][]? sum = null;
            double[][] initial = [.. _initial.Select(map => map.Apply(statics).Select(Math.Tanh).ToArray())];
            foreach (var (layer, directions) in _layers.Index())
            {
                double[]? Initial(int direction) => layer == 0 ? initial.ElementAtOrDefault(direction) : null;
                double[][][] ran =
                [
                    .. directions.Select((cell, direction) => cell.Run(states, isReverse: direction == 1, Initial(direction))),
                ];
                states = [.. Enumerable.Range(0, states.Length).Select(t => ran.SelectMany(of => of[t]).ToArray())];
                last = [.. ran.SelectMany((of, direction) => of.Length == 0 ? new double[_shape.HiddenSize] : of[direction == 1 ? 0 : ^1])];
                sum = _blocks.Sum(states, sum);
                states = _blocks.Normalized(layer, sum);
            }
            if (!_blocks.IsEmpty)
                last = _blocks.Final(states);
            if (!_shape.HeadReadsStatics)
                statics = [];
            if (_readout is PooledStates pooled)
                Write(Head([.. Pooled(pooled, states, last), .. statics]), outputs);
            else
                foreach (double[] state in states)
                {
                    Write(Head([.. state, .. statics]), outputs);
                    outputs = outputs[_shape.Outputs..];
                }
        }

        public void Score(SequenceRows rows, Span<float> outputs) => RowByRow.Score(this, rows, _shape.OutputLayout, outputs);

        private void Write(double[] y, Span<float> outputs)
        {
            for (int i = 0; i < y.Length; i++)
                outputs[i] = (float)(_network.LabelScaling is FeatureScaling labels ? y[i] * labels.Deviation[i] + labels.Mean[i] : y[i]);
        }

        public void Dispose()
        {
            // Nothing native is held.
        }

        private IEnumerable<double> Pooled(PooledStates readout, double[][] states, double[] last) =>
            readout.Poolings.SelectMany(pooling => pooling.Pool(states, last, readout.Of(_network.Weights, pooling)));

        private double[] Head(double[] x)
        {
            for (int layer = 0; layer < _head.Length; layer++)
            {
                double[] y = _head[layer].Apply(x);
                x = layer == _head.Length - 1 ? y : [.. y.Select(value => Math.Max(0, value))];
            }
            return x;
        }
    }
}
