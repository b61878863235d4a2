using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data.Formats;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Formats;

/// <summary>Files in the format of the time series archives, written for a test.</summary>
internal abstract class TsFileFixture
{
    private protected FormatFile _files = null!;

    [SetUp]
    public void SetUp() => _files = new FormatFile("ts", (ml, path) => ml.Data.LoadFromTsFile(path));

    [TearDown]
    public void TearDown() => _files.Dispose();

    private protected static string Text(float value) => float.IsNaN(value) ? "?" : value.ToString("R", CultureInfo.InvariantCulture);
}
