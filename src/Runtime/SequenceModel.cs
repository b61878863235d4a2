using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime;

/// <summary>
/// A recurrent network, or an ensemble of several, that scores sequences. Thread-safe; after a thread's first rows it allocates only while
/// sequences grow.
/// </summary>
public sealed class SequenceModel
{
    private readonly LoadedModel _model;

    private SequenceModel(RuntimeModel model) => _model = new LoadedModel(model);

    /// <summary>Loads a model.</summary>
    /// <param name="path">A file that <c>SaveRuntimeModel</c> wrote, or one that ML.NET's <c>Model.Save</c> wrote and that contains one
    /// recurrent network.</param>
    /// <exception cref="FormatException">The file is not such a model, damaged, or of a newer version; see the message.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SequenceModel Load(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Load(file);
    }

    /// <inheritdoc cref="Load(string)"/>
    /// <param name="stream">The stream, positioned at the model; it stays open.</param>
    public static SequenceModel Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek)
            return new SequenceModel(ModelFile.Read(stream));
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        return new SequenceModel(ModelFile.Read(copy));
    }

    /// <summary>The prediction task.</summary>
    public SequenceTask Task => _model.Part.Task;

    /// <summary>The model's input format.</summary>
    public SequenceInput Input => _model.Input;

    /// <summary>
    /// The names of the classes or labels in the order of the scores; empty if they have none, and for other models than multiclass and
    /// multi-label classifiers and taggers.
    /// </summary>
    public IReadOnlyList<string> ClassNames => _model.Part.ClassNames;

    /// <summary>
    /// Number of scores of a row, or of each of its time steps: classes or labels, 1 for a binary classifier, targets for a regression.
    /// </summary>
    public int Outputs => _model.Shape.Outputs;

    /// <summary>For a binary classifier: the score above which a row belongs to the positive class; 0 for other models.</summary>
    public float Threshold => Task == SequenceTask.BinaryClassification ? _model.Part.Thresholds[0] : 0;

    /// <summary>For a multi-label classifier or tagger: the score of each label above which a row, or a step, has it, a logit; empty for
    /// other models.</summary>
    public IReadOnlyList<float> LabelThresholds => _model.Part.HasLabels ? _model.Part.Thresholds : [];

    /// <summary>Number of members whose outputs are averaged.</summary>
    public int EnsembleSize => _model.EnsembleSize;

    /// <summary>Whether the model can predict step by step: <see cref="CreateStream"/>.</summary>
    public bool CanStream => !_model.ReadsAhead;

    /// <summary>Returns the number of scores of a row of so many time steps.</summary>
    public int ScoreLength(int steps) => _model.Shape.OutputLayout.Of(steps);

    /// <summary>Scores a row of numbers.</summary>
    /// <param name="steps">[T, F] values, step by step, in the units of training.</param>
    /// <param name="scores">[<see cref="Outputs"/>], for a tagger [T, Outputs]; overwritten. NaN if a value is not finite.</param>
    /// <exception cref="ArgumentException">The model reads tokens, the number of values is not a multiple of F, or
    /// <paramref name="scores"/> is too short.</exception>
    public void Score(ReadOnlySpan<float> steps, Span<float> scores) => Score(steps, [], scores);

    /// <inheritdoc cref="Score(ReadOnlySpan{float}, Span{float})"/>
    /// <param name="steps">[T, F] values, step by step, in the units of training.</param>
    /// <param name="statics">[S] static values (<see cref="SequenceInput.StaticFeatures"/>).</param>
    /// <param name="scores">[<see cref="Outputs"/>], for a tagger [T, Outputs]; overwritten. NaN if a value is not finite.</param>
    public void Score(ReadOnlySpan<float> steps, ReadOnlySpan<float> statics, Span<float> scores)
    {
        Input.CheckSteps(steps);
        Input.CheckStatic(statics);
        Input.CheckFixed(steps);
        RowSession session = _model.Take();
        Score(
            session,
            session.Read(SequenceView.OfSteps(steps, Input.Features).WithStatic(statics)),
            steps.Length / Input.Features,
            scores
        );
    }

    /// <summary>Scores a row of tokens.</summary>
    /// <param name="tokens">[T, <see cref="SequenceInput.TokenWidth"/>] ids 0 to V - 1.</param>
    /// <param name="scores">[<see cref="Outputs"/>], for a tagger [T, Outputs]; overwritten.</param>
    /// <exception cref="ArgumentException">The model reads numbers, an id is out of range, or <paramref name="scores"/> is too
    /// short.</exception>
    public void Score(ReadOnlySpan<int> tokens, Span<float> scores) => Score(tokens, [], scores);

    /// <inheritdoc cref="Score(ReadOnlySpan{int}, Span{float})"/>
    /// <param name="tokens">[T, <see cref="SequenceInput.TokenWidth"/>] ids 0 to V - 1.</param>
    /// <param name="statics">[S] static values (<see cref="SequenceInput.StaticFeatures"/>).</param>
    /// <param name="scores">[<see cref="Outputs"/>], for a tagger [T, Outputs]; overwritten.</param>
    public void Score(ReadOnlySpan<int> tokens, ReadOnlySpan<float> statics, Span<float> scores)
    {
        Input.CheckTokens(tokens);
        Input.CheckStatic(statics);
        SequenceView row = Input.ViewOf(tokens).WithStatic(statics);
        Score(_model.Take(), row, row.Length, scores);
    }

    /// <summary>Creates a batch to be filled with rows and scored by <see cref="ScoreBatch"/>.</summary>
    public SequenceBatch CreateBatch() => new(_model);

    /// <summary>Scores rows together, in a fraction of the time of scoring one by one.</summary>
    /// <param name="batch">The rows, in a batch of this model.</param>
    /// <param name="scores">Row by row the scores of <see cref="Score(ReadOnlySpan{float}, Span{float})"/>, to 1e-6; overwritten.</param>
    /// <exception cref="ArgumentException">The batch belongs to another model, or <paramref name="scores"/> is too short.</exception>
    public void ScoreBatch(SequenceBatch batch, Span<float> scores)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Model != _model)
            throw new ArgumentException("The batch belongs to another model: create it with this model's CreateBatch.", nameof(batch));
        int length = _model.Shape.OutputLayout.Of(batch.Rows);
        Span<float> own = LoadedModel.Checked(scores, length);
        RowSession session = _model.Take();
        session.Scorer.Score(batch.Rows, own);
        _model.Return(session);
        _model.ToScores(batch.Rows, own);
    }

    /// <summary>
    /// Creates a stream: a sequence that is read step by step, with scores after each step, at constant cost however long it is.
    /// </summary>
    /// <exception cref="InvalidOperationException">The network is bidirectional, or a conditional random field, so its output at a step
    /// depends on future steps.</exception>
    public SequenceStream CreateStream()
    {
        if (!CanStream)
            throw new InvalidOperationException(
                $"The model cannot be streamed: it {WhyAhead}, so that its output at a step depends on steps that are not known yet. "
                    + "Train with ForStreaming = true, or score whole sequences."
            );
        if (Input.FixedValues is int values)
            throw new InvalidOperationException(
                $"The model cannot be streamed: the pipeline's normaliser takes rows of {values} "
                    + "values alone. Train without it: the trainer standardises each feature itself."
            );
        return new SequenceStream(_model);
    }

    /// <summary>Returns the probability of the positive class, or of a label.</summary>
    /// <param name="score">The score of a binary classifier, or of a label of a multi-label classifier or tagger.</param>
    public static float Probability(float score) => OutputUnits.Sigmoid(score);

    /// <summary>
    /// Returns the predicted class of a row's scores, or of a step's: its index in <see cref="ClassNames"/>; for a binary classifier 1 for
    /// the positive class, else 0.
    /// </summary>
    /// <param name="scores">[<see cref="Outputs"/>].</param>
    /// <returns>The class, or -1 if the scores are NaN.</returns>
    /// <exception cref="InvalidOperationException">The model is a regression, or a multi-label classifier or tagger.</exception>
    public int PredictedClass(ReadOnlySpan<float> scores)
    {
        if (Task == SequenceTask.Regression)
            throw new InvalidOperationException("A regression predicts no class: its scores are the targets.");
        if (_model.Part.HasLabels)
            throw new InvalidOperationException(
                $"A multi-label {(Task == SequenceTask.MultiLabelTagging ? "tagger" : "classifier")} predicts any number of labels: call "
                    + "PredictedLabels."
            );
        if (scores.Length != Outputs)
            throw new ArgumentException($"Expected {Outputs} scores, received {scores.Length}.", nameof(scores));
        if (Task == SequenceTask.BinaryClassification)
            return float.IsNaN(scores[0]) ? -1
                : scores[0] > Threshold ? 1
                : 0;
        return OutputUnits.PredictedClass(scores) ?? -1;
    }

    /// <summary>Predicts the class of each step of a row of numbers: a tagger's.</summary>
    /// <param name="steps">[T, F] values, step by step, in the units of training.</param>
    /// <param name="statics">[S] static values (<see cref="SequenceInput.StaticFeatures"/>).</param>
    /// <param name="tags">[T] the index of each step's class in <see cref="ClassNames"/>, -1 where its scores are NaN: the most probable
    /// class of each step or, of a conditional random field, the most probable sequence of classes. Overwritten.</param>
    /// <exception cref="InvalidOperationException">The model is no tagger.</exception>
    /// <exception cref="ArgumentException">As for <see cref="Score(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>.</exception>
    public void PredictTags(ReadOnlySpan<float> steps, ReadOnlySpan<float> statics, Span<int> tags)
    {
        Input.CheckSteps(steps);
        Input.CheckStatic(statics);
        Input.CheckFixed(steps);
        RowSession session = _model.Take();
        PredictTags(session, session.Read(SequenceView.OfSteps(steps, Input.Features).WithStatic(statics)), tags);
    }

    /// <summary>Predicts the class of each step of a row of tokens: a tagger's.</summary>
    /// <param name="tokens">[T, <see cref="SequenceInput.TokenWidth"/>] ids 0 to V - 1.</param>
    /// <param name="statics">[S] static values (<see cref="SequenceInput.StaticFeatures"/>).</param>
    /// <param name="tags">As for numbers.</param>
    /// <exception cref="InvalidOperationException">The model is no tagger.</exception>
    /// <exception cref="ArgumentException">As for <see cref="Score(ReadOnlySpan{int}, ReadOnlySpan{float}, Span{float})"/>.</exception>
    public void PredictTags(ReadOnlySpan<int> tokens, ReadOnlySpan<float> statics, Span<int> tags)
    {
        Input.CheckTokens(tokens);
        Input.CheckStatic(statics);
        PredictTags(_model.Take(), Input.ViewOf(tokens).WithStatic(statics), tags);
    }

    /// <summary>Finds which labels a multi-label classifier predicts for a row, or a multi-label tagger for a step: those whose score is
    /// above its threshold.</summary>
    /// <param name="scores">[<see cref="Outputs"/>] the scores of a row, or of one of its steps.</param>
    /// <param name="labels">[<see cref="Outputs"/>] whether it has each label, in the order of <see cref="ClassNames"/>; overwritten.
    /// False if the score is NaN.</param>
    /// <exception cref="InvalidOperationException">The model is of another task.</exception>
    /// <exception cref="ArgumentException">There are more or fewer scores, or <paramref name="labels"/> is too short.</exception>
    public void PredictedLabels(ReadOnlySpan<float> scores, Span<bool> labels)
    {
        if (!_model.Part.HasLabels)
            throw new InvalidOperationException($"The model is for {Task}, which has no sets of labels: call PredictedClass.");
        if (scores.Length != Outputs)
            throw new ArgumentException($"Expected {Outputs} scores, received {scores.Length}.", nameof(scores));
        if (labels.Length < Outputs)
            throw new ArgumentException($"There are {Outputs} labels, but room for {labels.Length} only.", nameof(labels));
        for (int label = 0; label < scores.Length; label++)
            labels[label] = scores[label] > _model.Part.Thresholds[label];
    }

    /// <summary>Returns the model in one line.</summary>
    public override string ToString() =>
        $"{Task} of {Input}, {_model.Shape.Layers} {_model.Shape.Cell} layer{(_model.Shape.Layers == 1 ? "" : "s")} of "
        + $"{_model.Shape.HiddenSize} units, "
        + $"{Outputs} output{(Outputs == 1 ? "" : "s")}{(EnsembleSize > 1 ? $", mean of {EnsembleSize} networks" : "")}";

    private string WhyAhead =>
        _model.Shape.Bidirectional
            ? "reads its sequences backwards as well (Bidirectional)"
            : "scores the tags of a sequence together (ConditionalRandomField)";

    private void PredictTags(RowSession session, SequenceView sequence, Span<int> tags)
    {
        if (Task != SequenceTask.SequenceTagging)
            throw new InvalidOperationException($"The model is for {Task}, which has a prediction for each row: call PredictedClass.");
        if (tags.Length < sequence.Length)
            throw new ArgumentException($"There are {sequence.Length} tags, but room for {tags.Length} only.", nameof(tags));
        Span<float> outputs = session.Outputs(ScoreLength(sequence.Length));
        session.Scorer.Score(sequence, outputs);
        if (_model.Shape.IsChained)
            _model.MostProbable(outputs, tags);
        else
            for (int step = 0; step < sequence.Length; step++)
                tags[step] = OutputUnits.PredictedClass(outputs.Slice(step * Outputs, Outputs)) ?? -1;
        _model.Return(session);
    }

    private void Score(RowSession session, SequenceView sequence, int timeSteps, Span<float> scores)
    {
        Span<float> own = LoadedModel.Checked(scores, ScoreLength(timeSteps));
        session.Scorer.Score(sequence, own);
        _model.Return(session);
        _model.ToScores(own);
    }
}
