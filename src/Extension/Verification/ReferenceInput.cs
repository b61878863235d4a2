using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Verification;

/// <summary>A network's input by its definition, in double precision, time step by time step over the whole row.</summary>
internal sealed class ReferenceInput(TrainedNetwork network)
{
    private readonly NetworkShape _shape = network.Shape;
    private readonly StepColumns _columns = network.Shape.StepColumns;

    /// <summary>[LayerSteps(T)][InputSize] the first layer's input.</summary>
    public double[][] Steps(in SequenceView sequence)
    {
        double[][] steps = Values(sequence);
        foreach (ConvolutionModule convolution in NetworkDefinition.Of(_shape).Convolutions)
            steps = Convolved(steps, convolution);
        return steps;
    }

    // y_t[c] = max(0, Σ over k and f of W[c, f, k] x_(tS - K + 1 + k)[f] + b[c]).
    private double[][] Convolved(double[][] steps, ConvolutionModule convolution)
    {
        float[] weight = network.Weights[convolution.Weight.Name],
            bias = network.Weights[convolution.Bias.Name];
        var (filters, kernel, stride) = convolution.Shape;
        var outputs = new double[convolution.Shape.StepsOf(steps.Length)][];
        for (int t = 0; t < outputs.Length; t++)
            outputs[t] = [.. Enumerable.Range(0, filters).Select(c => Math.Max(0, Sum(c, t * stride - kernel + 1)))];
        return outputs;

        double Sum(int c, int first)
        {
            double sum = bias[c];
            for (int k = Math.Max(0, -first); k < kernel; k++)
            for (int f = 0; f < convolution.Inputs; f++)
                sum += (double)weight[(c * convolution.Inputs + f) * kernel + k] * steps[first + k][f];
            return sum;
        }
    }

    // [T][StepInputSize]
    private double[][] Values(in SequenceView sequence)
    {
        if (_shape.UsesTokens)
            return [.. sequence.Tokens.ToArray().Chunk(_shape.TokenWidth).Select(Token)];
        float[][] raw = [.. sequence.Steps.ToArray().Chunk(Math.Max(1, _shape.TimeStepValues))];
        float[] statics = sequence.Static.ToArray();
        double[][] timeSteps = [.. raw.Select((_, t) => TimeStep(raw, t, statics))];
        return [.. timeSteps.Chunk(_shape.PatchLength).Select(patch => patch.SelectMany(step => step).ToArray())];
    }

    /// <summary>[StaticInputSize] what the head reads of static values.</summary>
    public double[] Statics(ReadOnlySpan<float> values)
    {
        float[] all = values.ToArray();
        int numbers = all.Length - _shape.StaticCategories.Count;
        return
        [
            .. all.Take(numbers).Select((value, i) => Standardised(value, network.StaticScaling, i)),
            .. Vectors(CategoryTables.Static, _shape.StaticCategories, all[numbers..]),
        ];
    }

    private double[] Token(int[] step)
    {
        double[] vector = Vector(WeightLayout.Embedding, step[0], _shape.EmbeddingSize);
        return _shape.Characters is CharacterShape characters ? [.. vector, .. Characters(characters, step[1..])] : vector;
    }

    // The maximum over the word of each filter at each of its positions; outside of the word are zeros.
    private double[] Characters(CharacterShape shape, int[] codes)
    {
        int length = Math.Max(1, codes.TakeWhile(code => code != WordCharacters.Padding).Count());
        double[][] word = [.. codes.Take(length).Select(Of)];
        double[] filters = Vector(CharacterConvolution.Filters, 0, shape.Filters * shape.Size * CharacterShape.Window),
            bias = Vector(CharacterConvolution.Bias, 0, shape.Filters);
        return [.. Enumerable.Range(0, shape.Filters).Select(filter => Enumerable.Range(0, length).Max(position => At(filter, position)))];

        double[] Of(int code)
        {
            if (code == WordCharacters.Padding)
                return new double[shape.Size];
            int letter = shape.Alphabet.IndexOf((char)code, StringComparison.Ordinal),
                id = code < WordCharacters.First ? code
                : letter < 0 ? WordCharacters.Unknown
                : WordCharacters.First + letter;
            return Vector(CharacterConvolution.Vectors, id, shape.Size);
        }

        double At(int filter, int position)
        {
            double sum = bias[filter];
            for (int place = 0; place < CharacterShape.Window; place++)
            {
                int at = position + place - CharacterShape.Window / 2;
                for (int e = 0; at >= 0 && at < length && e < shape.Size; e++)
                    sum += filters[(filter * shape.Size + e) * CharacterShape.Window + place] * word[at][e];
            }
            return sum;
        }
    }

    private double[] TimeStep(float[][] steps, int t, float[] statics)
    {
        int numbers = _columns.Numbers(_shape.TimeStepValues),
            categories = _columns.Categories.Count;
        double[] encoded = [.. Numbers(steps, t, numbers)];
        FeatureScaling? scaling = network.FeatureScaling;
        int first = t % _shape.PatchLength * (encoded.Length + categories);
        if (network.CategoryScaling is CategoryScaling by && CategoryOf(by, steps[t], statics) is FeatureScaling own)
            (scaling, first) = (own, 0);
        return
        [
            .. encoded.Select(
                (value, i) => i < numbers && double.IsNaN(value) && _columns.AreMasked ? 0 : Standardised(value, scaling, first + i)
            ),
            .. Vectors(CategoryTables.Steps, _columns.Categories, steps[t][^categories..]),
        ];
    }

    private IEnumerable<double> Numbers(float[][] steps, int t, int numbers)
    {
        for (int i = 0; i < numbers; i++)
            yield return Value(steps, t, i);
        if (_columns.AreMasked)
        {
            for (int i = 0; i < numbers; i++)
                yield return float.IsNaN(steps[t][i]) ? 0 : 1;
            for (int i = 0; i < numbers; i++)
                yield return Clock(steps, t) - Clock(steps, Math.Max(0, LastPresent(steps, t - 1, i)));
        }
        if (_columns.HasTime)
            yield return Clock(steps, t) - Clock(steps, Math.Max(0, t - 1));
    }

    private double Value(float[][] steps, int t, int number)
    {
        float value = steps[t][number];
        if (!float.IsNaN(value))
            return value;
        return _columns.MissingValues switch
        {
            MissingValues.Zero => 0,
            MissingValues.LastValue when LastPresent(steps, t, number) is var last and >= 0 => steps[last][number],
            _ => double.NaN,
        };
    }

    private static int LastPresent(float[][] steps, int until, int number)
    {
        int t = until;
        while (t >= 0 && float.IsNaN(steps[t][number]))
            t--;
        return t;
    }

    // A step's time; without times its number.
    private double Clock(float[][] steps, int t)
    {
        int time = _columns.Numbers(_shape.TimeStepValues);
        return _columns.HasTime ? steps[t][time] * 86400.0 + steps[t][time + 1] : t;
    }

    private static FeatureScaling? CategoryOf(CategoryScaling scaling, float[] step, float[] statics)
    {
        float factor = CategoryScaling.Factor(scaling.Decimals);
        float[] key =
        [
            .. scaling.Columns.Select(column =>
                CategoryScaling.Rounded(column < CategoryScaling.Statics ? step[column] : statics[column - CategoryScaling.Statics], factor)
            ),
        ];
        int category = scaling.Keys.ToList().FindIndex(known => known.SequenceEqual(key));
        return category < 0 ? null : scaling.Scalings[category];
    }

    private IEnumerable<double> Vectors(string prefix, IReadOnlyList<CategoryShape> columns, float[] ids) =>
        columns.SelectMany(
            (column, k) =>
                Vector(
                    CategoryTables.NameOf(prefix, k),
                    ids[k] >= 0 && ids[k] < column.Count ? (int)ids[k] : CategoryShape.Unknown,
                    column.Size
                )
        );

    private double[] Vector(string table, int id, int width) =>
        [.. network.Weights[table].AsSpan(id * width, width).ToArray().Select(value => (double)value)];

    private static double Standardised(double value, FeatureScaling? scaling, int place) =>
        scaling is null ? value : (value - scaling.Mean[place]) / scaling.Deviation[place];
}
