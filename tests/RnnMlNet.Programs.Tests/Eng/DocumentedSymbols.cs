using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RnnMlNet.Programs.Tests.Eng;

/// <summary>What a user of an assembly can call, by the compiler's identifiers of documentation.</summary>
internal static class DocumentedSymbols
{
    /// <summary>All visible symbols, and those of them that are written in source, which the compiler requires to be documented.</summary>
    public static (HashSet<string> Visible, HashSet<string> Written) Of(byte[] assembly)
    {
        IEnumerable<string> others = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) != "RnnMlNet.dll");
        MetadataReference[] framework = [.. others.Select(path => MetadataReference.CreateFromFile(path))];
        MetadataReference reference = MetadataReference.CreateFromImage(assembly);
        CSharpCompilation compilation = CSharpCompilation.Create("Reader", references: [.. framework, reference]);
        var module = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!;

        HashSet<string> visible = [],
            written = [];
        foreach (ISymbol symbol in Members(module.GlobalNamespace).Where(IsVisible))
        {
            string id = symbol.GetDocumentationCommentId()!;
            visible.Add(id);
            if (IsWritten(symbol))
                written.Add(id);
        }
        return (visible, written);
    }

    private static IEnumerable<ISymbol> Members(INamespaceOrTypeSymbol container) =>
        container
            .GetMembers()
            .SelectMany(member =>
                member switch
                {
                    INamespaceSymbol inner => Members(inner),
                    INamedTypeSymbol type => Members(type).Prepend(type),
                    _ => [member],
                }
            );

    private static bool IsVisible(ISymbol symbol)
    {
        for (ISymbol? part = symbol; part is not (null or INamespaceSymbol); part = part.ContainingSymbol)
        {
            if (part.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal))
                return false;
        }
        return true;
    }

    /// <summary>Not an accessor, a default constructor, a delegate's own method, or what the compiler adds to a record.</summary>
    private static bool IsWritten(ISymbol symbol) =>
        !symbol.IsImplicitlyDeclared
        && !HasCompilersMark(symbol)
        && !HasCompilersMark(symbol.ContainingSymbol)
        && symbol.ContainingType is not { TypeKind: TypeKind.Delegate }
        && symbol is not IMethodSymbol { AssociatedSymbol: not null }
        && symbol is not IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.Length: 0 };

    private static bool HasCompilersMark(ISymbol symbol) =>
        symbol.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "CompilerGeneratedAttribute");
}
