using System.Security.Cryptography;
using System.Text;
using Accuracy.Sets;
using Microsoft.ML;
using RnnMlNet;

namespace Accuracy;

/// <summary>
/// Forecasters that a run has trained, kept in a folder for the next, so that one that was cut off goes on. They are taken again for the
/// same recipe, rows and build of the library alone.
/// </summary>
internal static class KeptModels
{
    /// <summary>Where they lie; null for nowhere.</summary>
    public static string? Folder { get; set; }

    /// <summary>The forecaster of a recipe, trained unless it is there.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="data">The rows.</param>
    /// <param name="options">The recipe, which says how many of the rows are trained on.</param>
    public static RnnForecastingTransformer Fit(MLContext ml, IDataView data, RnnForecastingEstimator.Options options)
    {
        if (Folder is null)
            return ml.Forecasting.ForecastByRnn(options).Fit(data);
        string file = Path.Combine(Folder, $"{Name(options)}.zip");
        if (File.Exists(file))
            return (RnnForecastingTransformer)ml.Model.Load(file, out _);
        RnnForecastingTransformer model = ml.Forecasting.ForecastByRnn(options).Fit(data);
        Directory.CreateDirectory(Folder);
        ml.Model.Save(model, data.Schema, $"{file}.part");
        File.Move($"{file}.part", file, overwrite: true);
        return model;
    }

    private static string Name(RnnForecastingEstimator.Options options)
    {
        string what = string.Join(
            '\n',
            typeof(RnnForecastingEstimator).Module.ModuleVersionId,
            string.Join(' ', options.Columns.Select(column => column.InputColumnName)),
            options.Seed,
            EttFile.Training,
            EttFile.Validation,
            Recipes.Describe(options, new RnnForecastingEstimator.Options())
        );
        return $"h{options.Horizon}-{options.Seed}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)))[..12]}";
    }
}
