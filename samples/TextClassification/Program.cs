// Classifies sentences whose meaning depends on the order of the words.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using RnnMlNet;
using Samples;
using Samples.TextClassification;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);

// 1. Sentences such as "turn off the lamp and turn on the old fan" -> fan. They are generated: see Corpus.cs for their limits.
List<Sentence> sentences = Corpus.Make(count: 3000, seed: 1);
IDataView train = ml.Data.LoadFromEnumerable(sentences[..2000]);
IDataView test = ml.Data.LoadFromEnumerable(sentences[2000..]);
Console.WriteLine("Made-up sentences, all different, from 16 templates; which device shall be on?");
foreach (Sentence sentence in sentences[..4])
    Console.WriteLine($"  {sentence.Wanted, -7} <- {sentence.Text}");
Console.WriteLine();

// 2. Text becomes words, words become keys: any number of them, each with an embedding that the network learns.
// The network, its embedding and its epochs are chosen from the data, and listed in the model's History.Options.
// Real texts have rare words: LearnVocabulary in place of MapValueToKey gives them one key (docs/words.md).
var words = ml
    .Transforms.Conversion.MapValueToKey("Label", nameof(Sentence.Wanted))
    .Append(ml.Transforms.Text.NormalizeText("Normalized", nameof(Sentence.Text), keepPunctuations: false))
    .Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Normalized"))
    .Append(ml.Transforms.Conversion.MapValueToKey("Tokens", "Words"));
var recurrent = words
    .Append(
        ml.MulticlassClassification.Trainers.Rnn(
            new RnnMulticlassTrainer.Options { FeatureColumnName = "Tokens", Progress = new ConsoleProgress() }
        )
    )
    .Append(ml.Transforms.Conversion.MapKeyToValue(nameof(SentencePrediction.PredictedDevice), "PredictedLabel"));

Console.WriteLine("Training on the words in order");
Stopwatch clock = Stopwatch.StartNew();
var model = recurrent.Fit(train);
TrainingSummary.Write(model.OfType<RnnMulticlassTransformer>().Single().Model.Histories, clock.Elapsed);

// 3. Baselines, ML.NET's usual text models: linear models of word counts, and of counts of pairs and triples of neighbours.
double CountingAccuracy(int ngramLength) =>
    Accuracy(
        words
            .Append(ml.Transforms.Text.ProduceNgrams("Features", "Tokens", ngramLength: ngramLength, useAllLengths: true))
            .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 30))
            .Fit(train)
    );

double Accuracy(ITransformer fitted) => ml.MulticlassClassification.Evaluate(fitted.Transform(test)).MicroAccuracy;

Console.WriteLine($"Accuracy on {sentences.Count - 2000} other sentences");
Console.WriteLine($"  {Accuracy(model):0.000}  recurrent network");
Console.WriteLine(
    $"  {CountingAccuracy(1):0.000}  bag of words, SdcaMaximumEntropy (it sees which devices are named, not which one is wanted)"
);
Console.WriteLine($"  {CountingAccuracy(3):0.000}  the same with pairs and triples of neighbouring words");
Console.WriteLine();

// 4. Other sentences. Unknown words ("lounge") have no key and are skipped.
string[] typed =
    args.Length > 0
        ? [string.Join(' ', args)]
        :
        [
            "Turn off the heater, and turn on the fan.",
            "Turn on the heater, and turn off the fan.",
            "Could you use the lounge radio instead of the kettle?",
            "Stop the radio and then stop the lamp!",
        ];
using var engine = ml.Model.CreatePredictionEngine<Sentence, SentencePrediction>(model);
Console.WriteLine("Typed sentences");
foreach (string text in typed)
{
    SentencePrediction prediction = engine.Predict(new Sentence { Text = text });
    Console.WriteLine($"  {prediction.PredictedDevice, -7} ({prediction.Score.Max():0.00}) <- {text}");
}
