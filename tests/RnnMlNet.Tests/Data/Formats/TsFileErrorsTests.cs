using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data.Formats;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Formats;

/// <summary>Headers and rows that are rejected, with the line.</summary>
[TestFixture]
internal sealed class TsFileErrorsTests : TsFileFixture
{
    [TestCase(
        "@colour red\n",
        1,
        "the tag '@colour' is unknown; expected @problemname, @timestamps, @missing, @univariate, @dimensions, "
            + "@dimension, @equallength, @serieslength, @classlabel, @targetlabel or @data: correct it, or write it as a comment after #"
    )]
    [TestCase("@missing true\n@MISSING true\n", 2, "the tag @missing occurs a second time: remove one of them")]
    [TestCase("@dimension 2\n@dimensions 2\n", 2, "the number of dimensions is stated a second time: remove one of the tags")]
    [TestCase("@missing maybe\n", 1, "expected true or false after @missing, received 'maybe'")]
    [TestCase("@dimensions 0\n", 1, "expected a whole number of at least 1 after @dimensions, received '0'")]
    [TestCase(
        "@missing true\n1,2:a\n",
        2,
        "expected a tag such as @problemname, a comment after # or @data, received '1,2:a': write @data " + "before the first row"
    )]
    [TestCase("@missing true\n", 1, "the file ends before @data: expected @data and a row on each line after it")]
    [TestCase("", 0, "the file ends before @data: expected @data and a row on each line after it")]
    [TestCase("@data 1,2\n", 1, "expected @data alone, received '@data 1,2': begin the rows on the next line")]
    [TestCase("@data\n", 1, "no row follows @data: expected a series on each line after it")]
    [TestCase("@univariate true\n@dimensions 2\n@data\n", 3, "@univariate is true, but @dimensions is 2: correct one of them")]
    [TestCase(
        "@equalLength false\n@seriesLength 2\n@data\n",
        3,
        "@equalLength is false, but @seriesLength states one length, 2: correct " + "one of them"
    )]
    [TestCase("@classLabel\n", 1, "expected true or false after @classlabel, received ''")]
    [TestCase("@classLabel false a b\n", 1, "@classLabel is false, but classes follow: write true, or remove them")]
    [TestCase("@classLabel true a b a\n", 1, "the class 'a' is listed a second time: remove one of them")]
    [TestCase(
        "@classLabel true a\n@targetLabel true\n",
        2,
        "both @classLabel and @targetLabel are true: set the one that the rows do not " + "have to false"
    )]
    public void Headers_are_checked(string content, int line, string sentence) => _files.Refuses(content, line, sentence);

    [TestCase(
        "@dimensions 2",
        "1:2:a\n1:2:3:a",
        2,
        "expected 2 channels as stated in the header, received 3: channels have a colon between " + "them, and the label follows the last"
    )]
    [TestCase(
        "@missing true",
        "1:2:a\n1:a",
        2,
        "expected 2 channels as in the file's first row, received 1: channels have a colon between "
            + "them, and the label follows the last"
    )]
    [TestCase("@missing true", "1,2", 1, "expected values, a colon and a label, received '1,2' without a colon")]
    [TestCase(
        "@missing true",
        "1,2:3:a",
        1,
        "channel 2 has 1 step, but channel 1 2: give all channels of a series one length, with ? where a " + "value is missing"
    )]
    [TestCase(
        "@seriesLength 2",
        "1,2:a\n1:a",
        2,
        "expected 2 steps as @seriesLength states, received 1: complete the series, or set "
            + "@equalLength to false and remove @seriesLength"
    )]
    [TestCase(
        "@equalLength true",
        "1,2:a\n1:a",
        2,
        "expected 2 steps as in the file's first row, received 1: complete the series, or set " + "@equalLength to false"
    )]
    [TestCase("@missing true", "1,2:c", 1, "the class 'c' is not one of @classLabel (a, b): correct it, or add it there")]
    [TestCase("@missing true", "1,2:", 1, "the class after the last colon is empty: write one of the classes")]
    [TestCase("@missing false", "1,?:a", 1, "step 2 of channel 1 is missing ('?'), but @missing is false: set @missing to true")]
    [TestCase("@missing false", "1:NaN:a", 1, "step 1 of channel 2 is missing ('NaN'), but @missing is false: set @missing to true")]
    [TestCase("@missing true", "1,,2:a", 1, "step 2 of channel 1 is '': expected a finite number, or ? for a missing value")]
    [TestCase("@missing true", "1,x:a", 1, "step 2 of channel 1 is 'x': expected a finite number, or ? for a missing value")]
    [TestCase("@missing true", "1,1e39:a", 1, "step 2 of channel 1 is '1e39': expected a finite number, or ? for a missing value")]
    [TestCase("@missing true", "Infinity:a", 1, "step 1 of channel 1 is 'Infinity': expected a finite number, or ? for a missing value")]
    [TestCase(
        "@missing true",
        "(0,1),(1,2):a",
        1,
        "step 1 of channel 1 is '(0': expected a finite number, or ? for a missing value; for "
            + "times in brackets set @timeStamps to true"
    )]
    [TestCase(
        "@missing true",
        "1:a\n@missing false",
        2,
        "expected a row after @data, received the tag '@missing false': move it before @data"
    )]
    public void Rows_are_checked(string tag, string rows, int row, string sentence) =>
        _files.Refuses($"{tag}\n@classLabel true a b\n@data\n{rows}\n", 3 + row, sentence);

    [TestCase("1,2:7", "step 1 of channel 1: expected (time,value) as @timeStamps is true, with commas between the steps, received '1,2'")]
    [TestCase(
        "(1,2)(2,3):7",
        "step 2 of channel 1: expected (time,value) as @timeStamps is true, with commas between the steps, received " + "'(2,3)'"
    )]
    [TestCase("(1):7", "step 1 of channel 1: expected (time,value) as @timeStamps is true, with commas between the steps, received '(1)'")]
    [TestCase("(1,2),:7", "step 2 of channel 1: expected (time,value) as @timeStamps is true, with commas between the steps, received ''")]
    [TestCase("(1.5,2):7", "step 1 of channel 1 has the time '1.5': expected yyyy-MM-dd HH:mm:ss or a whole number")]
    [TestCase(
        "(2004-13-01 00:00:00,2):7",
        "step 1 of channel 1 has the time '2004-13-01 00:00:00': expected yyyy-MM-dd HH:mm:ss or a whole " + "number"
    )]
    [TestCase(
        "(1,2),(2004-01-01 00:00:00,3):7",
        "step 2 of channel 1 has the time '2004-01-01 00:00:00', but the file's first time is a "
            + "whole number: write all times in one form"
    )]
    [TestCase(
        "(1,2),(1,3):7",
        "step 2 of channel 1 has the time '1', which is not after that of the step before: sort the steps, and remove "
            + "one of two at the same time"
    )]
    [TestCase(
        "(2,2),(1,3):7",
        "step 2 of channel 1 has the time '1', which is not after that of the step before: sort the steps, and remove "
            + "one of two at the same time"
    )]
    [TestCase(
        "(1,2),(2,3):(1,2),(3,3):7",
        "step 2 of channel 2 is at another time than in channel 1: give all channels of a series the same "
            + "times, with ? where a value is missing"
    )]
    [TestCase("(1,2):x", "the target 'x' after the last colon is not a finite number: write a number, or ? for a missing one")]
    public void Times_and_targets_are_checked(string row, string sentence) =>
        _files.Refuses($"@timestamps true\n@targetlabel true\n@data\n{row}\n", 4, sentence);
}
