using Microsoft.ML.Runtime;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Checks the options when a trainer is constructed, so that a wrong one is found before any data is read.</summary>
internal static class OptionsCheck
{
    public static void Check(IExceptionContext ectx, RnnOptions options)
    {
        OptionRanges.Check(ectx, options);
        CheckColumns(ectx, options);
        CheckNetwork(ectx, options);
        AugmentationCheck.Check(ectx, options);
        CheckTraining(ectx, options);
        CheckPrecision(ectx, options);
        CheckScoring(ectx, options);
        CheckStore(ectx, options);
    }

    /// <summary>The options that all trainings have, beside their ranges.</summary>
    public static void CheckTraining(IExceptionContext ectx, RnnTrainingOptions options)
    {
        CheckCheckpoints(ectx, options);
        CheckDevice(ectx, options);
    }

    /// <summary>The options that classifiers alone have.</summary>
    public static void CheckTask(IExceptionContext ectx, TaskSpec task)
    {
        if (task.ClassWeighting is null)
            throw ectx.ExceptUserArg(
                nameof(RnnMulticlassTrainer.Options.ClassWeighting),
                "ClassWeighting is null; it must be ClassWeighting.Equal, ClassWeighting.Balanced or ClassWeighting.Of(weights)."
            );
    }

    private static void CheckColumns(IExceptionContext ectx, RnnOptions o)
    {
        NotBlank(ectx, o.LabelColumnName, nameof(o.LabelColumnName));
        CheckSequence(ectx, o.FeatureColumnName, o.ChannelColumnNames, o.FeaturesPerStep);
        CheckNames(ectx, o.StaticColumnNames, nameof(o.StaticColumnNames));
        StaticUseCheck.Check(ectx, o.StaticUse, o.StaticColumnNames, o.CustomCell);
        CheckNames(ectx, o.NormalizeBy, nameof(o.NormalizeBy));
        if (o.TimeColumnName is not null)
            NotBlank(ectx, o.TimeColumnName, nameof(o.TimeColumnName));
        CheckCharacters(ectx, o);
        CheckNormalizeBy(ectx, o);
        if (!o.Normalize && o.MissingValues is MissingValues.LastValue or MissingValues.Mean)
            throw ectx.ExceptUserArg(
                nameof(o.MissingValues),
                $"MissingValues is {o.MissingValues}, which needs the features' means, but Normalize is false: leave Normalize true, or "
                    + "set MissingValues to SkipRow or Zero."
            );
        if (o.ExampleWeightColumnName is not null)
            NotBlank(ectx, o.ExampleWeightColumnName, nameof(o.ExampleWeightColumnName));
        CheckNames(ectx, o.GroupColumnNames, nameof(o.GroupColumnNames));
    }

    /// <summary>The options that say where the sequence stands in a row.</summary>
    public static void CheckSequence(IExceptionContext ectx, string? featureColumn, string[]? channels, int? featuresPerStep)
    {
        if (channels is null)
            NotBlank(ectx, featureColumn, nameof(RnnOptions.FeatureColumnName));
        else
            CheckChannels(ectx, channels, featuresPerStep);
    }

    private static void CheckChannels(IExceptionContext ectx, string[] channels, int? featuresPerStep)
    {
        const string Option = nameof(RnnOptions.ChannelColumnNames);
        if (channels.Length == 0)
            throw ectx.ExceptUserArg(
                Option,
                "ChannelColumnNames is empty: name at least one column, or leave it null and use FeatureColumnName."
            );
        foreach (string name in channels)
            NotBlank(ectx, name, Option);
        if (channels.Distinct(StringComparer.Ordinal).Count() != channels.Length)
            throw ectx.ExceptUserArg(Option, $"ChannelColumnNames names a column twice: {string.Join(", ", channels)}.");
        if (featuresPerStep is int features && features != channels.Length)
            throw ectx.ExceptUserArg(
                nameof(RnnOptions.FeaturesPerStep),
                $"FeaturesPerStep is {features}, but ChannelColumnNames names {channels.Length} channels; leave FeaturesPerStep null."
            );
    }

    private static void CheckNames(IExceptionContext ectx, string[]? names, string option)
    {
        if (names is null)
            return;
        if (names.Length == 0)
            throw ectx.ExceptUserArg(option, $"{option} is empty: name at least one column, or leave it null.");
        foreach (string name in names)
            NotBlank(ectx, name, option);
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Length)
            throw ectx.ExceptUserArg(option, $"{option} names a column twice: {string.Join(", ", names)}.");
    }

    private static void CheckCharacters(IExceptionContext ectx, RnnOptions o)
    {
        if (o.CharacterColumnName is null)
        {
            if ((o.CharacterEmbeddingSize ?? o.CharacterFilters) is not null)
                throw ectx.ExceptUserArg(
                    o.CharacterFilters is null ? nameof(o.CharacterEmbeddingSize) : nameof(o.CharacterFilters),
                    "CharacterEmbeddingSize and CharacterFilters are sizes of the vectors of words' characters, but CharacterColumnName is "
                        + "null: name the column of the words, or leave both null."
                );
            return;
        }
        NotBlank(ectx, o.CharacterColumnName, nameof(o.CharacterColumnName));
        if (o.ChannelColumnNames is not null)
            throw ectx.ExceptUserArg(
                nameof(o.CharacterColumnName),
                $"CharacterColumnName is '{o.CharacterColumnName}', but ChannelColumnNames is set, and the characters of words are read "
                    + "beside one column of keys: leave ChannelColumnNames null and name that column as FeatureColumnName."
            );
    }

    private static void CheckNormalizeBy(IExceptionContext ectx, RnnOptions o)
    {
        if (o.NormalizeBy is null)
            return;
        const string Option = nameof(o.NormalizeBy);
        if (o.NormalizeBy.Length > CategoryLookup.MostColumns)
            throw ectx.ExceptUserArg(
                Option,
                $"NormalizeBy names {o.NormalizeBy.Length} columns; {CategoryLookup.MostColumns} are the most: make one key of them."
            );
        if (!o.Normalize)
            throw ectx.ExceptUserArg(Option, "NormalizeBy is set, but Normalize is false: leave Normalize true, or NormalizeBy null.");
        if (o.PatchLength > 1)
            throw ectx.ExceptUserArg(
                Option,
                $"NormalizeBy standardises single time steps, but PatchLength is {o.PatchLength}: leave PatchLength null, or set it to 1."
            );
    }

    private static void CheckNetwork(IExceptionContext ectx, RnnOptions o)
    {
        CheckCell(ectx, o.Cell);
        if (o.ForStreaming && o.Bidirectional == true)
            throw ectx.ExceptUserArg(
                nameof(o.Bidirectional),
                "Bidirectional is true, but ForStreaming is set, and what comes later cannot be read before it is there: leave "
                    + "Bidirectional null, or ForStreaming false."
            );
        ConvolutionCheck.Check(ectx, o);
        if (o.CustomCell is not null)
            NotBlank(ectx, o.CustomCell, nameof(o.CustomCell));
        if (o.PretrainedEmbeddingsPath is string vectors && !File.Exists(vectors))
            throw ectx.ExceptUserArg(
                nameof(o.PretrainedEmbeddingsPath),
                $"PretrainedEmbeddingsPath is '{vectors}', and there is no such file; name a file of word vectors, or leave it null."
            );
        if (o.Engine == EngineKind.Simd && o.CustomCell is not null)
            throw ectx.ExceptUserArg(
                nameof(o.Engine),
                $"Engine is Simd, but the cell is '{o.CustomCell}', which only torch computes: set Engine to Torch or Auto."
            );
        if (o.Pooling is Pooling pooling)
            CheckPooling(ectx, pooling);
        if (o.Dropout > 0 && o.Layers == 1)
            throw ectx.ExceptUserArg(
                nameof(o.Dropout),
                $"Dropout is {o.Dropout}, but it works between recurrent layers and Layers is 1: use HeadDropout or InputDropout, or "
                    + $"more layers."
            );
        if (o.ResidualConnections == true && o.Layers == 1)
            throw ectx.ExceptUserArg(
                nameof(o.ResidualConnections),
                "ResidualConnections is true, but Layers is 1, and a layer adds the states of the layers below: set Layers to 2 or more, "
                    + "or leave it null, or ResidualConnections."
            );
        if (o.LayerNormalization is { } norm && norm != LayerNormalization.None && o.HiddenSize == 1)
            throw ectx.ExceptUserArg(
                nameof(o.LayerNormalization),
                $"LayerNormalization is {norm}, but HiddenSize is 1, and normalised states of so few units say nothing: set a larger "
                    + "HiddenSize, or leave LayerNormalization null."
            );
        if (o.RecurrentDropout > 0 && o.CustomCell is not null)
            throw ectx.ExceptUserArg(
                nameof(o.RecurrentDropout),
                $"RecurrentDropout is {o.RecurrentDropout}, but the cell is '{o.CustomCell}', and what of its state meets weights only "
                    + $"the cell itself knows: leave it 0, and drop inside of the cell."
            );
        if (o.CustomCell is null && o.Cell is CellKind cell)
            CheckRecurrentDropout(ectx, o.RecurrentDropout, cell);
    }

    /// <exception cref="ArgumentOutOfRangeException">The cell, an option or a previous model's, has no recurrent weights.</exception>
    public static void CheckRecurrentDropout(IExceptionContext ectx, float rate, CellKind cell)
    {
        if (rate > 0 && CellRegistry.Find(cell) is { HasRecurrentWeights: false })
            throw ectx.ExceptUserArg(
                nameof(RnnOptions.RecurrentDropout),
                $"RecurrentDropout is {rate}, but the cell {cell} has no recurrent weights: use Dropout, between layers, or another cell."
            );
    }

    public static void CheckPooling(IExceptionContext ectx, Pooling pooling)
    {
        if (pooling == 0 || !PoolingRegistry.Has(pooling))
            throw ectx.ExceptUserArg(
                nameof(RnnOptions.Pooling),
                $"Pooling is {pooling}; it must be {string.Join(", ", Enum.GetNames<Pooling>())} or several of them combined."
            );
    }

    private static void CheckCheckpoints(IExceptionContext ectx, RnnTrainingOptions o)
    {
        if (o.CheckpointPath is not null && string.IsNullOrWhiteSpace(o.CheckpointPath))
            throw ectx.ExceptUserArg(
                nameof(o.CheckpointPath),
                "CheckpointPath is empty; it must name a file, or be null for no checkpoints."
            );
    }

    private static void CheckDevice(IExceptionContext ectx, RnnTrainingOptions o)
    {
        if (o.Device is null || !DeviceName.TryParse(o.Device, out _))
            throw ectx.ExceptUserArg(
                nameof(o.Device),
                $"Device is '{o.Device}'; it must be auto, cpu, cuda, cuda:n (n = 0, 1, ...) or mps."
            );
        if (o.Engine == EngineKind.Simd)
            CheckSimd(ectx, o);
    }

    private static void CheckPrecision(IExceptionContext ectx, RnnOptions o)
    {
        if (o.TrainingPrecision != TrainingPrecision.Full && o.CustomCell is not null)
            throw ectx.ExceptUserArg(
                nameof(o.TrainingPrecision),
                $"TrainingPrecision is {o.TrainingPrecision}, but the cell is '{o.CustomCell}', and only built-in cells "
                    + $"train so; leave it Full."
            );
        if (o.TrainingPrecision != TrainingPrecision.Full && o.RecurrentDropout > 0)
            throw ectx.ExceptUserArg(
                nameof(o.TrainingPrecision),
                $"TrainingPrecision is {o.TrainingPrecision}, but RecurrentDropout is {o.RecurrentDropout}, with which torch computes "
                    + $"step by step, with 32-bit numbers: set RecurrentDropout to 0, or leave TrainingPrecision Full."
            );
        if (o.Engine == EngineKind.Simd && o.TrainingPrecision != TrainingPrecision.Full)
            throw ectx.ExceptUserArg(
                nameof(o.TrainingPrecision),
                $"TrainingPrecision is {o.TrainingPrecision}, but Engine is Simd, which computes with 32-bit numbers: set Engine to "
                    + $"Torch, or leave TrainingPrecision Full."
            );
    }

    private static void CheckScoring(IExceptionContext ectx, RnnOptions o)
    {
        CheckScoringDevice(ectx, o.ScoringDevice);
        CheckSingleRowPrecision(ectx, o.SingleRowPrecision, o.CustomCell);
    }

    private static void CheckStore(IExceptionContext ectx, RnnOptions o)
    {
        if (o.StoreMemoryLimit < 0)
            throw ectx.ExceptUserArg(
                nameof(o.StoreMemoryLimit),
                $"StoreMemoryLimit is {o.StoreMemoryLimit}; it must be 0 or more bytes, or null for half of the memory there is."
            );
        if (o.StoreDirectory is not null && !Directory.Exists(o.StoreDirectory))
            throw ectx.ExceptUserArg(
                nameof(o.StoreDirectory),
                $"StoreDirectory is '{o.StoreDirectory}', and there is no such folder; make it, or leave it null for the system's "
                    + $"temporary folder."
            );
    }

    /// <exception cref="ArgumentOutOfRangeException">Not a precision, or not one that torch scores a user's own cell with.</exception>
    public static void CheckSingleRowPrecision(IExceptionContext ectx, WeightPrecision precision, string? customCell)
    {
        const string Option = nameof(RnnOptions.SingleRowPrecision);
        Defined(ectx, precision, Option);
        if (precision != WeightPrecision.Full && customCell is not null)
            throw ectx.ExceptUserArg(
                Option,
                $"{Option} is {precision}, but the cell is '{customCell}', which torch scores with full weights; leave it Full."
            );
    }

    private static void CheckSimd(IExceptionContext ectx, RnnTrainingOptions o)
    {
        if (DeviceName.Parse(o.Device).Kind is DeviceKind.Cuda or DeviceKind.Mps)
            throw ectx.ExceptUserArg(
                nameof(o.Engine),
                $"Engine is Simd, which computes on the CPU, but Device is '{o.Device}': set Engine to Torch or Auto, or Device to cpu."
            );
        if (o.AllowTensorFloat32 is bool allowed)
            throw ectx.ExceptUserArg(
                nameof(o.AllowTensorFloat32),
                $"AllowTensorFloat32 is {allowed}, but Engine is Simd, and only torch on a GPU has such numbers: set Engine to Torch or "
                    + $"Auto, or leave AllowTensorFloat32 null."
            );
    }

    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public static void CheckScoringThreads(IExceptionContext ectx, int? threads)
    {
        if (threads is int asked)
            AtLeast(ectx, asked, 1, nameof(RnnOptions.ScoringThreads));
    }

    /// <exception cref="ArgumentOutOfRangeException">Not the name of a device to score on.</exception>
    public static void CheckScoringDevice(IExceptionContext ectx, string? device)
    {
        if (device is null || !DeviceName.TryParse(device, out DeviceName name) || name.Kind == DeviceKind.Auto)
            throw ectx.ExceptUserArg(
                nameof(RnnOptions.ScoringDevice),
                $"ScoringDevice is '{device}'; it must be cpu, cuda, cuda:n (n = 0, 1, ...) or mps."
            );
    }

    public static void NotBlank(IExceptionContext ectx, string? value, string option)
    {
        if (string.IsNullOrWhiteSpace(value))
            throw ectx.ExceptUserArg(option, $"{option} is empty; it must name a column.");
    }

    public static void AtLeast(IExceptionContext ectx, int value, int least, string option) =>
        OptionRanges.Check(ectx, value, new AtLeastAttribute(least), option);

    public static void Defined<T>(IExceptionContext ectx, T value, string option)
        where T : struct, Enum => OptionRanges.Check(ectx, value, new DefinedAttribute(), option);

    /// <summary>A cell must be one of the registry's.</summary>
    public static void CheckCell(IExceptionContext ectx, CellKind? value)
    {
        if (value is CellKind cell && CellRegistry.Find(cell) is null)
            throw ectx.ExceptUserArg(
                nameof(RnnOptions.Cell),
                $"Cell is {cell}; it must be one of {string.Join(", ", CellRegistry.All.Select(known => known.Kind))}."
            );
    }
}
