using Microsoft.ML;
using TrainingHost;

// An application that trains with a checkpoint after every batch, and saves the model. It says when training begins or goes on, and when an epoch is done.
//   multiclass|binary|regression <rows.idv> <checkpoint> <model.zip>
if (args is not [("multiclass" or "binary" or "regression") and var task, var rowsFile, var checkpointFile, var modelFile])
{
    Console.Error.WriteLine("Usage: TrainingHost multiclass|binary|regression <rows.idv> <checkpoint> <model.zip>");
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
