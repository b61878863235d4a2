using NUnit.Framework;

namespace RnnMlNet.Tests.Support;

/// <summary>Data sets beside the repository, in shared/data, where there are any.</summary>
internal static class SharedData
{
    /// <summary>The file's path, or the test is skipped with the reason.</summary>
    public static string Require(string file)
    {
        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data", file);
            if (File.Exists(path))
                return path;
        }
        Assert.Ignore($"shared/data/{file} is not beside this repository.");
        return "";
    }
}
