using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>After the first calls a PredictionEngine with our model allocates no more than one that only copies a column.</summary>
[TestFixture]
public class PredictionAllocationTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly SequenceRow[] _rows = TinyData.Rows();

    private sealed class NumberPrediction
    {
        public float Score { get; set; }
    }

    private sealed class ClassPrediction
    {
        public float[] Score { get; set; } = [];
        public uint PredictedLabel { get; set; }
    }

    private sealed class BinaryPrediction
    {
        public float Score { get; set; }
        public float Probability { get; set; }
        public bool PredictedLabel { get; set; }
    }

    private sealed class CopiedClass
    {
        public float[] Score { get; set; } = [];
    }

    [Test]
    public void Regression([Values] ColumnKind kind) =>
        AllocatesNoMoreThan<NumberPrediction, NumberPrediction>(Tiny.Regression(_ml, kind).Fit(Data()), nameof(SequenceRow.Number));

    [Test]
    public void Binary([Values] ColumnKind kind) =>
        AllocatesNoMoreThan<BinaryPrediction, NumberPrediction>(Tiny.Binary(_ml, kind).Fit(Data()), nameof(SequenceRow.Number));

    /// <summary>Scores are a vector, so a vector is copied to compare with.</summary>
    [Test]
    public void Multiclass([Values] ColumnKind kind) =>
        AllocatesNoMoreThan<ClassPrediction, CopiedClass>(Tiny.Multiclass(_ml, kind).Fit(Data()), nameof(SequenceRow.WiderMatrix));

    private void AllocatesNoMoreThan<TOurs, TTheirs>(ITransformer model, string copied)
        where TOurs : class, new()
        where TTheirs : class, new()
    {
        ITransformer copy = _ml.Transforms.CopyColumns("Score", copied).Fit(Data());
        Assert.That(Allocated<TOurs>(model), Is.LessThanOrEqualTo(Allocated<TTheirs>(copy)));
    }

    // Bytes of a round over all rows: the least of several, because the runtime itself allocates when it compiles anew what runs often.
    private long Allocated<TPrediction>(ITransformer model)
        where TPrediction : class, new()
    {
        using var engine = _ml.Model.CreatePredictionEngine<SequenceRow, TPrediction>(model);
        var prediction = new TPrediction();
        Round();
        return Enumerable.Range(0, 10).Min(_ => Round());

        long Round()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (SequenceRow row in _rows)
                engine.Predict(row, ref prediction);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private IDataView Data() => TinyData.Load(_ml, _rows);
}
