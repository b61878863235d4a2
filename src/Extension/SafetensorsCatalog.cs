using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Exchange;
using RnnMlNet.Files;
using RnnMlNet.Interop;
using RnnMlNet.Models;

namespace Microsoft.ML;

/// <summary>Reads and writes recurrent networks as safetensors files, a common format of PyTorch weights.</summary>
public static partial class SafetensorsCatalog
{
    /// <summary>
    /// Writes the network as a safetensors file: its weights as F32 in PyTorch's names (<c>rnn.weight_ih_l0</c>, <c>attention.weight</c>,
    /// <c>head.0.weight</c>, <c>embedding.weight</c>), the standardisation of features and labels (<c>feature_mean</c>,
    /// <c>feature_deviation</c>, <c>label_mean</c>, <c>label_deviation</c>), and cell, pooling and task as metadata. The same network gives
    /// the same bytes. Class names and training history are not included.
    /// </summary>
    /// <param name="model">The model parameters of a transformer, its <c>Model</c>.</param>
    /// <param name="path">The file. An existing file is replaced atomically, through symbolic links too, and keeps its mode.</param>
    /// <exception cref="InvalidOperationException">The network has a custom cell, or is an ensemble.</exception>
    public static void SaveSafetensors(this IRnnModelParameters model, string path)
    {
        Contracts.CheckValue(model, nameof(model));
        Contracts.CheckNonEmpty(path, nameof(path));
        SafetensorsExport.Check(model.Network);
        AtomicFile.Write(path, model.SaveSafetensors);
    }

    /// <inheritdoc cref="SaveSafetensors(IRnnModelParameters, string)"/>
    /// <param name="model">The model parameters of a transformer, its <c>Model</c>.</param>
    /// <param name="stream">The stream to write to; it stays open.</param>
    public static void SaveSafetensors(this IRnnModelParameters model, Stream stream)
    {
        Contracts.CheckValue(model, nameof(model));
        Contracts.CheckValue(stream, nameof(stream));
        SafetensorsExport.Check(model.Network);
        SafetensorsExport.Write(stream, SafetensorsMetadata.TaskOf(((IPredictor)model).PredictionKind, model.Network.Shape), model.Network);
    }

    /// <summary>
    /// Writes a forecaster as a safetensors file: the weights of its networks as F32 in PyTorch's names (<c>projection.weight</c>,
    /// <c>rnn.weight_ih_l0</c>, <c>decoder.position.weight</c>, <c>head.0.weight</c>, ...; for an ensemble prefixed by <c>members.0.</c>,
    /// <c>members.1.</c>, ...), the scaling of its columns (<c>target_mean</c>, <c>target_deviation</c>, <c>past_mean</c>,
    /// <c>known_mean</c>, ...), the median corrections of the forecasts (<c>correction_bias</c>), and the layout of its windows as
    /// metadata. The same forecaster gives the same bytes. Intervals, times, the ends of the series and training history are not included.
    /// </summary>
    /// <param name="model">The result of ForecastByRnn's Fit.</param>
    /// <param name="path">The file. An existing file is replaced atomically, through symbolic links too, and keeps its mode.</param>
    public static void SaveSafetensors(this RnnForecastingTransformer model, string path)
    {
        Contracts.CheckValue(model, nameof(model));
        Contracts.CheckNonEmpty(path, nameof(path));
        AtomicFile.Write(path, model.SaveSafetensors);
    }

    /// <inheritdoc cref="SaveSafetensors(RnnForecastingTransformer, string)"/>
    /// <param name="model">The result of ForecastByRnn's Fit.</param>
    /// <param name="stream">The stream to write to; it stays open.</param>
    public static void SaveSafetensors(this RnnForecastingTransformer model, Stream stream)
    {
        Contracts.CheckValue(model, nameof(model));
        Contracts.CheckValue(stream, nameof(stream));
        ForecastSafetensors.Write(stream, model.Trained.Forecaster, model.Columns);
    }

    /// <summary>
    /// Returns a forecaster with the weights of a safetensors file that <c>SaveSafetensors</c> wrote for it, after further training
    /// elsewhere. Scaling in the file replaces the forecaster's too. Columns, intervals, the share of a naive forecast and the ends of the
    /// series stay those of <paramref name="model"/>, which is not modified. The training history is empty.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="path">The file, with F32, F16, BF16 or F64 values.</param>
    /// <param name="model">The forecaster that the file was written for.</param>
    /// <returns>The forecaster with the file's weights.</returns>
    /// <exception cref="FormatException">The file is damaged, its tensors are not those of the forecaster's networks, or it states another
    /// cell, window or horizon; the message lists all problems.</exception>
    public static RnnForecastingTransformer LoadRnnSafetensors(
        this ForecastingCatalog catalog,
        string path,
        RnnForecastingTransformer model
    ) => FromFile(path, stream => catalog.LoadRnnSafetensors(stream, model));

    /// <inheritdoc cref="LoadRnnSafetensors(ForecastingCatalog, string, RnnForecastingTransformer)"/>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="stream">The file, from the stream's current position to its end; it stays open.</param>
    /// <param name="model">The forecaster that the file was written for.</param>
    public static RnnForecastingTransformer LoadRnnSafetensors(
        this ForecastingCatalog catalog,
        Stream stream,
        RnnForecastingTransformer model
    )
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        env.CheckValue(stream, nameof(stream));
        env.CheckValue(model, nameof(model));
        return model.With(env, ForecastSafetensorsImport.Read(SafetensorsFile.Open(stream), model.Trained.Forecaster));
    }

    /// <summary>
    /// Creates a transformer that classifies sequences with a network from a safetensors file, of this library or of PyTorch
    /// (<c>rnn_cell.weight_ih_l0</c>, ..., <c>fc.weight</c>). It adds <c>Score</c> (class probabilities) and <c>PredictedLabel</c> (key).
    /// </summary>
    /// <param name="catalog">The task's catalog of a context.</param>
    /// <param name="path">The file, with F32, F16, BF16 or F64 values.</param>
    /// <param name="inputSchema">Columns of data to score, including the sequence column.</param>
    /// <param name="options">The options that the file does not contain; null for the defaults.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or the sequence column is missing or of a wrong
    /// type.</exception>
    /// <exception cref="FormatException">The file is damaged, or its tensors are not those of such a network; the message lists every
    /// tensor that is missing, left over or misshapen.</exception>
    public static RnnMulticlassTransformer LoadRnnSafetensors(
        this MulticlassClassificationCatalog catalog,
        string path,
        DataViewSchema inputSchema,
        RnnImportOptions? options = null
    ) => FromFile(path, stream => catalog.LoadRnnSafetensors(stream, inputSchema, options));

    /// <inheritdoc cref="LoadRnnSafetensors(MulticlassClassificationCatalog, string, DataViewSchema, RnnImportOptions?)"/>
    /// <param name="catalog">The multiclass catalog of a context.</param>
    /// <param name="stream">The file, from the stream's current position to its end; it stays open.</param>
    /// <param name="inputSchema">Columns of data to score, including the sequence column.</param>
    /// <param name="options">The options that the file does not contain; null for the defaults.</param>
    public static RnnMulticlassTransformer LoadRnnSafetensors(
        this MulticlassClassificationCatalog catalog,
        Stream stream,
        DataViewSchema inputSchema,
        RnnImportOptions? options = null
    )
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        var (network, columns) = Import(env, stream, inputSchema, options, SequenceTask.MulticlassClassification);
        LabelKeyValues? classes = ClassNames(options);
        return new RnnMulticlassTransformer(env, new RnnMulticlassModelParameters(env, network), columns, inputSchema, classes);
    }

    /// <summary>
    /// Creates a transformer that assigns a class to each step of a sequence, with a network from a safetensors file whose head reads every
    /// step. It adds <c>Score</c> (class probabilities step by step) and <c>PredictedLabel</c> (a vector of keys). For a network over
    /// tokens, the embedding's last row is that of missing keys, so the sequence column has one key fewer than the embedding has rows.
    /// </summary>
    /// <inheritdoc cref="LoadRnnSafetensors(MulticlassClassificationCatalog, string, DataViewSchema, RnnImportOptions?)"
    ///     path="/param|/returns|/exception"/>
    public static RnnSequenceTaggerTransformer LoadRnnSequenceTaggerSafetensors(
        this MulticlassClassificationCatalog catalog,
        string path,
        DataViewSchema inputSchema,
        RnnImportOptions? options = null
    ) => FromFile(path, stream => catalog.LoadRnnSequenceTaggerSafetensors(stream, inputSchema, options));

    /// <inheritdoc cref="LoadRnnSequenceTaggerSafetensors(MulticlassClassificationCatalog, string, DataViewSchema, RnnImportOptions?)"/>
    /// <param name="catalog">The multiclass catalog of a context.</param>
    /// <param name="stream">The file, from the stream's current position to its end; it stays open.</param>
    /// <param name="inputSchema">Columns of data to score, including the sequence column.</param>
    /// <param name="options">The options that the file does not contain; null for the defaults.</param>
    public static RnnSequenceTaggerTransformer LoadRnnSequenceTaggerSafetensors(
        this MulticlassClassificationCatalog catalog,
        Stream stream,
        DataViewSchema inputSchema,
        RnnImportOptions? options = null
    )
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        var (network, columns) = Import(env, stream, inputSchema, options, SequenceTask.SequenceTagging);
        LabelKeyValues? classes = ClassNames(options);
        return new RnnSequenceTaggerTransformer(env, new RnnSequenceTaggerModelParameters(env, network), columns, inputSchema, classes);
    }

    /// <summary>
    /// Creates a transformer that separates two classes of sequences with a network of one output, the positive class's logit, from a
    /// safetensors file. It adds <c>Score</c> (logit), <c>Probability</c> and <c>PredictedLabel</c>.
    /// </summary>
    /// <inheritdoc cref="LoadRnnSafetensors(MulticlassClassificationCatalog, string, DataViewSchema, RnnImportOptions?)"
    ///     path="/param|/returns|/exception"/>
    public static RnnBinaryTransformer LoadRnnSafetensors(
        this BinaryClassificationCatalog catalog,
        string path,
        DataViewSchema inputSchema,
        RnnImportOptions? options = null
    ) => FromFile(path, stream => catalog.LoadRnnSafetensors(stream, inputSchema, options));

    /// <inheritdoc cref="LoadRnnSafetensors(BinaryClassificationCatalog, string, DataViewSchema, RnnImportOptions?)"/>
    /// <param name="catalog">The binary catalog of a context.</param>
    /// <param name="stream">The file, from the stream's current position to its end; it stays open.</param>
    /// <param name="inputSchema">Columns of data to score, including the sequence column.</param>
    /// <param name="options">The options that the file does not contain; null for the defaults.</param>
    public static RnnBinaryTransformer LoadRnnSafetensors(
        this BinaryClassificationCatalog catalog,
        Stream stream,
        DataViewSchema inputSchema,
        RnnImportOptions? options = null
    )
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        var (network, columns) = Import(env, stream, inputSchema, options, SequenceTask.BinaryClassification);
        return new RnnBinaryTransformer(env, new RnnBinaryModelParameters(env, network), columns, inputSchema);
    }

    /// <summary>
    /// Creates a transformer that predicts one number, or several at once, from a sequence with a network from a safetensors file. It adds
    /// <c>Score</c>: Single for a network of one output, else Vector of Single.
    /// </summary>
    /// <inheritdoc cref="LoadRnnSafetensors(MulticlassClassificationCatalog, string, DataViewSchema, RnnImportOptions?)"
    ///     path="/param|/returns|/exception"/>
    public static RnnRegressionTransformer LoadRnnSafetensors(
        this RegressionCatalog catalog,
        string path,
        DataViewSchema inputSchema,
        RnnImportOptions? options = null
    ) => FromFile(path, stream => catalog.LoadRnnSafetensors(stream, inputSchema, options));

    /// <inheritdoc cref="LoadRnnSafetensors(RegressionCatalog, string, DataViewSchema, RnnImportOptions?)"/>
    /// <param name="catalog">The regression catalog of a context.</param>
    /// <param name="stream">The file, from the stream's current position to its end; it stays open.</param>
    /// <param name="inputSchema">Columns of data to score, including the sequence column.</param>
    /// <param name="options">The options that the file does not contain; null for the defaults.</param>
    public static RnnRegressionTransformer LoadRnnSafetensors(
        this RegressionCatalog catalog,
        Stream stream,
        DataViewSchema inputSchema,
        RnnImportOptions? options = null
    )
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        var (network, columns) = Import(env, stream, inputSchema, options, SequenceTask.Regression);
        return new RnnRegressionTransformer(env, new RnnRegressionModelParameters(env, network), columns, inputSchema);
    }

    private static T FromFile<T>(string path, Func<Stream, T> load)
    {
        Contracts.CheckNonEmpty(path, nameof(path));
        using FileStream stream = File.OpenRead(path);
        return load(stream);
    }

    private static LabelKeyValues? ClassNames(RnnImportOptions? options) =>
        options?.ClassNames is string[] names ? LabelKeyValues.Of(names) : null;

    private static (TrainedNetwork Network, SequenceColumns Columns) Import(
        IHostEnvironment env,
        Stream stream,
        DataViewSchema inputSchema,
        RnnImportOptions? options,
        SequenceTask task
    )
    {
        MlNetVersion.Ensure();
        env.CheckValue(stream, nameof(stream));
        env.CheckValue(inputSchema, nameof(inputSchema));
        options ??= new RnnImportOptions();
        SafetensorsOptionsCheck.Check(env, options, task);
        var columns = new SequenceColumns(
            options.ChannelColumnNames is null ? [options.FeatureColumnName] : [.. options.ChannelColumnNames],
            AreChannels: options.ChannelColumnNames is not null,
            options.FeaturesPerStep,
            options.Layout
        )
        {
            KeepsMissing = SafetensorsMetadata.IsPerStep(task) || options.CharacterColumnName is not null,
            CharacterName = options.CharacterColumnName,
            TimeName = options.TimeColumnName,
            StaticNames = options.StaticColumnNames is null ? [] : [.. options.StaticColumnNames],
        };
        SequenceBinding binding = SequenceBinding.Bind(env, inputSchema, columns);
        TrainedNetwork network = SafetensorsImport.Read(SafetensorsFile.Open(stream), options, binding, task);
        return (network, columns with { MissingValues = network.Shape.StepColumns.MissingValues });
    }
}
