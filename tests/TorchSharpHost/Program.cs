using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp;
using RnnMlNet;
using TorchSharp;
using TorchSharpHost;

// An application that trains our networks and has the trainers of Microsoft.ML.TorchSharp in the same process. It prints a line for each.
var ml = new MLContext(seed: 1);
Console.WriteLine($"TorchSharp {typeof(torch).Assembly.GetName().Version}");
Console.WriteLine($"Calls of Microsoft.ML.TorchSharp that this TorchSharp does not have: {string.Join(", ", TorchSharpCalls.Missing())}");

Console.WriteLine(Waves.Train(ml, EngineKind.Simd));
Console.WriteLine(Waves.Train(ml, EngineKind.Torch));

// Their Fit loads pretrained weights from the internet. What can be had without: the trainer, and the columns that it promises.
IDataView texts = Texts.Load(ml);
MulticlassClassificationCatalog.MulticlassClassificationTrainers multiclass = ml.MulticlassClassification.Trainers;
Promise("TextClassification", multiclass.TextClassification("Key", sentence1ColumnName: "Text"));
Promise("NamedEntityRecognition", multiclass.NamedEntityRecognition("Tags", sentence1ColumnName: "Text"));
Promise("QuestionAnswer", multiclass.QuestionAnswer("Text", "Other", "Answer", "Place"));
Promise(
    "SentenceSimilarity",
    ml.Regression.Trainers.SentenceSimilarity("Number", sentence1ColumnName: "Text", sentence2ColumnName: "Other")
);
Promise("ObjectDetection", multiclass.ObjectDetection("Tags", boundingBoxColumnName: "Boxes", imageColumnName: "Plot"));

// Ours once more, behind theirs.
Console.WriteLine(Waves.Train(ml, EngineKind.Torch));
return 0;

void Promise<TTransformer>(string name, IEstimator<TTransformer> trainer)
    where TTransformer : ITransformer
{
    // ML.NET makes this of every pipeline that it fits, and has no public way to it.
    MethodInfo create = typeof(SchemaShape).GetMethod("Create", BindingFlags.Static | BindingFlags.NonPublic)!;
    var input = (SchemaShape)create.Invoke(null, [texts.Schema])!;
    IEnumerable<string> added = trainer.GetOutputSchema(input).Select(column => column.Name).Except(input.Select(column => column.Name));
    Console.WriteLine($"{name}: {string.Join(", ", added)}");
}
