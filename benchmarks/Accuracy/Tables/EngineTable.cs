using Accuracy.Defaults;
using Accuracy.Sets;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

namespace Accuracy.Tables;

/// <summary>
/// C-MAPSS from its raw long text file: a row for each cycle of each engine, grouped, trained and scored in one pipeline. Of FD001, which
/// has one condition, the sensors that change.
/// </summary>
/// <param name="data">The data folder.</param>
/// <param name="subset">FD001 or FD002.</param>
/// <param name="byCondition">Whether sensors are standardised within the flight condition: the altitude in thousands of feet,
/// rounded.</param>
internal sealed class EngineTable(string data, string subset, bool byCondition) : ITableCase
{
    private const int Window = 50,
        ShortestWindow = 20;

    public string Name => $"C-MAPSS {subset}{(byCondition ? " NormalizeBy" : "")}";

    public string Measure => "RMSE";

    public bool LowerIsBetter => true;

    public double? Bar => byCondition || subset == "FD001" ? 14.5 : null;

    public Outcome Run(int seed, int threads)
    {
        var ml = new MLContext(seed);
        string folder = Path.Combine(data, $"CMAPSS_{subset}");
        using var train = new PlainFile(Path.Combine(folder, $"train_{subset}.txt"));
        using var test = new PlainFile(Path.Combine(folder, $"test_{subset}.txt"));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        ITransformer model = Pipeline(ml, seed, threads).Fit(Load(ml, train.Path));
        double seconds = clock.Elapsed.TotalSeconds;
        // Of a test engine the cycles up to its last one.
        ((TransformerChain<RnnRegressionTransformer>)model)
            .OfType<SequenceGroupingTransformer>()
            .Single()
            .Windows = SequenceWindows.Last(Window);
        float[] lives = [.. model.Transform(Load(ml, test.Path)).GetColumn<float>("Score")];
        float[] left =
        [
            .. SharedData
                .ReadLines(Path.Combine(folder, $"RUL_{subset}.txt"))
                .Where(line => line.Trim().Length > 0)
                .Select(line => Math.Min(float.Parse(line, System.Globalization.CultureInfo.InvariantCulture), CmapssFile.Cap)),
        ];
        return new Outcome(Math.Sqrt(lives.Zip(left).Average(pair => Math.Pow(pair.First - pair.Second, 2))), double.NaN, seconds);
    }

    private IEstimator<TransformerChain<RnnRegressionTransformer>> Pipeline(MLContext ml, int seed, int threads) =>
        ml
            .Transforms.GroupIntoSequences(
                new SequenceGroupingOptions
                {
                    KeyColumnNames = ["Unit"],
                    OrderColumnName = "Cycle",
                    Columns =
                    [
                        new SequenceStepColumns("Altitudes", "Altitude"),
                        // Within a condition its own settings are noise: on held-out training engines 13.6 without, 14.4 with them.
                        byCondition || subset == "FD001"
                            ? new SequenceStepColumns("Steps", "Sensors")
                            : new SequenceStepColumns("Steps", "Altitude", "Settings", "Sensors"),
                    ],
                    Labels = [SequenceLabel.RemainingSteps(cap: (int)CmapssFile.Cap)],
                    Windows = SequenceWindows.Sliding(Window, stride: subset == "FD001" ? 2 : 4, minimumLength: ShortestWindow),
                }
            )
            .Append(
                ml.Regression.Trainers.Rnn(
                    new RnnRegressionTrainer.Options
                    {
                        ChannelColumnNames = byCondition ? ["Altitudes", "Steps"] : ["Steps"],
                        NormalizeBy = byCondition ? ["Altitudes"] : null,
                        Seed = seed,
                        Threads = threads,
                    }
                )
            );

    // The file's columns of settings are before those of sensors, and unit and cycle before these.
    private TextLoader.Range[] Sensors =>
        subset == "FD001"
            ? [.. CmapssFile.ChangingSensors.Select(sensor => new TextLoader.Range(sensor + 2))]
            : [new TextLoader.Range(5, 25)];

    private IDataView Load(MLContext ml, string path) =>
        ml.Data.LoadFromTextFile(
            path,
            [
                new TextLoader.Column("Unit", DataKind.Int32, 0),
                new TextLoader.Column("Cycle", DataKind.Int32, 1),
                new TextLoader.Column("Altitude", DataKind.Single, 2),
                new TextLoader.Column("Settings", DataKind.Single, 3, 4),
                new TextLoader.Column("Sensors", DataKind.Single, Sensors),
            ],
            separatorChar: ' '
        );
}
