using System.Numerics.Tensors;
using System.Runtime.ExceptionServices;

namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// Random orthogonal matrices: normal random rows, orthonormalised by Gram-Schmidt, twice for precision. Rows are processed in blocks, so
/// that the rows before a block are read from memory once for all its rows; threads share the rows of a block, with each row's sums in the
/// same order on any thread.
/// </summary>
/// <param name="size">Rows and columns.</param>
/// <param name="threads">Threads to compute with.</param>
/// <param name="check">Called repeatedly, by any of the threads; an exception cancels the computation.</param>
internal sealed class OrthogonalMatrix(int size, int threads, Action? check)
{
    private const int BlockRows = 64;
    private const int RowsPerJob = 8;

    // A smaller matrix takes a moment, and training, which checks for cancellation next, can then keep its checkpoint.
    private const int LeastChecked = 512;

    // Rows times columns times earlier rows: below it, threads cost more than they gain.
    private const long LeastWork = 1 << 22;

    private readonly Action? _check = size < LeastChecked ? null : check;

    /// <summary>Fills a matrix.</summary>
    /// <param name="matrix">[size, size], overwritten.</param>
    /// <param name="next">Draws a standard normal number.</param>
    public void Fill(Span<float> matrix, Func<double> next)
    {
        double[][] rows = new double[size][];
        for (int start = 0; start < size; start += BlockRows)
        {
            int end = Math.Min(size, start + BlockRows);
            for (int i = start; i < end; i++)
                rows[i] = Draw(next);
            ProjectBlock(rows, start, end);
            for (int i = start; i < end; i++)
                Normalize(rows, start, i);
        }
        for (int i = 0; i < size; i++)
            TensorPrimitives.ConvertTruncating<double, float>(rows[i], matrix.Slice(i * size, size));
    }

    private double[] Draw(Func<double> next)
    {
        var row = new double[size];
        for (int k = 0; k < size; k++)
            row[k] = next();
        return row;
    }

    // Subtracts from the rows of a block their projections onto all earlier rows.
    private void ProjectBlock(double[][] rows, int start, int end)
    {
        if (start == 0)
            return;
        int jobs = (end - start + RowsPerJob - 1) / RowsPerJob;
        void Job(int job)
        {
            int first = start + job * RowsPerJob,
                behind = Math.Min(end, first + RowsPerJob);
            for (int pass = 0; pass < 2; pass++)
            for (int j = 0; j < start; j++)
            {
                if (j % BlockRows == 0)
                    _check?.Invoke();
                for (int i = first; i < behind; i++)
                    Subtract(rows[i], rows[j]);
            }
        }

        if (threads == 1 || (long)(end - start) * size * start < LeastWork)
            for (int job = 0; job < jobs; job++)
                Job(job);
        else
            Share(jobs, Job);
    }

    private void Share(int jobs, Action<int> job)
    {
        try
        {
            Parallel.For(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = threads }, job);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private void Normalize(double[][] rows, int start, int i)
    {
        _check?.Invoke();
        for (int pass = 0; pass < 2; pass++)
        for (int j = start; j < i; j++)
            Subtract(rows[i], rows[j]);
        TensorPrimitives.Divide(rows[i], Math.Sqrt(TensorPrimitives.Dot(rows[i], rows[i])), rows[i]);
    }

    private static void Subtract(double[] from, double[] row) =>
        TensorPrimitives.MultiplyAdd(row, -TensorPrimitives.Dot<double>(from, row), from, from);
}
