using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Models;

/// <summary>All that scoring needs beside the networks, and its only reader and writer.</summary>
/// <param name="Task">The task.</param>
/// <param name="ClassNames">For a classifier whose classes or labels have names, one for each; else empty.</param>
/// <param name="Thresholds">For binary classification, the score above which a row is of the positive class; for several labels that of
/// each; else empty.</param>
/// <param name="Input">Transformations of a row before the network reads it.</param>
internal sealed record ScorerPart(SequenceTask Task, IReadOnlyList<string> ClassNames, IReadOnlyList<float> Thresholds, RowInput Input)
{
    private const int Version = 2;
    private const string What = "The model file's part 'scorer'";

    // Bits of the rules of words.
    private const byte LowersCase = 1;
    private const byte FoldsDigits = 2;
    private const byte HasUnknownWord = 4;

    /// <summary>Writes the section.</summary>
    public void Write(BinaryWriter writer) =>
        ChecksummedSection.Write(
            writer,
            Version,
            payload =>
            {
                // *** Binary format ***
                // byte: task
                // int: number of class names, the names
                // int: number of thresholds, 1 for two classes, one for each of several labels, else 0; the thresholds
                // string: separators; int: number of words, the words
                // byte: rules of words: 1 they are in lower case, 2 their digits are 0, 4 token 0 is that of unknown words
                // int: number of column names, the names
                // int: number of offsets, the offsets, as many scales
                // categories of a step, of a row; of each int: number of columns, and for each string: its name; int: number of names, the
                // names
                payload.Write((byte)Task);
                WriteTexts(payload, ClassNames);
                payload.Write(Thresholds.Count);
                foreach (float threshold in Thresholds)
                    payload.Write(threshold);
                payload.Write(new string([.. Input.Separators]));
                WriteTexts(payload, Input.Words);
                payload.Write(WordRules);
                WriteTexts(payload, Input.ColumnNames);
                payload.Write(Input.Offsets.Count);
                foreach (float value in (IEnumerable<float>)[.. Input.Offsets, .. Input.Scales])
                    payload.Write(value);
                foreach (
                    IReadOnlyList<CategoryNames> columns in (IReadOnlyList<CategoryNames>[])[Input.StepCategories, Input.StaticCategories]
                )
                {
                    payload.Write(columns.Count);
                    foreach (CategoryNames column in columns)
                    {
                        payload.Write(column.Column);
                        WriteTexts(payload, column.Names);
                    }
                }
            }
        );

    /// <param name="reader">At the section.</param>
    /// <exception cref="FormatException">The section is newer, truncated or altered; the message states which.</exception>
    public static ScorerPart Read(BinaryReader reader) =>
        ChecksummedSection.Read(
            reader,
            Version,
            What,
            (payload, _) =>
            {
                var task = (SequenceTask)payload.ReadByte();
                if (!Enum.IsDefined(task))
                    throw ModelErrors.Format($"{What} is damaged: task {(int)task}.");
                string[] names = ReadTexts(payload, "class names");
                float[] thresholds = payload.ReadSingles(payload.ReadCount(sizeof(float), "thresholds"), "thresholds");
                if (!Finite.All(thresholds))
                    throw ModelErrors.Format($"{What} is damaged: thresholds [{string.Join(", ", thresholds)}].");
                char[] separators = payload.ReadString().ToCharArray();
                string[] words = ReadTexts(payload, "words");
                byte rules = payload.ReadByte();
                if (rules > (LowersCase | FoldsDigits | HasUnknownWord))
                    throw ModelErrors.Format($"{What} is damaged: rules of words {rules}.");
                string[] columns = ReadTexts(payload, "column names");
                int scaled = payload.ReadCount(2 * sizeof(float), "offsets");
                return new ScorerPart(
                    task,
                    names,
                    thresholds,
                    new RowInput
                    {
                        Separators = separators,
                        Words = words,
                        WordForm = new WordForm((rules & LowersCase) != 0, (rules & FoldsDigits) != 0),
                        HasUnknownWord = (rules & HasUnknownWord) != 0,
                        ColumnNames = columns,
                        Offsets = payload.ReadSingles(scaled, "offsets"),
                        Scales = payload.ReadSingles(scaled, "scales"),
                        StepCategories = ReadCategories(payload),
                        StaticCategories = ReadCategories(payload),
                    }
                );
            },
            isUnpacked: true
        );

    /// <summary>The constraints on the networks of such a task.</summary>
    public NetworkRules Rules =>
        Task switch
        {
            SequenceTask.BinaryClassification => NetworkRules.Binary,
            SequenceTask.MulticlassClassification => NetworkRules.Multiclass,
            SequenceTask.Regression => NetworkRules.Regression,
            SequenceTask.SequenceTagging => NetworkRules.SequenceTagger,
            SequenceTask.MultiLabelClassification => NetworkRules.MultiLabel,
            SequenceTask.MultiLabelTagging => NetworkRules.MultiLabelTagger,
            _ => throw new InvalidOperationException($"There is no task {Task}."),
        };

    /// <summary>Whether a row, or a step, has any number of labels.</summary>
    public bool HasLabels => Task is SequenceTask.MultiLabelClassification or SequenceTask.MultiLabelTagging;

    /// <summary>Checks that it belongs to a network.</summary>
    /// <exception cref="FormatException">It belongs to another one; the message states why.</exception>
    public void Check(NetworkShape shape)
    {
        bool hasClasses = HasLabels || Task is SequenceTask.MulticlassClassification or SequenceTask.SequenceTagging;
        if (ClassNames.Count > 0 && (!hasClasses || ClassNames.Count != shape.Outputs))
            throw ModelErrors.Format(
                $"{What} is damaged: it names {ClassNames.Count} classes of a network of {shape.Outputs} outputs " + $"({Task})."
            );
        int thresholds = HasLabels || Task == SequenceTask.BinaryClassification ? shape.Outputs : 0;
        if (Thresholds.Count != thresholds)
            throw ModelErrors.Format(
                $"{What} is damaged: it has {Thresholds.Count} thresholds for a network of {shape.Outputs} outputs ({Task})."
            );
        int known = shape.Vocabulary - (shape.KeepsMissing ? 1 : 0);
        if (Input.Words.Count > 0 && Input.Words.Count != known)
            throw ModelErrors.Format($"{What} is damaged: it has {Input.Words.Count} words for a network of {shape.Vocabulary} tokens.");
        if (WordRules != 0 && Input.Words.Count == 0)
            throw ModelErrors.Format($"{What} is damaged: it has rules of words, but no words.");
        CheckCategories(Input.StepCategories, shape.StepColumns.Categories, "of a step");
        CheckCategories(Input.StaticCategories, shape.StaticCategories, "of a row");
        int features = shape.TimeStepValues;
        int scaled = Input.Offsets.Count;
        if (scaled > 0 && (features == 0 || scaled % features != 0))
            throw ModelErrors.Format($"{What} is damaged: it scales {scaled} values for a network of {features} a step.");
    }

    private static void CheckCategories(IReadOnlyList<CategoryNames> names, IReadOnlyList<CategoryShape> columns, string what)
    {
        bool fit =
            names.Count == 0
            || (
                names.Count == columns.Count
                && names.Zip(columns).All(pair => pair.First.Names.Count == 0 || pair.First.Names.Count == pair.Second.Count - 1)
            );
        if (!fit)
            throw ModelErrors.Format(
                $"{What} is damaged: it names [{string.Join(", ", names.Select(column => column.Names.Count))}] categories {what}, where "
                    + $"the network has {CategoryShape.Text(columns)}."
            );
    }

    private static CategoryNames[] ReadCategories(PayloadReader payload)
    {
        var columns = new CategoryNames[payload.ReadCount(2, "columns of categories")];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = new CategoryNames(payload.ReadString(), ReadTexts(payload, "names of categories"));
        return columns;
    }

    private byte WordRules =>
        (byte)(
            (Input.WordForm.LowersCase ? LowersCase : 0)
            | (Input.WordForm.FoldsDigits ? FoldsDigits : 0)
            | (Input.HasUnknownWord ? HasUnknownWord : 0)
        );

    private static void WriteTexts(BinaryWriter writer, IReadOnlyList<string> texts)
    {
        writer.Write(texts.Count);
        foreach (string text in texts)
            writer.Write(text);
    }

    private static string[] ReadTexts(PayloadReader payload, string named)
    {
        var texts = new string[payload.ReadCount(elementBytes: 1, named)];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = payload.ReadString();
        return texts;
    }
}
