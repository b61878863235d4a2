using System.Collections.Concurrent;

namespace RnnMlNet;

/// <summary>
/// The registry of custom cells, by name. A model file holds the name alone, never a type to load, so a cell must be registered under the
/// same name before a model with it is trained or loaded. Thread-safe.
/// </summary>
public static class RecurrentCells
{
    private static readonly ConcurrentDictionary<string, Func<int, int, RecurrentCell>> _factories = new(StringComparer.Ordinal);

    /// <summary>Registers a cell, replacing any of the same name.</summary>
    /// <param name="name">The name that the option CustomCell and model files use.</param>
    /// <param name="factory">Creates a cell from its input size and hidden size; called once for each layer and direction.</param>
    public static void Register(string name, Func<int, int, RecurrentCell> factory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(factory);
        _factories[name] = factory;
    }

    /// <summary>Whether a cell is registered under a name.</summary>
    /// <param name="name">The name.</param>
    public static bool IsRegistered(string name) => _factories.ContainsKey(name);

    /// <summary>Removes a cell; returns whether there was one.</summary>
    /// <param name="name">The name.</param>
    public static bool Unregister(string name) => _factories.TryRemove(name, out _);

    /// <exception cref="InvalidOperationException">No cell has the name.</exception>
    internal static RecurrentCell Create(string name, int inputSize, int hiddenSize)
    {
        if (!_factories.TryGetValue(name, out var factory))
            throw new InvalidOperationException(
                $"No recurrent cell is registered under the name '{name}' (registered: "
                    + $"{(_factories.IsEmpty ? "none" : string.Join(", ", _factories.Keys.Order(StringComparer.Ordinal)))}): "
                    + $"call RecurrentCells.Register(\"{name}\", ...) before training with it or loading a model that uses it."
            );
        RecurrentCell cell =
            factory(inputSize, hiddenSize)
            ?? throw new InvalidOperationException($"The factory of the cell registered under '{name}' returned null.");
        if (cell.InputSize != inputSize || cell.HiddenSize != hiddenSize)
            throw new InvalidOperationException(
                $"The cell registered under '{name}' was requested with input size {inputSize} and hidden size {hiddenSize}, but has "
                    + $"{cell.InputSize} and {cell.HiddenSize}."
            );
        return cell;
    }
}
