using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>
/// Runs training steps: draws shuffled, length-bucketed batches, and has the engine compute a step of one batch or of several.
/// </summary>
internal sealed class TrainingSteps : IDisposable
{
    private readonly ITrainingEngine _engine;
    private readonly int _batchesPerStep;
    private readonly BatchSampler _sampler;
    private readonly Func<BatchFill> _newFill;
    private readonly BatchFill _fill;
    private readonly MiniBatch _batch = new();
    private BatchesAhead? _ahead;

    public TrainingSteps(ITrainingEngine engine, TrainingPlan plan, RowSet training)
    {
        _engine = engine;
        _batchesPerStep = plan.BatchesPerStep;
        _sampler = new BatchSampler(training, plan.BatchSize, plan.Seed);
        var assembly = new AssemblySettings(plan.Encoder, plan.LabelScaling, plan.ClassWeights, engine.ReadsStoredSteps)
        {
            Augmentation = plan.Augmentation,
        };
        _newFill = () => training.Assembler(assembly);
        _fill = _newFill();
    }

    /// <summary>Batches of an epoch.</summary>
    public int BatchesPerEpoch => _sampler.BatchesPerEpoch;

    /// <summary>Steps of an epoch, of which the last may have fewer batches than the others.</summary>
    public int StepsPerEpoch => (int)(((long)BatchesPerEpoch + _batchesPerStep - 1) / _batchesPerStep);

    /// <summary>The steps of an epoch, one at a time. Epochs run one after the other, each to its end.</summary>
    /// <param name="epoch">1 for the first; it determines the order of the rows.</param>
    /// <param name="skip">Batches of it that were trained on before.</param>
    public EpochSteps Epoch(int epoch, int skip = 0)
    {
        // Batches are assembled ahead across epochs too: the next epoch's first ones during validation.
        IBatches batches = _engine.GainsFromBatchesAhead
            ? _ahead ??= new BatchesAhead(_newFill, From(epoch, skip), BatchesAhead.DefaultThreads)
            : new BatchesOnDemand(_fill, _batch, Rest(epoch, skip));
        return new EpochSteps(_engine, batches, BatchesPerEpoch - skip, _batchesPerStep);
    }

    /// <summary>Ends the assembly of batches ahead, which reads the store until then.</summary>
    public void Dispose() => _ahead?.Dispose();

    private IEnumerable<BatchRows> Rest(int epoch, int skip) => _sampler.Epoch(epoch).Skip(skip).Select(rows => new BatchRows(epoch, rows));

    private IEnumerable<BatchRows> From(int epoch, int skip)
    {
        for (; ; epoch++, skip = 0)
            foreach (BatchRows rows in Rest(epoch, skip))
                yield return rows;
    }
}

/// <summary>The steps of an epoch.</summary>
/// <param name="engine">Computes them.</param>
/// <param name="batches">The rest of the epoch, possibly followed by other batches.</param>
/// <param name="left">Number of batches of the rest.</param>
/// <param name="batchesPerStep">Batches of a step.</param>
internal sealed class EpochSteps(ITrainingEngine engine, IBatches batches, int left, int batchesPerStep)
{
    private int _left = left;

    /// <summary>Whether all steps are complete.</summary>
    public bool IsDone => _left == 0;

    /// <summary>
    /// Makes the next step: the gradients of its batches, then an update, unless all their rows have the weight 0. A known loss that is not
    /// finite ends the step without an update.
    /// </summary>
    /// <returns>The batches' losses before the update.</returns>
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

/// <summary>The losses of a step's batches.</summary>
/// <param name="Batches">How many batches.</param>
/// <param name="LossSum">Sum of the known losses, each times its batch's weight.</param>
/// <param name="WeightSum">Sum of the weights of all batches; 0 where nothing was updated.</param>
internal readonly record struct StepLosses(int Batches, double LossSum, double WeightSum)
{
    private List<(BatchLoss Loss, double Weight)>? Pending { get; init; }

    /// <summary>Whether a device may still compute some of the losses: <see cref="Read"/> waits for them.</summary>
    public bool ArePending => Pending is not null;

    /// <summary>The weighted mean loss, 0 where there are no weights.</summary>
    public double Mean => WeightSum > 0 ? LossSum / WeightSum : 0;

    /// <summary>Whether all of them are finite.</summary>
    public bool AreFinite => double.IsFinite(LossSum);

    /// <summary>With another batch.</summary>
    public StepLosses And(BatchLoss loss, double weight)
    {
        StepLosses with = this with { Batches = Batches + 1, WeightSum = WeightSum + weight };
        return loss.IsPending
            ? with with
            {
                Pending = [.. Pending ?? [], (loss, weight)],
            }
            : with with
            {
                LossSum = LossSum + weight * loss.Read(),
            };
    }

    /// <summary>The same with all losses known. To be called once.</summary>
    public StepLosses Read() =>
        Pending is null
            ? this
            : this with
            {
                LossSum = LossSum + Pending.Sum(pending => pending.Weight * pending.Loss.Read()),
                Pending = null,
            };
}
