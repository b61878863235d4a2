using System.Runtime.CompilerServices;

// ML.NET's extension points are internal to these two assemblies. eng/FriendOfMlNet.targets gives the compiler access, these lines the
// runtime; MlNetVersion checks the version that they fit.
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Transforms")]
