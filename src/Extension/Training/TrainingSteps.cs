using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>
/// Makes steps of training rows: draws shuffled, length-bucketed batches and has the engine make a step of each or of several.
/// </summary>
internal sealed class TrainingSteps : IDisposable
{
    private readonly ITrainingEngine _engine;
    private readonly int _batchesPerStep;
    private readonly BatchSampler _sampler;
    private readonly BatchFill _fill;
    private readonly MiniBatch _batch = new();
    private BatchesAhead? _ahead;

    public TrainingSteps(ITrainingEngine engine, TrainingPlan plan, RowSet training)
    {
        _engine = engine;
        _batchesPerStep = plan.BatchesPerStep;
        _sampler = new BatchSampler(training, plan.BatchSize, plan.Seed);
        _fill = training.Assembler(
            new AssemblySettings(plan.FeatureScaling, plan.LabelScaling, plan.ClassWeights, engine.ReadsStoredSteps)
        );
    }

    /// <summary>Batches of an epoch.</summary>
    public int BatchesPerEpoch => _sampler.BatchesPerEpoch;

    /// <summary>Steps of an epoch, of which the last may be of fewer batches than the others.</summary>
    public int StepsPerEpoch => (int)(((long)BatchesPerEpoch + _batchesPerStep - 1) / _batchesPerStep);

    /// <summary>The steps of an epoch, one at a time. Epochs are made one after the other, each to its end.</summary>
    /// <param name="epoch">1 for the first; the order of the rows follows from it.</param>
    /// <param name="skip">Batches of it that were trained on before.</param>
    public EpochSteps Epoch(int epoch, int skip = 0)
    {
        // Ahead is ahead of the epoch too: while it is validated, the next one's first batches are assembled.
        IBatches batches = _engine.GainsFromBatchesAhead
            ? _ahead ??= new BatchesAhead(_fill, From(epoch, skip))
            : new BatchesOnDemand(_fill, _batch, _sampler.Epoch(epoch).Skip(skip));
        return new EpochSteps(_engine, batches, BatchesPerEpoch - skip, _batchesPerStep);
    }

    /// <summary>Ends what is assembled ahead, which reads the store until then.</summary>
    public void Dispose() => _ahead?.Dispose();

    private IEnumerable<int[]> From(int epoch, int skip)
    {
        for (; ; epoch++, skip = 0)
            foreach (int[] rows in _sampler.Epoch(epoch).Skip(skip))
                yield return rows;
    }
}

/// <summary>The steps of an epoch.</summary>
/// <param name="engine">Who computes them.</param>
/// <param name="batches">What is left of the epoch, and maybe others after it.</param>
/// <param name="left">How many batches that is.</param>
/// <param name="batchesPerStep">Batches of a step.</param>
internal sealed class EpochSteps(ITrainingEngine engine, IBatches batches, int left, int batchesPerStep)
{
    private int _left = left;

    /// <summary>Whether all steps are made.</summary>
    public bool IsDone => _left == 0;

    /// <summary>
    /// The next step: the gradients of its batches, then an update, unless none of their rows weighs anything. At a loss that is no finite
    /// number the step ends without an update.
    /// </summary>
    /// <returns>What the batches came to, before the update.</returns>
    public StepLosses Next(float learningRate)
    {
        var losses = new StepLosses();
        for (int count = Math.Min(batchesPerStep, _left); losses.Batches < count && losses.AreFinite; _left--)
        {
            MiniBatch batch = batches.Next();
            double weight = batch.TotalWeight;
            losses = losses.And(weight > 0 ? engine.AddGradient(batch) : 0, weight);
        }
        if (losses.WeightSum > 0 && losses.AreFinite)
            engine.Update(learningRate);
        return losses;
    }
}

/// <summary>What the batches of a step came to.</summary>
/// <param name="Batches">How many.</param>
/// <param name="LossSum">Sum of their losses, each times its batch's weight.</param>
/// <param name="WeightSum">Sum of their weights; 0 where nothing was updated.</param>
internal readonly record struct StepLosses(int Batches, double LossSum, double WeightSum)
{
    /// <summary>The weighted mean loss, 0 where there are no weights.</summary>
    public double Mean => WeightSum > 0 ? LossSum / WeightSum : 0;

    /// <summary>Whether all of them are numbers.</summary>
    public bool AreFinite => double.IsFinite(LossSum);

    public StepLosses And(double loss, double weight) => new(Batches + 1, LossSum + weight * loss, WeightSum + weight);
}
