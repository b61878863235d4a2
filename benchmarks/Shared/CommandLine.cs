using System.CommandLine;
using System.CommandLine.Parsing;

namespace Shared;

/// <summary>Options of the benchmarks' command lines.</summary>
internal static class CommandLine
{
    /// <summary>Reads a command line and does what it says.</summary>
    /// <returns>The exit code: 2 where the command line has an error, or names what is not there.</returns>
    public static int Run(RootCommand command, string[] arguments)
    {
        ParseResult result = command.Parse(arguments);
        try
        {
            int exitCode = result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return result.Errors.Count > 0 ? 2 : exitCode;
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
    }

    /// <summary>A whole number from 1.</summary>
    public static Option<int?> Count(string name, string description) =>
        new(name) { Description = description, CustomParser = argument => Parsed<int?>(argument, text => OptionValues.Count(name, text)) };

    /// <summary>A text that is checked.</summary>
    public static Option<string> Value(string name, string description, Func<string, string> parse, string otherwise) =>
        new(name)
        {
            Description = description,
            DefaultValueFactory = _ => otherwise,
            CustomParser = argument => Parsed(argument, parse),
        };

    /// <summary>Several values, with commas between them.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">What it is, for the help.</param>
    /// <param name="parse">Makes values of the text; throws an <see cref="ArgumentException"/> that says what is wrong.</param>
    /// <param name="otherwise">The values where the option is not given.</param>
    public static Option<T[]> List<T>(string name, string description, Func<string, T[]> parse, T[] otherwise) =>
        new(name)
        {
            Description = description,
            DefaultValueFactory = _ => otherwise,
            CustomParser = argument => Parsed(argument, parse),
        };

    /// <summary>Names of parts, with commas between them.</summary>
    public static TPart[] Parts<TPart>(string text)
        where TPart : struct, Enum => [.. OptionValues.Parts<TPart>("--part", text)];

    private static T? Parsed<T>(ArgumentResult argument, Func<string, T> parse)
    {
        try
        {
            return parse(argument.Tokens.Single().Value);
        }
        catch (ArgumentException e)
        {
            argument.AddError(e.Message);
            return default;
        }
    }
}
