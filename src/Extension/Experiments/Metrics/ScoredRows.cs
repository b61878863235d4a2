using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Experiments;

/// <summary>Scored held-out rows, as a data view for ML.NET's own evaluators.</summary>
/// <param name="Labels">The class of each row, 0 or 1, or target; for label sets [rows, labels], for those of steps [steps,
/// labels].</param>
/// <param name="Outputs">[rows, outputs]: logits, or targets; for labels per step [steps, outputs].</param>
/// <param name="Label">The label column.</param>
internal sealed record ScoredRows(float[] Labels, float[] Outputs, LabelBinding Label)
{
    /// <summary>[rows] the steps of each row, where steps have labels; else ones.</summary>
    public IReadOnlyList<int> Items { get; init; } = [];

    private int Width => Outputs.Length / Labels.Length;

    /// <summary>Label (key), Score (probabilities, named as the classes are) and PredictedLabel (key).</summary>
    public IDataView Multiclass(IHostEnvironment env)
    {
        var builder = new ArrayDataViewBuilder(env);
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> names = Names();
        VBuffer<float>[] scores = [.. Outputs.Chunk(Width).Select(logits => new VBuffer<float>(logits.Length, Softmax(logits)))];
        uint[] predicted = [.. Outputs.Chunk(Width).Select(logits => OutputUnits.PredictedClass(logits) is int best ? (uint)best + 1 : 0)];
        builder.AddColumn(DefaultColumnNames.Label, names, (ulong)Width, [.. Labels.Select(label => (uint)label + 1)]);
        builder.AddColumn(DefaultColumnNames.Score, names, NumberDataViewType.Single, scores);
        builder.AddColumn(DefaultColumnNames.PredictedLabel, names, (ulong)Width, predicted);
        return builder.GetDataView();
    }

    /// <summary>Label (Boolean), Score (logit), Probability and PredictedLabel (Boolean).</summary>
    public IDataView Binary(IHostEnvironment env)
    {
        var builder = new ArrayDataViewBuilder(env);
        builder.AddColumn(DefaultColumnNames.Label, BooleanDataViewType.Instance, [.. Labels.Select(label => label > 0)]);
        builder.AddColumn(DefaultColumnNames.Score, NumberDataViewType.Single, Outputs);
        builder.AddColumn(
            DefaultColumnNames.Probability,
            NumberDataViewType.Single,
            [.. Outputs.Select(logit => 1 / (1 + MathF.Exp(-logit)))]
        );
        builder.AddColumn(DefaultColumnNames.PredictedLabel, BooleanDataViewType.Instance, [.. Outputs.Select(logit => logit > 0)]);
        return builder.GetDataView();
    }

    /// <summary>Label and Score (Single).</summary>
    public IDataView Regression(IHostEnvironment env)
    {
        var builder = new ArrayDataViewBuilder(env);
        builder.AddColumn(DefaultColumnNames.Label, NumberDataViewType.Single, Labels);
        builder.AddColumn(DefaultColumnNames.Score, NumberDataViewType.Single, Outputs);
        return builder.GetDataView();
    }

    private ValueGetter<VBuffer<ReadOnlyMemory<char>>> Names()
    {
        string[] texts = LabelKeyValues.Of(Label.Column)?.ToTexts().ToArray() ?? [.. Enumerable.Range(1, Width).Select(key => $"{key}")];
        ReadOnlyMemory<char>[] names = [.. texts.Select(text => text.AsMemory())];
        return (ref VBuffer<ReadOnlyMemory<char>> dst) => dst = new VBuffer<ReadOnlyMemory<char>>(names.Length, names);
    }

    private static float[] Softmax(float[] logits)
    {
        var probabilities = new float[logits.Length];
        OutputUnits.Softmax(logits, probabilities);
        return probabilities;
    }
}
