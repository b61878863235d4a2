using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>How often training reads its input.</summary>
[TestFixture]
public class CacheCheckpointTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class CountingRow
    {
        private readonly float[] _sequence;
        private int _reads;

        public CountingRow(float[] sequence) => _sequence = sequence;

        [NoColumn]
        public int Reads => _reads;

        [VectorType(4)]
        public float[] Sequence
        {
            get
            {
                Interlocked.Increment(ref _reads);
                return _sequence;
            }
        }

        public float Label => _sequence[0];
    }

    [Test]
    public void Training_of_many_epochs_reads_its_input_once()
    {
        CountingRow[] rows = Rows();
        Trainer().Fit(_ml.Data.LoadFromEnumerable(rows));
        Assert.That(rows.Select(row => row.Reads), Has.All.EqualTo(1));
    }

    [Test]
    public void Without_a_checkpoint_a_normalizer_and_the_training_read_once_each()
    {
        CountingRow[] rows = Rows();
        _ml.Transforms.NormalizeMinMax("Sequence").Append(Trainer()).Fit(_ml.Data.LoadFromEnumerable(rows));
        Assert.That(rows.Select(row => row.Reads), Has.All.EqualTo(2));
    }

    [Test]
    public void With_a_checkpoint_the_rows_are_read_once()
    {
        CountingRow[] rows = Rows();
        _ml.Transforms.CopyColumns("Copy", "Sequence")
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.Transforms.NormalizeMinMax("Sequence", "Copy"))
            .Append(Trainer())
            .Fit(_ml.Data.LoadFromEnumerable(rows));
        Assert.That(rows.Select(row => row.Reads), Has.All.EqualTo(1));
    }

    [Test]
    public void A_checkpoint_does_not_change_the_model()
    {
        IDataView data = TinyData.Load(_ml);
        IEstimator<ITransformer> Chain(bool cached)
        {
            var normalize = _ml.Transforms.NormalizeMinMax(nameof(SequenceRow.Flat));
            RnnBinaryTrainer trainer = Tiny.Binary(_ml, ColumnKind.Flat, options => options.Seed = 3);
            return cached ? normalize.AppendCacheCheckpoint(_ml).Append(trainer) : normalize.Append(trainer);
        }
        Assert.That(Scores.Of(Chain(cached: true).Fit(data), data), Is.EqualTo(Scores.Of(Chain(cached: false).Fit(data), data)));
    }

    private static CountingRow[] Rows() => [.. Enumerable.Range(0, 20).Select(i => new CountingRow([i, 1, 2, 3]))];

    private RnnRegressionTrainer Trainer() =>
        _ml.Regression.Trainers.Rnn(
            new RnnRegressionTrainer.Options
            {
                FeatureColumnName = "Sequence",
                FeaturesPerStep = 1,
                HiddenSize = 3,
                MaxEpochs = 4,
                BatchSize = 8,
                Device = "cpu",
            }
        );
}
