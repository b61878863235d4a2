namespace System.Runtime.CompilerServices;

/// <summary>
/// Tells the runtime not to check access to the internals of the named assembly.
/// The runtime knows this attribute by its full name; the base class library does not define it.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
