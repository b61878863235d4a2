using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet.Estimators;
using RnnMlNet.Exchange;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet;

// The model as a file: of ML.NET, of ONNX.
public abstract partial class RnnPredictionTransformer<TModel>
{
    /// <summary>
    /// Writes the network as an ONNX model (opset 17): standardisation or embedding, recurrent layers, pooling and head. Its scores match
    /// this transformer's to 1e-4.
    /// </summary>
    /// <remarks>
    /// Inputs: <c>features</c>, Single [batch, time, F], step by step whatever the column's layout, in single time steps whatever the
    /// PatchLength (or <c>tokens</c>, Int64 [batch, time], ids from 0: the key minus 1, without missing keys; with a CharacterColumnName
    /// also <c>characters</c>, Int64 [batch, time, 20]: of each word 2, its UTF-16 code units, 3, then zeros, of a word of more than 18
    /// units the first 9 and the last 9), padded with any value to the longest row; <c>lengths</c>, Int64 [batch], each row's number of
    /// time steps, 0 to time. Time must be 1 or more. Outputs: <c>score</c>, Single [batch, k] (class probabilities, or a vector label's
    /// targets) or [batch] (logit, or target); for a classifier <c>predicted_label</c> [batch], Int64, the class index from 0, or Boolean;
    /// for a binary one <c>probability</c>, Single [batch]. For a sequence tagger <c>score</c> is [batch, time, classes] and
    /// <c>predicted_label</c> [batch, time]; values beyond a row's length are meaningless, and a missing key is the token after the last
    /// key's. For a multi-label classifier <c>score</c> (logits), <c>probability</c> and <c>predicted_label</c> (Boolean) are [batch,
    /// labels], for a multi-label tagger [batch, time, labels]. The metadata <c>class_names</c> holds the names of classes or labels.
    /// </remarks>
    /// <param name="path">The file. An existing file is replaced atomically, through symbolic links too, and keeps its mode.</param>
    /// <exception cref="InvalidOperationException">The cell is a custom one, or the model exceeds 2 GiB. No file is written.</exception>
    public void SaveAsOnnx(string path)
    {
        Host.CheckNonWhiteSpace(path, nameof(path));
        OnnxModel().WriteTo(path);
    }

    /// <summary>Writes the network as an ONNX model, as <see cref="SaveAsOnnx(string)"/> does, to a stream, which stays open.</summary>
    /// <param name="stream">The stream to write to, from its current position.</param>
    /// <exception cref="InvalidOperationException">The cell is a custom one, or the model exceeds 2 GiB. Nothing is written.</exception>
    public void SaveAsOnnx(Stream stream)
    {
        Host.CheckValue(stream, nameof(stream));
        OnnxModel().WriteTo(stream);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Host.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);

        // *** Binary format ***
        // section: the columns and class names (TransformerPart)
        // section: the scoring data for RnnMlNet.Runtime (ScorerPart)
        // sub-model "Model": the model parameters
        new TransformerPart(_columns, FeatureColumnType, Classes) { Vocabulary = Model.Vocabulary, Thresholds = SavedThresholds }.Write(
            ctx.Writer
        );
        ScorerPart(RowInput.None).Write(ctx.Writer);
        ctx.SaveModel(Model, TransformerLoading.ModelFolder);
    }

    private ScorerPart ScorerPart(RowInput input) => new(Task, [.. Classes?.ToTexts() ?? []], SavedThresholds, input);

    private SequenceTask Task =>
        ScoreKind switch
        {
            ScoreKind.Binary => SequenceTask.BinaryClassification,
            ScoreKind.Multiclass => SequenceTask.MulticlassClassification,
            ScoreKind.Regression or ScoreKind.MultiTargetRegression => SequenceTask.Regression,
            ScoreKind.SequenceTagger => SequenceTask.SequenceTagging,
            ScoreKind.MultiLabel => SequenceTask.MultiLabelClassification,
            ScoreKind.MultiLabelTagger => SequenceTask.MultiLabelTagging,
            _ => throw new InvalidOperationException($"There is no kind of score {ScoreKind}."),
        };

    private RnnPredictionTransformer<TModel> SavedAndLoaded()
    {
        var models = new ModelOperationsCatalog(Host);
        using var file = new MemoryStream();
        models.Save(this, null, file);
        file.Position = 0;
        return (RnnPredictionTransformer<TModel>)models.Load(file, out _);
    }

    private OnnxFile OnnxModel() => OnnxExport.ModelOf(Model.Network, ScoreKind, [.. Classes?.ToTexts() ?? []], SavedThresholds);
}
