using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Grouping;

/// <summary>
/// The rows of keys that arrive one by one: each becomes its step, after those that fill the gap before it, or begins a sequence, as in a
/// table of all rows. For one thread at a time; a key's state changes only with <see cref="Commit"/>.
/// </summary>
/// <param name="beginsSequence">Called where a row begins a new sequence of its key.</param>
internal sealed class StreamedRows(Action beginsSequence)
{
    private readonly StreamedKey _after = new();
    private StreamedKey _series = new();
    private string _name = "";

    /// <summary>The row read from now on is the next one of this series.</summary>
    /// <param name="name">The series' name.</param>
    /// <param name="series">Its state.</param>
    public void Begin(string name, StreamedKey series) => (_name, _series) = (name, series);

    /// <summary>Completes the row: it becomes the series' last one.</summary>
    public void Commit() => _series.CopyFrom(_after);

    /// <summary>A reader of a pipeline's rows.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="binding">The columns.</param>
    /// <param name="reader">Reads the current row.</param>
    /// <param name="tables">The reader's tables.</param>
    public Reader Open(IExceptionContext ectx, GroupingBinding binding, LongRowReader reader, GroupingTables tables) =>
        new(this, ectx, binding, reader, tables);

    /// <summary>Reads rows as steps.</summary>
    internal sealed class Reader(
        StreamedRows owner,
        IExceptionContext ectx,
        GroupingBinding binding,
        LongRowReader reader,
        GroupingTables tables
    )
    {
        private readonly GapRules _rules = new(ectx, binding);
        private readonly float[] _row = new float[binding.Words];
        private readonly bool _fillsGaps = binding.Options.Gaps?.Rule is SequenceGapRule.Fill or SequenceGapRule.Mask;

        private Range StepWords => binding.StepWords;

        /// <summary>Reads the current row.</summary>
        /// <param name="steps">Receives its steps: those that fill the gap before it, and its own.</param>
        /// <exception cref="InvalidOperationException">The row is not one of the series, or no next one.</exception>
        public void Read(KeyRows steps)
        {
            tables.Clear();
            byte[] key = tables.Keys[reader.Key()];
            reader.Read(_row);
            StreamedKey before = owner._series,
                after = owner._after;
            CheckName(key, before);
            CheckWidth(before);
            RowOrder time = binding.Order is null ? default : GroupingBinding.OrderOf(_row);
            long missing = 0;
            after.Place = before.Key is null
                ? _rules.First(key, time)
                : _rules.Next(key, Earlier(key, before.Place, time), time, out missing);
            bool beginsSequence = after.Place.Steps == 1;
            (after.Key, after.Statics) = (before.Key ?? key, StaticsOf(key, before, after, beginsSequence));

            steps.Clear(key);
            for (long number = 0; number < missing; number++)
                Fill(steps.Add(isFilled: true), before, after.Place, number);
            _row.CopyTo(steps.Add());
            after.Steps = before.Steps + steps.Count;
            after.SetLast(_fillsGaps ? _row.AsSpan(StepWords) : []);
            if (beginsSequence)
                owner.BeginSequence();
        }

        private void Fill(Span<float> record, StreamedKey before, in SequencePlace place, long number)
        {
            _row.CopyTo(record);
            before.Last.CopyTo(record[StepWords]);
            GroupingBinding.SetOrder(record, _rules.FilledAt(before.Place, place, number));
        }

        // Names are compared once a series, key values at each row.
        private void CheckName(byte[] key, StreamedKey before)
        {
            if (binding.Keys.Count == 0 || before.Key.AsSpan().SequenceEqual(key))
                return;
            string name = binding.Keys.NameOf(key);
            string row = $"The row of {binding.Keys.Text(key)} is given as one of the series '{owner._name}'";
            if (name != owner._name)
                throw ectx.Except(
                    binding.Keys.Count == 1
                        ? $"{row}, but a series' name is its rows' key: name it '{name}'."
                        : $"{row}, but a series' name is its rows' keys, joined by '{TupleColumns.NameSeparator}': name it '{name}'."
                );
            if (before.Key is not null)
                throw ectx.Except(
                    $"{row}, which has rows of {binding.Keys.Text(before.Key)}, and both have this name: replace the "
                        + $"'{TupleColumns.NameSeparator}' in the values of a key column."
                );
        }

        // It differs only where a checkpoint's rows had step columns of other types.
        private void CheckWidth(StreamedKey before)
        {
            int width = _fillsGaps ? _row.AsSpan(StepWords).Length : 0;
            if (before.Key is not null && before.Last.Length != width)
                throw ectx.Except(
                    $"The series '{owner._name}' has {before.Last.Length} numbers of its last step, but a row has {width}: it is from a "
                        + "checkpoint of rows with step columns of other types. Give such rows, or begin the series anew."
                );
        }

        private SequencePlace Earlier(byte[] key, in SequencePlace before, RowOrder time)
        {
            if (binding.Order is null)
                return before;
            if (time.Key == before.Last.Key)
                throw KeySource.Twice(ectx, binding, key, time);
            return time.Key > before.Last.Key
                ? before
                : throw ectx.Except(
                    $"{KeySource.Text(binding, key)} has a row{binding.AtText(time)} after one{binding.AtText(before.Last)}, but an engine "
                        + "takes the rows of a series in the order of time: sort them, or leave late ones out."
                );
        }

        private byte[] StaticsOf(byte[] key, StreamedKey before, StreamedKey after, bool beginsSequence)
        {
            if (binding.Statics.Count == 0)
                return [];
            byte[] statics = tables.Statics[KeyRows.Read<int>(_row, binding.StaticWord)];
            if (beginsSequence)
                return statics;
            if (statics.AsSpan().SequenceEqual(before.Statics))
                return before.Statics;
            throw SequenceCutter.Varies(
                ectx,
                binding,
                key,
                (before.Statics, At(before.Place.First, " at its first row")),
                (statics, At(after.Place.Last, " now"))
            );
        }

        private string At(RowOrder time, string without) => binding.Order is null ? without : binding.AtText(time);
    }

    private void BeginSequence()
    {
        if (_series.Key is not null)
            beginsSequence();
    }
}
