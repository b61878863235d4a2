using System.Net;

namespace RnnMlNet.Programs.Tests.Support;

/// <summary>
/// A folder served over HTTP on this machine, as any web server serves static files, and files from memory in place of its own.
/// </summary>
internal sealed class WebFolder : IDisposable
{
    private const int FirstPort = 49152,
        LastPort = 65535,
        Attempts = 50;

    private static readonly Dictionary<string, string> _types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css",
        [".js"] = "text/javascript",
        [".wasm"] = "application/wasm",
    };

    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, byte[]?> _files;
    private readonly HttpListener _listener;

    /// <param name="folder">The folder.</param>
    /// <param name="files">By their names, files that are not taken from it; null for one that is not to be found.</param>
    public WebFolder(string folder, IReadOnlyDictionary<string, byte[]?> files)
    {
        _folder = Path.GetFullPath(folder);
        _files = files;
        (_listener, Address) = Listen();
        _ = Task.Run(ServeAll);
    }

    /// <summary>The address of the folder.</summary>
    public string Address { get; }

    public void Dispose() => _listener.Close();

    // A port of zero, for one that is free, is nothing that HttpListener takes.
    private static (HttpListener Listener, string Address) Listen()
    {
        for (int attempt = 0; ; attempt++)
        {
            string address = $"http://127.0.0.1:{Random.Shared.Next(FirstPort, LastPort)}/";
            var listener = new HttpListener { Prefixes = { address } };
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (attempt < Attempts)
            {
                listener.Close();
            }
        }
    }

    private async Task ServeAll()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            await Serve(context.Request.Url!.LocalPath, context.Response);
        }
    }

    private async Task Serve(string path, HttpListenerResponse response)
    {
        string name = path == "/" ? "index.html" : path.TrimStart('/');
        try
        {
            if (Content(name) is not byte[] content)
            {
                response.StatusCode = (int)HttpStatusCode.NotFound;
                return;
            }
            response.ContentType = _types.GetValueOrDefault(Path.GetExtension(name), "application/octet-stream");
            response.ContentLength64 = content.Length;
            await response.OutputStream.WriteAsync(content);
        }
        catch (HttpListenerException)
        {
            // The browser went away.
        }
        finally
        {
            response.Close();
        }
    }

    private byte[]? Content(string name)
    {
        if (_files.TryGetValue(name, out byte[]? content))
            return content;
        string file = Path.GetFullPath(Path.Combine(_folder, name));
        return file.StartsWith(_folder, StringComparison.Ordinal) && File.Exists(file) ? File.ReadAllBytes(file) : null;
    }
}
