using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Whole trainings on the engine in C#.</summary>
[TestFixture]
public class EngineChoiceTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void The_engine_in_CSharp_trains_as_torch_does(
        [Values] TinyTask task,
        [Values(ColumnKind.Matrix, ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind
    )
    {
        // Small differences grow over a training; after two epochs they are still small.
        float[][] Fit(EngineKind engine) =>
            Scores.Of(
                Tiny.Trainer(_ml, task, kind, options => (options.Engine, options.MaxEpochs, options.Seed) = (engine, 2, 4))
                    .Fit(TinyData.Load(_ml)),
                TinyData.Load(_ml)
            );
        float[][] simd = Fit(EngineKind.Simd),
            torch = Fit(EngineKind.Torch);
        Assert.That(simd, Is.EqualTo(torch).Within(1e-3));
    }

    [Test]
    public void The_same_seed_gives_the_same_model_on_any_number_of_threads([Values(2, 5)] int threads)
    {
        byte[] Fit(int number) =>
            SavedModel.Bytes(
                _ml,
                Tiny.Multiclass(
                        _ml,
                        ColumnKind.Ragged,
                        options =>
                            (
                                options.Engine,
                                options.Threads,
                                options.HeadDropout,
                                options.RecurrentDropout,
                                options.InputDropout,
                                options.Seed
                            ) = (EngineKind.Simd, number, 0.3f, 0.2f, 0.2f, 4)
                    )
                    .Fit(TinyData.Load(_ml)),
                TinyData.Load(_ml).Schema
            );
        Assert.That(
            Scores.Of(SavedModel.Load(_ml, Fit(threads), out _), TinyData.Load(_ml)),
            Is.EqualTo(Scores.Of(SavedModel.Load(_ml, Fit(1), out _), TinyData.Load(_ml)))
        );
    }

    [Test]
    public void It_learns([Values(Pooling.Last, Pooling.Attention)] Pooling pooling, [Values(0f, 0.1f)] float recurrentDropout)
    {
        IDataView data = TinyData.Load(_ml, count: 120);
        RnnMulticlassTransformer model = Tiny.Multiclass(
                _ml,
                ColumnKind.Ragged,
                options =>
                    (options.Engine, options.MaxEpochs, options.Seed, options.Pooling, options.RecurrentDropout) = (
                        EngineKind.Simd,
                        60,
                        4,
                        pooling,
                        recurrentDropout
                    )
            )
            .Fit(data);
        Assert.That(model.Model.History.Epochs[^1].TrainingLoss, Is.LessThan(0.7 * model.Model.History.Epochs[0].TrainingLoss));
    }
}
