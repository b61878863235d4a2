using System.Globalization;
using NUnit.Framework;
using PuppeteerSharp;
using PuppeteerSharp.Input;

namespace RnnMlNet.Programs.Tests.Support;

/// <summary>A page in a browser, with what a user does to it and sees of it. Elements are found by CSS selectors.</summary>
internal sealed class SamplePage : IAsyncDisposable
{
    private const int Limit = 120_000; // milliseconds
    private const int MovesOfALine = 4;

    private readonly IPage _page;
    private readonly List<string> _errors = [];

    private SamplePage(IPage page)
    {
        _page = page;
        _page.PageError += (_, e) => _errors.Add(e.Message);
        _page.Console += (_, e) =>
        {
            // Models that a test leaves out are not found, which the browser reports too.
            if (e.Message.Type == ConsoleType.Error && !e.Message.Text.Contains("404", StringComparison.Ordinal))
                _errors.Add(e.Message.Text);
        };
    }

    public static async Task<SamplePage> Open(IBrowser browser, string address)
    {
        IPage page = await browser.NewPageAsync();
        await page.SetViewportAsync(new ViewPortOptions { Width = 1000, Height = 1250 });
        var opened = new SamplePage(page);
        await page.GoToAsync(address, Limit);
        return opened;
    }

    public ValueTask DisposeAsync() => _page.DisposeAsync();

    public void AssertNoErrors() => Assert.That(_errors, Is.Empty);

    /// <summary>Waits until there is such an element.</summary>
    public async Task Wait(string selector)
    {
        try
        {
            await _page.WaitForSelectorAsync(selector, new WaitForSelectorOptions { Timeout = Limit });
        }
        catch (WaitTaskTimeoutException)
        {
            Assert.Fail($"There is no {selector} on the page: {await Text("body")}\n{string.Join('\n', _errors)}");
        }
    }

    /// <summary>Waits until an expression of JavaScript is true.</summary>
    public Task WaitFor(string expression) => _page.WaitForExpressionAsync(expression, new WaitForFunctionOptions { Timeout = Limit });

    public Task Click(string selector) => _page.ClickAsync(selector);

    public async Task<string> Text(string selector)
    {
        IElementHandle element = await Find(selector);
        return (await element.EvaluateFunctionAsync<string>("element => element.textContent")).Trim();
    }

    public async Task<double> Number(string selector) => double.Parse(await Text(selector), CultureInfo.InvariantCulture);

    /// <summary>The numbers of an attribute, with blanks between them.</summary>
    public async Task<float[]> Numbers(string selector, string attribute)
    {
        IElementHandle element = await Find(selector);
        string text = await element.EvaluateFunctionAsync<string>($"element => element.getAttribute('{attribute}')");
        return [.. text.Split(' ').Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
    }

    /// <summary>Draws with the mouse.</summary>
    /// <param name="selector">What is drawn on.</param>
    /// <param name="strokes">The corners of each stroke, 0 to 1 of its width and height.</param>
    public async Task Draw(string selector, (double X, double Y)[][] strokes)
    {
        IElementHandle element = await Find(selector);
        BoundingBox area = await element.BoundingBoxAsync();
        decimal X(double x) => area.X + (decimal)x * area.Width;
        decimal Y(double y) => area.Y + (decimal)y * area.Height;
        foreach ((double X, double Y)[] stroke in strokes)
        {
            await _page.Mouse.MoveAsync(X(stroke[0].X), Y(stroke[0].Y));
            await _page.Mouse.DownAsync();
            foreach ((double x, double y) in stroke[1..])
                await _page.Mouse.MoveAsync(X(x), Y(y), new MoveOptions { Steps = MovesOfALine });
            await _page.Mouse.UpAsync();
        }
    }

    private async Task<IElementHandle> Find(string selector)
    {
        IElementHandle? element = await _page.QuerySelectorAsync(selector);
        Assert.That(element, Is.Not.Null, $"There is no {selector} on the page.");
        return element!;
    }
}
