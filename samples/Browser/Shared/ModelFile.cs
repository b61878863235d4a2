using System.Net;
using RnnMlNet.Runtime;

namespace Samples.Browser.Shared;

/// <summary>Reads model files from the folder of the page.</summary>
internal static class ModelFile
{
    /// <summary>Fetches and reads a model.</summary>
    /// <param name="http">Its base address is the page's.</param>
    /// <param name="name">The file, in the folder of the page.</param>
    /// <param name="command">The command that creates the file.</param>
    /// <returns>The model, or an error with its remedy.</returns>
    public static async Task<(SequenceModel? Model, string Problem)> Load(HttpClient http, string name, string command)
    {
        try
        {
            return (SequenceModel.Load(new MemoryStream(await http.GetByteArrayAsync(new Uri(name, UriKind.Relative)))), "");
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return (null, $"There is no {name} beside this page. This command makes it: {command}");
        }
        catch (HttpRequestException e)
        {
            return (null, $"{name} could not be fetched ({e.StatusCode?.ToString() ?? e.Message}). Is the server still running?");
        }
        catch (FormatException e)
        {
            return (null, $"{name} is not a model that this page can read: {e.Message} This command makes it again: {command}");
        }
    }
}
