using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet.Experiments;
using TrainingHost;

// An application that trains with a checkpoint after every batch, and saves the model. It says when training begins or goes on, and when an
// epoch is done.
//   multiclass|binary|regression <rows.idv> <checkpoint> <model.zip>
// Or one that searches, keeps what it has done in a folder, and says which trials have ended.
//   experiment <rows.idv> <folder>
if (args is ["experiment", var searchedRows, var folder])
{
    var context = new MLContext();
    Trainings
        .Experiment(context, folder, executor: null)
        .Execute(context.Data.LoadFromBinary(searchedRows), progressHandler: new TrialLines());
    return 0;
}

// Or one that writes the files that users name, where there is no room for them.
//   disk <folder>
if (args is ["disk", var written])
{
    FullDiskRun.Run(written);
    return 0;
}
if (args is not [("multiclass" or "binary" or "regression") and var task, var rowsFile, var checkpointFile, var modelFile])
{
    Console.Error.WriteLine(
        "Usage: TrainingHost multiclass|binary|regression <rows.idv> <checkpoint> <model.zip>, or TrainingHost "
            + "experiment <rows.idv> <folder>"
    );
    return 2;
}

var ml = new MLContext();
ml.Log += (_, entry) =>
{
    if (Trainings.IsTold(entry.RawMessage))
        Console.WriteLine(entry.RawMessage);
};
IDataView rows = ml.Data.LoadFromBinary(rowsFile);
ml.Model.Save(Trainings.Trainer(ml, task, checkpointFile).Fit(rows), rows.Schema, modelFile);
return 0;

/// <summary>Says which trials have ended.</summary>
internal sealed class TrialLines : IProgress<RunDetail<MulticlassClassificationMetrics>>
{
    public void Report(RunDetail<MulticlassClassificationMetrics> value) => Console.WriteLine(value);
}
