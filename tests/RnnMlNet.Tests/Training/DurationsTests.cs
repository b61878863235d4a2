using NUnit.Framework;
using RnnMlNet.Text;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Training;

[TestFixture]
public class DurationsTests
{
    [TestCase(0, "0.00 s")]
    [TestCase(0.414, "0.41 s")]
    [TestCase(9.996, "10.0 s")]
    [TestCase(59.94, "59.9 s")]
    [TestCase(59.96, "1:00 min")]
    [TestCase(245, "4:05 min")]
    [TestCase(3599.6, "1:00:00 h")]
    [TestCase(3723, "1:02:03 h")]
    public void Text(double seconds, string text) => Assert.That(Durations.Text(seconds), Is.EqualTo(text));

    [TestCase(7, "0:07")]
    [TestCase(-1, "0:00")]
    [TestCase(100 * 3600, "4 d 4:00:00")]
    [TestCase(1e9, "11574 d 1:46:40")]
    public void Clock(double seconds, string text) => Assert.That(Durations.Clock(seconds), Is.EqualTo(text));
}
