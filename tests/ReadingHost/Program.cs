using Microsoft.ML;
using RnnMlNet;

// Fits on endless rows, none of which may stay in memory: ReadingHost <folder>. It prints "reading" once there are pages in the file, and
// then waits to be killed.
if (args is not [var folder])
{
    Console.Error.WriteLine("Usage: ReadingHost <folder>");
    return 2;
}

var ml = new MLContext();
var trainer = ml.Regression.Trainers.Rnn(
    new RnnRegressionTrainer.Options
    {
        FeaturesPerStep = 1,
        StoreMemoryLimit = 0,
        StoreDirectory = folder,
    }
);
trainer.Fit(ml.Data.LoadFromEnumerable(Rows()));
return 0;

static IEnumerable<Row> Rows()
{
    for (int i = 0; i < 100; i++)
        yield return new Row();
    Console.WriteLine("reading");
    Thread.Sleep(Timeout.Infinite);
}

/// <summary>A row of 100 kB.</summary>
internal sealed class Row
{
    public float[] Features { get; set; } = new float[25_000];

    public float Label { get; set; }
}
