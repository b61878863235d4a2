using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NUnit.Framework;
using RnnMlNet.Architecture;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Distributed.Tests.Architecture;

/// <summary>A decision over a cell, a pooling, a loss, a decoder or a module is made in its registry alone.</summary>
[TestFixture]
internal sealed class KindSwitchTests
{
    private static readonly string[] _kinds = ["CellKind", "Pooling", "LossKind", "ForecastModel"];
    private static readonly string[] _modules = ["PooledStates", "EveryState", "DecoderModule", "ParallelDecoder", "RecurrentDecoder"];

    // One a backend: scoring, training in C#, torch, ONNX, the reference.
    private static readonly string[] _registriesOfModules = ["Readouts.cs", "OutputPasses.cs", "RecurrentNetwork.cs", "ReferenceScorer.cs"];

    [Test]
    public void Nothing_but_a_registry_switches_over_a_kind()
    {
        (string File, string Arm)[] arms = [.. Arms()];
        Assert.That(
            arms.Where(arm => IsOfModule(arm.Arm)).Select(arm => Path.GetFileName(arm.File)).Distinct(),
            Is.SubsetOf(_registriesOfModules).And.Contains("Readouts.cs")
        );
        Assert.That(arms.Where(arm => _kinds.Any(kind => arm.Arm.StartsWith($"{kind}.", StringComparison.Ordinal))), Is.Empty);
    }

    private static IEnumerable<(string File, string Arm)> Arms() =>
        from source in new SourceTree(TestPaths.RepositoryRoot).Texts
        from arm in Arms(CSharpSyntaxTree.ParseText(source.Value).GetRoot())
        select (source.Key, arm);

    private static bool IsOfModule(string arm) => _modules.Any(module => arm.Split(' ', '{', '(', '.')[0] == module);

    private static IEnumerable<string> Arms(SyntaxNode root) =>
        root.DescendantNodes()
            .Select(node =>
                node switch
                {
                    SwitchExpressionArmSyntax arm => arm.Pattern.ToString(),
                    CasePatternSwitchLabelSyntax label => label.Pattern.ToString(),
                    CaseSwitchLabelSyntax label => label.Value.ToString(),
                    _ => "",
                }
            )
            .Where(pattern => pattern.Length > 0);
}
