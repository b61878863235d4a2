using Microsoft.ML;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet.Estimators;

/// <summary>What the loading of every transformer begins with.</summary>
internal static class TransformerLoading
{
    /// <summary>Where in a transformer's folder the model stands.</summary>
    public const string ModelFolder = "Model";

    /// <summary>Registers the host, and checks that the file's next model is the one expected, of a version that can be read.</summary>
    public static IHost Start(IHostEnvironment env, ModelLoadContext ctx, string name, VersionInfo version)
    {
        ModelVersion.Check(env, ctx, version);
        return env.Register(name);
    }

    /// <summary>Reads the model, and then what stands beside it, which must be of that model's sizes.</summary>
    public static (TModel Model, TransformerPart Part) Read<TModel>(IHost host, ModelLoadContext ctx)
        where TModel : class, IRnnModelParameters
    {
        ctx.LoadModel<TModel, SignatureLoadModel>(host, out TModel model, ModelFolder);
        TransformerPart part = TransformerPart.Read(ctx.Reader, model.Network.Shape);
        ScorerPart.Read(ctx.Reader).Check(model.Network.Shape);
        return (model, part);
    }
}
