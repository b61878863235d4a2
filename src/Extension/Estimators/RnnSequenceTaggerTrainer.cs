using System.ComponentModel;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Trains a recurrent network that assigns a class to each time step of a sequence, such as a tag to each word. The label is a vector of
/// keys, one for each step of the row's sequence; a step whose key is missing is excluded from loss and metric. Created by
/// <c>mlContext.MulticlassClassification.Trainers.RnnSequenceTagger</c>.
/// </summary>
/// <remarks>
/// The loss is softmax cross-entropy (with <see cref="Options.ConditionalRandomField"/> minus the log-probability of a row's labels), the
/// mean over all labelled steps of the mini-batch, each with its row's example weight, as PyTorch's <c>cross_entropy</c> with
/// <c>ignore_index</c>: a row of 40 steps counts twice as much as one of 20. In a column of keys every value is a
/// time step, including missing keys: they share one embedding, which is trained on missing keys in training rows (for example rare words
/// that the mapping to keys omitted) and stays random if there are none.
/// </remarks>
public sealed class RnnSequenceTaggerTrainer : RnnTrainerBase<RnnSequenceTaggerTransformer, RnnSequenceTaggerModelParameters>
{
    /// <summary>
    /// Options of <see cref="RnnSequenceTaggerTrainer"/>: the shared ones except Pooling, since the head reads the hidden state of every
    /// step, class weights and label smoothing.
    /// </summary>
    public sealed class Options : RnnOptions
    {
        /// <summary>Not an option of a tagger, which does not pool.</summary>
        [Obsolete("A sequence tagger has a prediction for each step, so that nothing is pooled.", error: true)]
        [EditorBrowsable(EditorBrowsableState.Never)]
        public new Pooling? Pooling => base.Pooling;

        /// <summary>
        /// Whether the tags of a sequence are scored together, as a linear-chain conditional random field (Lafferty et al., 2001; with a
        /// recurrent network Huang et al., 2015): a weight for each pair of neighbouring tags, and for the first and the last tag, is
        /// learned beside the network. Default false: each step's tag by itself. PredictedLabel is then the most probable sequence of tags,
        /// and Score each tag's probability given the whole sequence. For tags of which not every one may follow every other, such as
        /// B-, I- and O-. Trained in C# only; not with ClassWeighting or LabelSmoothing, not streamed, not saved as ONNX.
        /// </summary>
        public bool ConditionalRandomField { get; set; }

        internal override bool NeedsCSharpEngine => ConditionalRandomField;

        /// <summary>Weight of each class's training steps. Default <see cref="ClassWeighting.Equal"/>.</summary>
        public ClassWeighting ClassWeighting { get; set; } = ClassWeighting.Equal;

        /// <summary>
        /// Share of each training label that is spread evenly over all classes, including its own, in [0, 1). Default 0. It makes the
        /// network less confident, which makes it robust to wrong labels and improves calibration (Szegedy et al., 2016; PyTorch's
        /// <c>label_smoothing</c>). The training loss uses the smoothed labels, the validation loss does not.
        /// </summary>
        [Share]
        public float LabelSmoothing { get; set; }
    }

    private readonly string _label;

    internal RnnSequenceTaggerTrainer(IHostEnvironment env, Options options)
        : base(env, nameof(RnnSequenceTaggerTrainer), options, Task(Contracts.CheckRef(options, nameof(options))))
    {
        if (options.ConditionalRandomField)
            CheckChained(options);
        _label = options.LabelColumnName;
    }

    private void CheckChained(Options options)
    {
        const string Chained = "but ConditionalRandomField is true, and scores the tags of a sequence together";
        if (options.ClassWeighting != ClassWeighting.Equal)
            throw Host.ExceptUserArg(
                nameof(Options.ClassWeighting),
                $"ClassWeighting is {options.ClassWeighting}, {Chained}, so that a step has no weight of its own: leave it Equal."
            );
        if (options.LabelSmoothing > 0)
            throw Host.ExceptUserArg(nameof(Options.LabelSmoothing), $"LabelSmoothing is {options.LabelSmoothing}, {Chained}: leave it 0.");
        if (options.ForStreaming)
            throw Host.ExceptUserArg(
                nameof(RnnOptions.ForStreaming),
                $"ForStreaming is true, {Chained}, so that a step's output depends on later steps: set one of the two to false."
            );
        if (options.Engine == EngineKind.Torch || options.CustomCell is not null)
            throw Host.ExceptUserArg(
                nameof(RnnOptions.Engine),
                $"ConditionalRandomField is true, which is trained in C# only: leave Engine Auto and CustomCell null."
            );
    }

    private static TaskSpec Task(Options options) =>
        new TaskSpec(LabelKind.KeyPerStep, LossKind.CrossEntropy, IsClassification: true, NormalizeLabel: false).Weighted(
            options.ClassWeighting,
            options.LabelSmoothing
        ) with
        {
            IsChained = options.ConditionalRandomField,
        };

    private protected override IEnumerable<SchemaShape.Column> OutputColumns(SchemaShape inputSchema)
    {
        inputSchema.TryFindColumn(_label, out SchemaShape.Column label);
        SchemaShape.Column[] keyValues = [.. label.Annotations.Where(annotation => annotation.Name == AnnotationUtils.Kinds.KeyValues)];
        IEnumerable<SchemaShape.Column> classes = keyValues.Select(values => new SchemaShape.Column(
            AnnotationUtils.Kinds.TrainingLabelValues,
            values.Kind,
            values.ItemType,
            values.IsKey
        ));
        return
        [
            new(
                DefaultColumnNames.Score,
                SchemaShape.Column.VectorKind.VariableVector,
                NumberDataViewType.Single,
                false,
                new SchemaShape([.. classes, .. AnnotationUtils.GetTrainerOutputAnnotation()])
            ),
            new(
                DefaultColumnNames.PredictedLabel,
                SchemaShape.Column.VectorKind.VariableVector,
                NumberDataViewType.UInt32,
                true,
                new SchemaShape([.. keyValues, .. AnnotationUtils.GetTrainerOutputAnnotation()])
            ),
        ];
    }

    private protected override RnnSequenceTaggerTransformer MakeTransformer(TrainedNetwork network, DataViewSchema trainSchema) =>
        new(Host, new RnnSequenceTaggerModelParameters(Host, network), Columns, trainSchema, LabelKeyValues.Of(trainSchema[_label]));
}
