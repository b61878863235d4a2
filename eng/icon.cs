// Paints the packages' icon: dotnet run eng/icon.cs -- eng/icon.png
// A loop, the network's state from one time step to the next, around three steps of a sequence.
#:property PublishAot=false

using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;

const int Size = 128,
    Samples = 4;
if (args is not [var path])
{
    Console.Error.WriteLine("Usage: dotnet run eng/icon.cs -- <icon.png>");
    return 2;
}

byte[] rows = new byte[Size * (1 + Size * 4)];
for (int y = 0; y < Size; y++)
{
    for (int x = 0; x < Size; x++)
        Pixel(x, y).CopyTo(rows.AsSpan(y * (1 + Size * 4) + 1 + x * 4));
}
using FileStream file = File.Create(path);
file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
WriteChunk("IHDR", [.. BigEndian(Size), .. BigEndian(Size), 8, 6, 0, 0, 0]);
WriteChunk("IDAT", Deflated(rows));
WriteChunk("IEND", []);
return 0;

// Red, green, blue and alpha of a pixel: the mean of its samples.
static byte[] Pixel(int x, int y)
{
    Vector4 sum = Vector4.Zero;
    for (int i = 0; i < Samples * Samples; i++)
    {
        var point = new Vector2(x + (i % Samples + 0.5f) / Samples, y + (i / Samples + 0.5f) / Samples);
        Vector4 color = Color(point);
        sum += new Vector4(color.X * color.W, color.Y * color.W, color.Z * color.W, color.W);
    }
    float alpha = Math.Max(sum.W, 1e-6f);
    float[] channels = [sum.X / alpha, sum.Y / alpha, sum.Z / alpha, sum.W / (Samples * Samples)];
    return [.. channels.Select(value => (byte)MathF.Round(255 * value))];
}

static Vector4 Color(Vector2 point)
{
    var center = new Vector2(Size / 2f);
    Vector2 corner = Vector2.Max(Vector2.Abs(point - center) - new Vector2(Size / 2f - 28), Vector2.Zero);
    if (corner.Length() > 28)
        return Vector4.Zero;
    if (IsLoop(point - center) || IsArrow(point - center))
        return Vector4.One;
    for (int step = 0; step < 3; step++)
    {
        if (Vector2.Distance(point, center + new Vector2(20 * (step - 1), 0)) < 7)
            return new Vector4(Vector3.Lerp(new Vector3(0.55f, 0.85f, 1), Vector3.One, step / 2f), 1);
    }
    return new Vector4(
        Vector3.Lerp(new Vector3(0.42f, 0.22f, 0.71f), new Vector3(0.13f, 0.36f, 0.78f), (point.X + point.Y) / (2 * Size)),
        1
    );
}

// A ring, open at the upper right, where the arrow's head stands.
static bool IsLoop(Vector2 point)
{
    float angle = MathF.Atan2(-point.Y, point.X) * 180 / MathF.PI;
    return MathF.Abs(point.Length() - 42) < 4.5f && angle is not (> 18 and < 62);
}

static bool IsArrow(Vector2 point)
{
    // The clockwise end of the ring is at 62 degrees; the head points along the ring.
    float end = 62 * MathF.PI / 180;
    Vector2 start = 42 * new Vector2(MathF.Cos(end), -MathF.Sin(end));
    var along = new Vector2(MathF.Sin(end - 0.2f), MathF.Cos(end - 0.2f));
    float forward = Vector2.Dot(point - start, along);
    float sideways = MathF.Abs(Vector2.Dot(point - start, new Vector2(-along.Y, along.X)));
    return forward is >= -1 and < 20 && sideways < 13 * (1 - forward / 20);
}

void WriteChunk(string kind, byte[] data)
{
    byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(kind), .. data];
    file.Write([.. BigEndian((uint)data.Length), .. body, .. BigEndian(Crc(body))]);
}

static byte[] Deflated(byte[] data)
{
    using var stream = new MemoryStream();
    using (var deflate = new ZLibStream(stream, CompressionLevel.SmallestSize))
        deflate.Write(data);
    return stream.ToArray();
}

static byte[] BigEndian(uint value)
{
    byte[] bytes = new byte[4];
    BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
    return bytes;
}

static uint Crc(byte[] data)
{
    uint crc = uint.MaxValue;
    foreach (byte value in data)
    {
        crc ^= value;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
    }
    return ~crc;
}
