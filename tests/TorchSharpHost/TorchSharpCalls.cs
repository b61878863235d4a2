using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Microsoft.ML.TorchSharp;

namespace TorchSharpHost;

/// <summary>What Microsoft.ML.TorchSharp, built for an older TorchSharp, calls of the one that is here.</summary>
internal static class TorchSharpCalls
{
    /// <summary>Methods and fields that are not there, by name. Those of generic types are not looked at.</summary>
    public static IEnumerable<string> Missing()
    {
        Module module = typeof(TorchSharpCatalog).Module;
        using var file = new PEReader(File.OpenRead(module.FullyQualifiedName));
        MetadataReader reader = file.GetMetadataReader();
        foreach (MemberReferenceHandle handle in reader.MemberReferences)
        {
            MemberReference member = reader.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference || !IsOfTorchSharp(reader, (TypeReferenceHandle)member.Parent))
                continue;
            if (!Exists(module, MetadataTokens.GetToken(handle)))
                yield return reader.GetString(member.Name);
        }
    }

    private static bool Exists(Module module, int token)
    {
        try
        {
            return module.ResolveMember(token) is not null;
        }
        catch (MissingMemberException)
        {
            return false;
        }
    }

    private static bool IsOfTorchSharp(MetadataReader reader, TypeReferenceHandle handle)
    {
        EntityHandle scope = reader.GetTypeReference(handle).ResolutionScope;
        if (scope.Kind == HandleKind.TypeReference)
            return IsOfTorchSharp(reader, (TypeReferenceHandle)scope);
        return scope.Kind == HandleKind.AssemblyReference
            && reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name) == "TorchSharp";
    }
}
