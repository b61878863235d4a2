namespace RnnMlNet.Estimators;

/// <summary>
/// The order in which concurrently trained networks report their progress: as if they were trained one after the other. The reports of a
/// later one wait until those before it have ended.
/// </summary>
internal sealed class Turns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Queue<Action>> _waiting = [];
    private readonly HashSet<int> _ended = [];
    private int _current;

    /// <summary>The turn of one network.</summary>
    /// <param name="number">0 for the first.</param>
    public Turn Of(int number) => new(this, number);

    internal void Tell(int number, Action say)
    {
        lock (_lock)
            if (number == _current)
                say();
            else
                WaitingOf(number).Enqueue(say);
    }

    internal void TellNow(int number, Action say)
    {
        lock (_lock)
            if (number == _current)
                say();
    }

    internal void End(int number)
    {
        lock (_lock)
        {
            _ended.Add(number);
            while (_ended.Contains(_current))
            {
                _current++;
                Queue<Action> waiting = WaitingOf(_current);
                while (waiting.TryDequeue(out Action? say))
                    say();
            }
        }
    }

    private Queue<Action> WaitingOf(int number)
    {
        if (!_waiting.TryGetValue(number, out Queue<Action>? queue))
            _waiting[number] = queue = [];
        return queue;
    }
}

/// <summary>The turn of a network to report its progress.</summary>
/// <param name="turns">All of them; null for a network that is trained alone.</param>
/// <param name="number">The network's index.</param>
internal sealed class Turn(Turns? turns, int number)
{
    /// <summary>For a network that is trained alone.</summary>
    public static Turn Always { get; } = new(null, 0);

    /// <summary>Runs a report at once, or when the turn comes.</summary>
    public void Tell(Action say)
    {
        if (turns is null)
            say();
        else
            turns.Tell(number, say);
    }

    /// <summary>Runs a report at once, or never.</summary>
    public void TellNow(Action say)
    {
        if (turns is null)
            say();
        else
            turns.TellNow(number, say);
    }

    /// <summary>Ends the turn.</summary>
    public void End() => turns?.End(number);
}
