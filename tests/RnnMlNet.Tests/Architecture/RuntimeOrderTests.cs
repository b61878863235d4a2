using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;
using NUnit.Framework;
using RnnMlNet.Runtime;

namespace RnnMlNet.Tests.Architecture;

/// <summary>The order of RnnMlNet.Runtime's folders, read from the compiled assembly: each knows those before it, and no other.</summary>
[TestFixture]
public class RuntimeOrderTests
{
    // The public enums, then the folders in the order of docs/architecture.md, then what stands above them.
    private static readonly string[] _order =
    [
        "RnnMlNet",
        "RnnMlNet.Runtime.Kernels",
        "RnnMlNet.Runtime.Cells",
        "RnnMlNet.Runtime.Sequences",
        "RnnMlNet.Runtime.Networks",
        "RnnMlNet.Runtime.Scoring",
        "RnnMlNet.Runtime.Models",
        "RnnMlNet.Runtime",
    ];

    private static readonly IType[] _types =
    [
        .. new ArchLoader().LoadAssemblies(typeof(SequenceModel).Assembly).Build().Types.Where(IsOurs),
    ];

    [Test]
    public void No_type_depends_on_a_folder_behind_its_own()
    {
        Assert.That(_types, Has.Length.GreaterThan(60));
        Assert.That(
            _types.Sum(type => type.GetTypeDependencies().Count(IsOurs)),
            Is.GreaterThan(300),
            "the assembly's dependencies were read"
        );
        string[] back =
        [
            .. from type in _types
            from other in type.GetTypeDependencies().Where(IsOurs)
            where Place(other) > Place(type)
            select $"{type.FullName} -> {other.FullName}",
        ];
        Assert.That(back.Distinct(), Is.Empty);
    }

    [Test]
    public void Every_type_is_in_a_folder_of_the_order() =>
        Assert.That(_types.Where(type => Place(type) < 0).Select(type => type.FullName), Is.Empty);

    /// <summary>A file named after each folder of the order is there, so that the list above is that of the tree.</summary>
    [Test]
    public void The_folders_are_those_of_the_order()
    {
        string[] folders =
        [
            .. Directory
                .GetDirectories(Path.Combine(TestPaths.RepositoryRoot, "src", "Runtime"))
                .Select(folder => Path.GetFileName(folder)!),
        ];
        Assert.That(
            folders.Except(["bin", "obj"]),
            Is.EquivalentTo(_order.Where(name => name.Count(c => c == '.') == 2).Select(name => name.Split('.')[2]))
        );
    }

    private static bool IsOurs(IType type) =>
        type.Namespace is not null
        && type.Assembly?.Name.StartsWith("RnnMlNet.Runtime", StringComparison.Ordinal) == true
        && !IsMadeByTheCompiler(type);

    private static bool IsMadeByTheCompiler(IType type) =>
        type.FullName.Contains('<', StringComparison.Ordinal)
        || type.Namespace.FullName is "" or "System.Runtime.CompilerServices" or "Microsoft.CodeAnalysis";

    private static int Place(IType type) => Array.IndexOf(_order, type.Namespace.FullName);
}
