using Microsoft.ML;

namespace RnnMlNet.Tests.Support;

/// <summary>The tasks a recurrent network is trained for; MultiTarget is a regression with a vector label, MultiLabelTags a tagger with
/// several labels at every step. <see cref="TinyTags"/> has one with a class at every step.</summary>
public enum TinyTask
{
    Multiclass,
    Binary,
    Regression,
    MultiTarget,
    MultiLabel,
    MultiLabelTags,
}

/// <summary>Trainers of tiny networks over <see cref="SequenceRow"/>.</summary>
internal static class Tiny
{
    /// <summary>The label column of sequences of a kind.</summary>
    public static string Label(this TinyTask task, ColumnKind kind = ColumnKind.Matrix) =>
        task switch
        {
            TinyTask.Multiclass => TinyData.ClassLabel,
            TinyTask.Binary => nameof(SequenceRow.Positive),
            TinyTask.Regression => nameof(SequenceRow.Number),
            TinyTask.MultiTarget => nameof(SequenceRow.Targets),
            TinyTask.MultiLabel => nameof(SequenceRow.Flags),
            TinyTask.MultiLabelTags => kind is ColumnKind.Ragged or ColumnKind.RaggedChannels or ColumnKind.RaggedTokens
                ? nameof(SequenceRow.RaggedStepFlags)
                : nameof(SequenceRow.StepFlags),
            _ => throw new ArgumentOutOfRangeException(nameof(task), task, null),
        };

    public static IEstimator<ITransformer> Trainer(
        MLContext ml,
        TinyTask task,
        ColumnKind kind = ColumnKind.Matrix,
        Action<RnnOptions>? configure = null
    ) =>
        task switch
        {
            TinyTask.Multiclass => Multiclass(ml, kind, configure),
            TinyTask.Binary => Binary(ml, kind, configure),
            TinyTask.Regression => Regression(ml, kind, configure),
            TinyTask.MultiLabel => MultiLabel(ml, kind, configure),
            TinyTask.MultiLabelTags => MultiLabelTags(ml, kind, configure),
            _ => Regression(ml, kind, Then(options => options.LabelColumnName = TinyTask.MultiTarget.Label(), configure)),
        };

    public static RnnMulticlassTrainer Multiclass(
        MLContext ml,
        ColumnKind kind = ColumnKind.Matrix,
        Action<RnnOptions>? configure = null
    ) => ml.MulticlassClassification.Trainers.Rnn(Options(new RnnMulticlassTrainer.Options(), TinyTask.Multiclass, kind, configure));

    public static RnnBinaryTrainer Binary(MLContext ml, ColumnKind kind = ColumnKind.Matrix, Action<RnnOptions>? configure = null) =>
        ml.BinaryClassification.Trainers.Rnn(Options(new RnnBinaryTrainer.Options(), TinyTask.Binary, kind, configure));

    public static RnnMultiLabelTrainer MultiLabel(
        MLContext ml,
        ColumnKind kind = ColumnKind.Matrix,
        Action<RnnOptions>? configure = null
    ) =>
        ml.MulticlassClassification.Trainers.RnnMultiLabel(
            Options(new RnnMultiLabelTrainer.Options(), TinyTask.MultiLabel, kind, configure)
        );

    public static RnnMultiLabelTaggerTrainer MultiLabelTags(
        MLContext ml,
        ColumnKind kind = ColumnKind.Matrix,
        Action<RnnOptions>? configure = null
    ) =>
        ml.MulticlassClassification.Trainers.RnnMultiLabelTagger(
            Options(
                new RnnMultiLabelTaggerTrainer.Options { LabelsPerStep = SequenceRow.StepLabels },
                TinyTask.MultiLabelTags,
                kind,
                configure
            )
        );

    public static RnnRegressionTrainer Regression(
        MLContext ml,
        ColumnKind kind = ColumnKind.Matrix,
        Action<RnnOptions>? configure = null
    ) => ml.Regression.Trainers.Rnn(Options(new RnnRegressionTrainer.Options(), TinyTask.Regression, kind, configure));

    public static TOptions Options<TOptions>(
        TOptions options,
        TinyTask task,
        ColumnKind kind = ColumnKind.Matrix,
        Action<RnnOptions>? configure = null
    )
        where TOptions : RnnOptions
    {
        Plain.Set(options);
        options.LabelColumnName = task.Label(kind);
        options.HiddenSize = 4;
        options.EmbeddingSize = 3;
        options.MaxEpochs = 2;
        options.BatchSize = 16;
        options.Device = "cpu";
        kind.ApplyTo(options);
        configure?.Invoke(options);
        return options;
    }

    /// <summary>Settings under which a tiny network learns <see cref="TinyData"/> well.</summary>
    public static void LearnWell(RnnOptions options)
    {
        options.HiddenSize = 8;
        options.MaxEpochs = 30;
        options.BatchSize = 8;
        options.LearningRate = 0.02f;
        options.ValidationFraction = 0;
    }

    private static Action<RnnOptions> Then(Action<RnnOptions> first, Action<RnnOptions>? second) =>
        options =>
        {
            first(options);
            second?.Invoke(options);
        };
}
