using NUnit.Framework;
using RnnMlNet.Interop;

namespace RnnMlNet.Tests.Interop;

[TestFixture]
public class MlNetVersionTests
{
    [Test]
    public void Ensure_accepts_the_version_this_was_built_with() => Assert.That(MlNetVersion.Ensure, Throws.Nothing);

    [TestCase("5.0.1+a4f730ec0c9106c2c9ef9e1fa34011374115fb98")]
    [TestCase("5.9.9-preview.1+abc")]
    public void Check_accepts_the_supported_range(string version) => Assert.That(() => MlNetVersion.Check(version), Throws.Nothing);

    [TestCase("4.0.2+abc", "4.0.2")]
    [TestCase("5.0.0", "5.0.0")]
    [TestCase("6.0.0", "6.0.0")]
    [TestCase("6.0.0-preview.2+abc", "6.0.0-preview.2")]
    [TestCase("nonsense", "nonsense")]
    [TestCase("", "one without a version")]
    [TestCase(null, "one without a version")]
    public void Check_rejects_any_other_version_in_one_sentence(string? version, string named) =>
        Assert.That(
            () => MlNetVersion.Check(version),
            Throws.InvalidOperationException.With.Message.EqualTo(
                $"RnnMlNet works with Microsoft.ML from 5.0.1 up to, not including, 6.0.0, but found {named}: "
                    + "reference a Microsoft.ML package in that range, or a RnnMlNet package made for yours."
            )
        );
}
