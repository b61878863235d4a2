namespace RnnMlNet.Training;

/// <summary>A batch's weighted mean loss, which a device may still compute.</summary>
internal readonly struct BatchLoss
{
    private readonly float _value;
    private readonly Func<float>? _read;

    /// <summary>A loss that is known.</summary>
    public BatchLoss(float value) => _value = value;

    /// <summary>A loss that <paramref name="read"/>, called once at most, waits for.</summary>
    public BatchLoss(Func<float> read) => _read = read;

    /// <summary>Whether <see cref="Read"/> may have to wait.</summary>
    public bool IsPending => _read is not null;

    public static implicit operator BatchLoss(float value) => new(value);

    /// <summary>The loss.</summary>
    public float Read() => _read?.Invoke() ?? _value;
}
