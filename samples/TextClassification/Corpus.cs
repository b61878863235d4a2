namespace Samples.TextClassification;

/// <summary>
/// Generates sentences that request one device to be on. The text is artificial, made from templates, and easy; as in real language, most
/// sentences name two devices, so that only the order of the words tells which one is wanted.
/// </summary>
internal static class Corpus
{
    private static readonly string[] Devices = ["lamp", "heater", "radio", "fan", "kettle"];
    private static readonly string[] Adjectives = ["", "", "old ", "small ", "kitchen ", "new ", "upstairs "];
    private static readonly string[] Openings = ["", "", "please ", "could you ", "hey ", "when you can ", "i would like you to "];
    private static readonly string[] Endings = ["", "", " please", " now", " for me", " tonight", " before i come home"];

    // {on}: the device to turn on; {off}: another one.
    private static readonly string[] Wanting =
    [
        "turn on the {on} and turn off the {off}",
        "turn off the {off} and turn on the {on}",
        "switch the {on} on and the {off} off",
        "switch the {off} off and the {on} on",
        "use the {on} instead of the {off}",
        "instead of the {off} use the {on}",
        "start the {on} but not the {off}",
        "do not start the {off} but the {on}",
        "i want the {on} rather than the {off}",
        "replace the {off} with the {on}",
        "after the {off} has stopped start the {on}",
        "start the {on} after the {off} has stopped",
    ];

    private static readonly string[] WantingNone =
    [
        "turn off the {off} and the {on}",
        "do not start the {off} or the {on}",
        "switch the {off} off and leave the {on} off",
        "stop the {off} and then stop the {on}",
    ];

    /// <summary>Generates <paramref name="count"/> different sentences, equal for equal seeds.</summary>
    public static List<Sentence> Make(int count, int seed)
    {
        var random = new Random(seed);
        var sentences = new Dictionary<string, Sentence>(StringComparer.Ordinal);
        while (sentences.Count < count)
        {
            Sentence sentence = MakeOne(random);
            sentences.TryAdd(sentence.Text, sentence);
        }
        return [.. sentences.Values];
    }

    private static Sentence MakeOne(Random random)
    {
        int on = random.Next(Devices.Length);
        int off = (on + 1 + random.Next(Devices.Length - 1)) % Devices.Length;
        bool none = random.Next(6) == 0;
        string text = Pick(random, Openings) + Pick(random, none ? WantingNone : Wanting) + Pick(random, Endings);
        text = text.Replace("{on}", Pick(random, Adjectives) + Devices[on], StringComparison.Ordinal)
            .Replace("{off}", Pick(random, Adjectives) + Devices[off], StringComparison.Ordinal);
        return new Sentence { Text = text, Wanted = none ? "none" : Devices[on] };
    }

    private static string Pick(Random random, string[] choices) => choices[random.Next(choices.Length)];
}
