using System.Runtime.CompilerServices;

// ML.NET's extension points are internal to these two assemblies. The compiler is let in by
// eng/FriendOfMlNet.targets, the runtime by these lines; MlNetVersion guards the version they fit.
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Transforms")]
