using Microsoft.ML;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet.Estimators;

/// <summary>The common start of loading any transformer.</summary>
internal static class TransformerLoading
{
    /// <summary>The model's folder within a transformer's.</summary>
    public const string ModelFolder = "Model";

    /// <summary>Registers the host, and checks that the file's next model is the expected one, of a supported version.</summary>
    public static IHost Start(IHostEnvironment env, ModelLoadContext ctx, string name, VersionInfo version)
    {
        ModelVersion.Check(env, ctx, version);
        return env.Register(name);
    }

    /// <summary>Reads the model, and then the transformer's section, which must fit that model's sizes.</summary>
    public static (TModel Model, TransformerPart Part) Read<TModel>(IHost host, ModelLoadContext ctx)
        where TModel : class, IRnnModelParameters
    {
        ctx.LoadModel<TModel, SignatureLoadModel>(host, out TModel model, ModelFolder);
        TransformerPart part = TransformerPart.Read(ctx.Reader, model.Network.Shape);
        ScorerPart.Read(ctx.Reader).Check(model.Network.Shape);
        return (model, part);
    }
}
