using Accuracy.Defaults;
using Microsoft.ML;
using RnnMlNet;

namespace Accuracy.Tables;

/// <summary>A UCR set with missing values, as numbers with masks.</summary>
/// <param name="data">The data folder.</param>
/// <param name="set">Its name.</param>
/// <param name="bar">The accuracy to reach.</param>
internal sealed class GappySeries(string data, string set, double bar) : ITableCase
{
    public string Name => set;

    public string Measure => "accuracy";

    public bool LowerIsBetter => false;

    public double? Bar => bar;

    public Outcome Run(int seed, int threads)
    {
        var ml = new MLContext(seed);
        IDataView train = Load(ml, "TRAIN"),
            test = Load(ml, "TEST");
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey("Label")
            .Append(
                ml.MulticlassClassification.Trainers.Rnn(
                    new RnnMulticlassTrainer.Options
                    {
                        MissingValues = MissingValues.LastValue,
                        Seed = seed,
                        Threads = threads,
                    }
                )
            );
        return Measuring.Multiclass(ml, pipeline, train, test);
    }

    private IDataView Load(MLContext ml, string part) =>
        ml.Data.LoadFromTsFile(Path.Combine(data, set, $"{set}_{part}.ts"), "Features", "Label");
}
