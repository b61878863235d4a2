// Text: a network that classifies sentences whose meaning depends on the order of the words.
//
//     dotnet run samples/lessons/text.cs
//
// The notebook samples/notebooks/text.ipynb has the same lines, with more explanation.
// Outside this repository, replace the line #:project by #:package RnnMlNet@0.1.0
#:project ../../src/Extension/RnnMlNet.csproj
// Single-file programs default to native compilation, and ML.NET generates code at run time.
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

// 1. Sentences generated from templates: {0} is the device to turn on, {1} another one.
string[] devices = ["lamp", "heater", "radio", "fan"];
string[] openings = ["", "please ", "could you ", "when you can "];
string[] adjectives = ["", "old ", "small ", "kitchen ", "upstairs "];
string[] templates =
[
    "turn on the {0} and turn off the {1}",
    "turn off the {1} and turn on the {0}",
    "use the {0} instead of the {1}",
    "instead of the {1} use the {0}",
    "start the {0} but not the {1}",
    "do not start the {1} but the {0}",
    "i want the {0} rather than the {1}",
    "start the {0} after the {1} has stopped",
];
var random = new Random(1);
string Pick(string[] choices) => choices[random.Next(choices.Length)];
Sentence MakeSentence()
{
    string on = Pick(devices),
        off = Pick([.. devices.Except([on])]);
    return new Sentence
    {
        Wanted = on,
        Text = Pick(openings) + string.Format(Pick(templates), Pick(adjectives) + on, Pick(adjectives) + off),
    };
}
Sentence[] sentences = [.. Enumerable.Range(0, 3000).Select(_ => MakeSentence()).DistinctBy(sentence => sentence.Text).Take(1600)];
foreach (Sentence sentence in sentences.Take(4))
    Console.WriteLine($"{sentence.Wanted, -7} <- {sentence.Text}");

var ml = new MLContext(seed: 1);
IDataView train = ml.Data.LoadFromEnumerable(sentences[..1200]);
IDataView test = ml.Data.LoadFromEnumerable(sentences[1200..]);

// 2. Text becomes words, words become keys: a vector of them for each row, as long as the sentence.
// Real texts have rare words: LearnVocabulary in place of MapValueToKey gives them one key (docs/words.md).
var words = ml
    .Transforms.Conversion.MapValueToKey("Label", "Wanted")
    .Append(ml.Transforms.Text.NormalizeText("Normalized", "Text", keepPunctuations: false))
    .Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Normalized"))
    .Append(ml.Transforms.Conversion.MapValueToKey("Tokens", "Words"));

// 3. Train. The network learns an embedding for each word; an LSTM reads them in both directions.
// The embedding size, the hidden size and the number of epochs are chosen from the data.
var pipeline = words
    .Append(ml.MulticlassClassification.Trainers.Rnn(featureColumnName: "Tokens"))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedDevice", "PredictedLabel"));
var model = pipeline.Fit(train);

// 4. The chosen options and the training history. Both losses should fall.
// The model is the mean of several networks; this is the first one's history.
RnnMulticlassTransformer network = model.OfType<RnnMulticlassTransformer>().Single();
TrainingHistory history = network.Model.History;
foreach (var (option, value) in history.Options)
    Console.WriteLine($"{option, -22}{value}");
Console.WriteLine(history.Plot());

// 5. Evaluate on other sentences, compared with a linear model of word counts.
double Accuracy(ITransformer fitted) => ml.MulticlassClassification.Evaluate(fitted.Transform(test)).MicroAccuracy;
Console.WriteLine($"accuracy of the network: {Accuracy(model):0.000}");
var counting = words
    .Append(ml.Transforms.Text.ProduceNgrams("Features", "Tokens", ngramLength: 1))
    .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 30));
Console.WriteLine($"accuracy of a bag of words: {Accuracy(counting.Fit(train)):0.000}");

// 6. Save, load, predict. Unknown words, such as "lounge", have no key and are skipped.
string modelPath = Path.Combine(Path.GetTempPath(), $"devices-{Guid.NewGuid():N}.zip");
ml.Model.Save(model, train.Schema, modelPath);
ITransformer loaded = ml.Model.Load(modelPath, out _);
File.Delete(modelPath);
var engine = ml.Model.CreatePredictionEngine<Sentence, SentencePrediction>(loaded);
string[] typed =
[
    "Turn off the heater, and turn on the fan.",
    "Turn on the heater, and turn off the fan.",
    "Could you use the lounge radio instead of the lamp?",
];
foreach (string text in typed)
{
    SentencePrediction prediction = engine.Predict(new Sentence { Text = text });
    Console.WriteLine($"{prediction.PredictedDevice, -7} ({prediction.Score.Max():0.00}) <- {text}");
}

class Sentence
{
    public string Text { get; set; } = "";

    public string Wanted { get; set; } = "";
}

class SentencePrediction
{
    public string PredictedDevice { get; set; } = "";

    public float[] Score { get; set; } = [];
}
