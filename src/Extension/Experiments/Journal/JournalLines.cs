using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Experiments;

/// <summary>The first line of a journal.</summary>
/// <param name="Format">Version of the lines.</param>
/// <param name="Experiment">The experiment's fingerprint, entry by entry.</param>
/// <param name="Checksum">Checksum of the line with this text empty.</param>
internal sealed record JournalHeader(int Format, Dictionary<string, string> Experiment, string Checksum);

/// <summary>The line of the plan's file.</summary>
/// <param name="Format">Version of the lines.</param>
/// <param name="Folds">Folds of a complete trial.</param>
/// <param name="MaxEpochs">Its epochs.</param>
/// <param name="Checksum">Checksum of the line with this text empty.</param>
internal sealed record JournalPlan(int Format, int Folds, int MaxEpochs, string Checksum);

/// <summary>A line of a journal: a completed task.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Fold">The fold.</param>
/// <param name="Epochs">Epochs requested.</param>
/// <param name="EpochsDone">Epochs completed.</param>
/// <param name="IsDone">Whether training is complete.</param>
/// <param name="BestEpoch">The epoch whose weights were scored.</param>
/// <param name="ValidationLoss">Its loss; null where it is not finite.</param>
/// <param name="Seconds">Duration of the task.</param>
/// <param name="Error">The error; null for none.</param>
/// <param name="ScoresChecksum">Checksum of the scores' file; null where there is none.</param>
/// <param name="Parameters">The trial's choices.</param>
/// <param name="ExperimentSeconds">Seconds since the experiment began.</param>
/// <param name="Checksum">Checksum of the line with this text empty.</param>
internal sealed record JournalLine(
    int Trial,
    int Fold,
    int Epochs,
    int EpochsDone,
    bool IsDone,
    int BestEpoch,
    double? ValidationLoss,
    double Seconds,
    string? Error,
    string? ScoresChecksum,
    Dictionary<string, string> Parameters,
    double ExperimentSeconds,
    string Checksum
);

/// <summary>Converts lines of a journal to and from JSON, each with a checksum of itself.</summary>
/// <param name="ectx">Creates the errors.</param>
/// <param name="path">The journal, for messages.</param>
internal sealed class JournalLines(IExceptionContext ectx, string path)
{
    public const int Version = 3;

    // Any missing, null, duplicate or unknown entry is an error rather than a zero.
    private static readonly JsonSerializerOptions _json = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    /// <summary>The first 64 bits of a SHA-256.</summary>
    public static string ChecksumOf(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes).AsSpan(0, 8));

    public static byte[] Write(JournalHeader header) => Json(header with { Checksum = ChecksumOf(Json(header with { Checksum = "" })) });

    public static byte[] Write(JournalLine line) => Json(line with { Checksum = ChecksumOf(Json(line with { Checksum = "" })) });

    public static byte[] Write(SearchScale scale)
    {
        var plan = new JournalPlan(Version, scale.Folds, scale.MaxEpochs, "");
        return Json(plan with { Checksum = ChecksumOf(Json(plan)) });
    }

    /// <summary>The plan's line.</summary>
    public SearchScale Plan(byte[] line)
    {
        JournalPlan plan =
            Parse(line, 1, bytes => JsonSerializer.Deserialize<JournalPlan>(bytes, _json))
            ?? throw Damaged(1, "it is null, where folds and epochs should be");
        if (plan.Format != Version)
            throw Damaged(1, $"it has format {plan.Format}, and this RnnMlNet reads format {Version}");
        if (plan.Checksum != ChecksumOf(Json(plan with { Checksum = "" })))
            throw Damaged(1, "its checksum does not match, so it was altered");
        return plan is { Folds: >= 1, MaxEpochs: >= 1 }
            ? new SearchScale(plan.Folds, plan.MaxEpochs)
            : throw Damaged(1, $"it plans {plan.Folds} folds of {plan.MaxEpochs} epochs");
    }

    /// <summary>The first line. One of another format is rejected by its number, whatever else it holds.</summary>
    public JournalHeader Header(byte[] line)
    {
        int format = Parse(line, 1, bytes => Format(bytes));
        if (format != Version)
            throw Damaged(1, $"it has format {format}, and this RnnMlNet reads format {Version}");
        JournalHeader header =
            Parse(line, 1, bytes => JsonSerializer.Deserialize<JournalHeader>(bytes, _json))
            ?? throw Damaged(1, "it is null, where the experiment should be described");
        if (header.Experiment.Values.Any(value => value is null))
            throw Damaged(1, "a part of the experiment's description is null");
        return header.Checksum == ChecksumOf(Json(header with { Checksum = "" }))
            ? header
            : throw Damaged(1, "its checksum does not match, so it was altered");
    }

    /// <summary>A task's line.</summary>
    /// <param name="line">Its bytes.</param>
    /// <param name="number">Number of the line, 1 for the first.</param>
    public JournalLine Line(byte[] line, int number)
    {
        JournalLine done =
            Parse(line, number, bytes => JsonSerializer.Deserialize<JournalLine>(bytes, _json))
            ?? throw Damaged(number, "it is null, where a task that is done should be");
        if (done.Checksum != ChecksumOf(Json(done with { Checksum = "" })))
            throw Damaged(number, "its checksum does not match, so it was altered");
        bool areCounts = done is { Trial: >= 0, Fold: >= 0, Epochs: >= 1, EpochsDone: >= 0, BestEpoch: >= 0 };
        bool areTimes = done is { Seconds: >= 0, ExperimentSeconds: >= 0 };
        bool isOne =
            areCounts
            && areTimes
            && done.EpochsDone <= done.Epochs
            && done.BestEpoch <= done.EpochsDone
            && (done.Error is null) == (done.ScoresChecksum is not null);
        return isOne
            ? done
            : throw Damaged(
                number,
                $"trial {done.Trial}, fold {done.Fold}, {done.EpochsDone} of {done.Epochs} epochs, "
                    + $"the best {done.BestEpoch}, {done.Seconds} s of {done.ExperimentSeconds} s"
            );
    }

    /// <summary>An error that states the place and the remedy.</summary>
    public Exception Damaged(int line, string how, Exception? inner = null)
    {
        string sentence =
            $"The journal '{path}' is damaged at line {line}: {how}. Delete the line and those after it to run their tasks "
            + "again, delete the folder to begin anew, or set another CacheDirectoryName.";
        return inner is null ? ectx.ExceptDecode(sentence) : ectx.ExceptDecode(inner, sentence);
    }

    private T Parse<T>(byte[] line, int number, Func<byte[], T> parse)
    {
        try
        {
            return parse(line);
        }
        // InvalidOperationException: text that is not Unicode.
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException or ArgumentException)
        {
            // The path and the line in a JSON exception are relative to this line.
            string message = e.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0].TrimEnd('.');
            throw Damaged(number, $"it is not the expected JSON ({message})", e);
        }
    }

    private static int Format(byte[] line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return
            document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty(nameof(JournalHeader.Format), out JsonElement format)
            && format.TryGetInt32(out int number)
            ? number
            : throw new JsonException("there is no Format");
    }

    private static byte[] Json<T>(T line) => JsonSerializer.SerializeToUtf8Bytes(line, _json);
}
