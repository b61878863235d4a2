using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Scoring;
using Kind = Microsoft.ML.Data.AnnotationUtils.Const;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace RnnMlNet.Estimators;

/// <summary>
/// The columns of a prediction of several labels: Score, Probability and PredictedLabel, each a value for each label [L], or for each
/// label of each step [*, L].
/// </summary>
/// <param name="names">The labels' names; null where they have none.</param>
/// <param name="thresholds">[L] the logit above which each label is predicted.</param>
/// <param name="isPerStep">Whether each step has labels.</param>
internal sealed class LabelOutputs(LabelKeyValues? names, IReadOnlyList<float> thresholds, bool isPerStep)
{
    // ML.NET has none for several labels.
    private const string ScoreColumnKind = "MultiLabelClassification";

    private readonly float[] _thresholds = [.. thresholds];

    /// <summary>The annotation of these columns that has the labels' names: ML.NET has slot names for vectors of known size only.</summary>
    public static string NamesKind(bool isPerStep) =>
        isPerStep ? AnnotationUtils.Kinds.TrainingLabelValues : AnnotationUtils.Kinds.SlotNames;

    /// <summary>The names as text, as the model keeps them.</summary>
    public static LabelKeyValues? AsText(LabelKeyValues? names) =>
        names is null || names.IsText ? names : LabelKeyValues.Of([.. names.ToTexts()]);

    /// <summary>The columns that a trainer promises.</summary>
    /// <param name="hasNames">Whether the labels have names.</param>
    /// <param name="isPerStep">Whether each step has labels.</param>
    public static IEnumerable<SchemaShape.Column> Promised(bool hasNames, bool isPerStep)
    {
        SchemaShape.Column[] names = hasNames ? [new(NamesKind(isPerStep), VectorKind.Vector, TextDataViewType.Instance, false)] : [];
        SchemaShape.Column Output(string name, DataViewType type, bool isNormalized = false) =>
            new(
                name,
                isPerStep ? VectorKind.VariableVector : VectorKind.Vector,
                type,
                false,
                new SchemaShape([.. names, .. AnnotationUtils.GetTrainerOutputAnnotation(isNormalized)])
            );

        return
        [
            Output(DefaultColumnNames.Score, NumberDataViewType.Single),
            Output(DefaultColumnNames.Probability, NumberDataViewType.Single, isNormalized: true),
            Output(DefaultColumnNames.PredictedLabel, BooleanDataViewType.Instance),
        ];
    }

    /// <summary>The columns that a transformer adds.</summary>
    public DataViewSchema.DetachedColumn[] Columns(DataViewSchema inputSchema)
    {
        uint setId = ScoreAnnotations.NextSetId(inputSchema);
        DataViewSchema.Annotations.Builder Annotations(string value)
        {
            var annotations = ScoreAnnotations.Start(setId, ScoreColumnKind, value);
            names?.AddTo(annotations, NamesKind(isPerStep));
            return annotations;
        }

        var probability = Annotations(Kind.ScoreValueKind.Probability);
        probability.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
        return
        [
            new(DefaultColumnNames.Score, Vector(NumberDataViewType.Single), Annotations(Kind.ScoreValueKind.Score).ToAnnotations()),
            new(DefaultColumnNames.Probability, Vector(NumberDataViewType.Single), probability.ToAnnotations()),
            new(
                DefaultColumnNames.PredictedLabel,
                Vector(BooleanDataViewType.Instance),
                Annotations(Kind.ScoreValueKind.PredictedLabel).ToAnnotations()
            ),
        ];
    }

    /// <summary>The getter of a column.</summary>
    public Delegate MakeGetter(int column, IScoredRow row) =>
        column switch
        {
            0 => Getter(row, (logit, _) => logit),
            1 => Getter(row, (logit, _) => OutputUnits.Sigmoid(logit)),
            _ => Getter(row, (logit, label) => logit > _thresholds[label]),
        };

    private VectorDataViewType Vector(PrimitiveDataViewType item) =>
        isPerStep ? new(item, 0, _thresholds.Length) : new(item, _thresholds.Length);

    private ValueGetter<VBuffer<T>> Getter<T>(IScoredRow row, Func<float, int, T> value) =>
        (ref VBuffer<T> dst) =>
        {
            ReadOnlySpan<float> logits = row.Outputs;
            var editor = VBufferEditor.Create(ref dst, logits.Length);
            for (int i = 0; i < logits.Length; i++)
                editor.Values[i] = value(logits[i], i % _thresholds.Length);
            dst = editor.Commit();
        };
}
