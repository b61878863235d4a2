namespace NotebookRunner;

/// <summary>A notebook that cannot be read or executed; the message says where and why.</summary>
internal sealed class NotebookException(string message) : Exception(message);
