using System.Runtime.CompilerServices;

// As in src/Extension/Interop/FriendAssemblies.cs: the port of ML.NET's own estimator test uses what ML.NET's tests use.
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]
