using KernelGenerator;

// Writes the generated kernels to the file named.
if (args.Length != 1)
{
    Console.Error.WriteLine("Usage: KernelGenerator <path of Tiles.g.cs>");
    return 2;
}
File.WriteAllText(args[0], KernelFile.Generate());
return 0;
