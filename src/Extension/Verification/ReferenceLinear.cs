namespace RnnMlNet.Verification;

/// <summary>y = W x + b in double precision.</summary>
/// <param name="weight">[outputs, inputs], row-major.</param>
/// <param name="bias">[outputs].</param>
internal sealed class ReferenceLinear(float[] weight, float[] bias)
{
    public double[] Apply(double[] x)
    {
        var y = new double[bias.Length];
        for (int row = 0; row < y.Length; row++)
        {
            double sum = bias[row];
            for (int column = 0; column < x.Length; column++)
                sum += (double)weight[row * x.Length + column] * x[column];
            y[row] = sum;
        }
        return y;
    }
}
